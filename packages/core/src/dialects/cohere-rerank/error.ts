/** Error bodies of this format, both ways: a message, or what compatible hosts write instead. */
import { createCohereErrors } from '../cohere-plain.ts';
import { name } from './wire.ts';

export const { parseError, errorFromBody, renderError } = createCohereErrors(name);
