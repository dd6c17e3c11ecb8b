/** What has to be known of a whole message that passes untouched. What it says is nobody's business then. */
import type { Json, JsonObject } from '../../json/index.ts';
import { hasErrorBody, type SkimmedAnswer, skimmedFacts, skimmedUsage } from '../../message/index.ts';
import { parseStop } from './finish-reason.ts';
import { parseUsage } from './usage.ts';

export function skimResponse(body: Json): SkimmedAnswer | undefined {
  const usage = hasErrorBody(body) ? undefined : skimmedUsage(body, parseUsage);
  if (usage === undefined) return undefined;
  const { content, stop_reason: reason, stop_sequence: sequence, stop_details: details } = body as JsonObject;
  if (!Array.isArray(content) || typeof reason !== 'string') return undefined;
  const stop = parseStop({ reason, sequence: typeof sequence === 'string' ? sequence : undefined, details });
  return { facts: skimmedFacts(body as JsonObject), usage, stop };
}
