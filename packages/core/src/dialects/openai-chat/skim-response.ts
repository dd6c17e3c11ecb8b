/** What has to be known of a whole completion that passes untouched. What it says is nobody's business then. */
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import { hasErrorBody, type SkimmedAnswer, skimmedFacts, skimmedUsage } from '../../message/index.ts';
import { parseFinishReason } from './finish-reason.ts';
import { parseUsage } from './usage.ts';

export function skimResponse(body: Json): SkimmedAnswer | undefined {
  const usage = hasErrorBody(body) ? undefined : skimmedUsage(body, parseUsage);
  if (usage === undefined) return undefined;
  const { choices } = body as JsonObject;
  const choice = Array.isArray(choices) && choices.length === 1 ? (choices[0] as Json) : undefined;
  if (!isJsonObject(choice) || !isJsonObject(choice.message) || typeof choice.finish_reason !== 'string')
    return undefined;
  return { facts: skimmedFacts(body as JsonObject), usage, stop: parseFinishReason(choice.finish_reason) };
}
