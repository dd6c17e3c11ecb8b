/** Error bodies of this format, both ways: those of every call to Ollama. */
import { createOllamaErrors } from '../ollama-errors.ts';
import { name } from './wire.ts';

export const { parseError, errorFromBody, renderError } = createOllamaErrors(name);
