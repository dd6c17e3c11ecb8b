/** Error bodies of this format, both ways: a message and, at times, the id of the request. */
import { createCohereErrors } from '../cohere-plain.ts';
import { name } from './wire.ts';

export const { parseError, errorFromBody, renderError } = createCohereErrors(name);
