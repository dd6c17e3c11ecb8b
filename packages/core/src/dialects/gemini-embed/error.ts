/** Error bodies of this format, both ways, laid out as everywhere at Google. */
import { createGoogleErrors } from '../google-errors.ts';
import { name } from './wire.ts';

export const { parseError, errorFromBody, renderError } = createGoogleErrors(name);
