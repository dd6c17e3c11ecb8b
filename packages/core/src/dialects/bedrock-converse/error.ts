/** Errors of this format, both ways: they are Bedrock's. */
import { createBedrockErrors } from '../bedrock-errors.ts';
import { name } from './wire.ts';

export const { parseError, errorFromEvent, renderError, renderErrorEvent } = createBedrockErrors(name);
