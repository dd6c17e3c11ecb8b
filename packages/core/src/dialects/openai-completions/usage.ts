/** Token usage of this format, both ways: told as in the chat format, by the same hosts. */
import type { Json } from '../../json/index.ts';
import type { Usage } from '../../message/index.ts';
import { parseTokens, renderTokens } from '../openai-usage.ts';
import { name } from './wire.ts';

export { saidBuckets } from '../openai-usage.ts';

export function parseUsage(value: Json): Usage {
  return parseTokens(value, name);
}

export function renderUsage(usage: Usage): Record<string, Json> {
  return renderTokens(usage, name);
}
