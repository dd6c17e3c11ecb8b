/** Token usage of this format, both ways. Hosts differ in where they tell cache hits and reasoning; all of it is read. */
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
