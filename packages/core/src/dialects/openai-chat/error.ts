/** Error bodies of this format, both ways, laid out as all of OpenAI's hosts lay them out. */
import { createOpenAiErrors } from '../openai-errors.ts';
import { name } from './wire.ts';

export const { parseError, errorFromBody, errorInStream, renderError } = createOpenAiErrors(name);
