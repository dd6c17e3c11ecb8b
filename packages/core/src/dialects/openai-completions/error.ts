/** Error bodies of this format, both ways: those of the chat format, which the same hosts speak. */
import { createOpenAiErrors } from '../openai-errors.ts';
import { name } from './wire.ts';

export const { parseError, errorFromBody, errorInStream, renderError } = createOpenAiErrors(name);
