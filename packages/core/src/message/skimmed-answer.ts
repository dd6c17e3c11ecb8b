/** What has to be known of a whole answer that passes untouched: who gave it, what it used, how it ended. */
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import type { AnswerFacts, StopReason } from './events.ts';
import type { Usage } from './usage.ts';

export interface SkimmedAnswer {
  readonly facts: Pick<AnswerFacts, 'model' | 'systemFingerprint'>;
  readonly usage: Usage;
  readonly stop: StopReason;
}

export function skimmedFacts({ model, system_fingerprint: fingerprint }: JsonObject): SkimmedAnswer['facts'] {
  const facts: { -readonly [Name in keyof SkimmedAnswer['facts']]: SkimmedAnswer['facts'][Name] } = {};
  if (typeof model === 'string') facts.model = model;
  if (typeof fingerprint === 'string') facts.systemFingerprint = fingerprint;
  return facts;
}

/** Undefined where the body tells none, or that nothing was said, which some hosts say of answers that they did not count. */
export function skimmedUsage(body: Json, parseUsage: (usage: Json) => Usage): Usage | undefined {
  if (!isJsonObject(body) || !isJsonObject(body.usage)) return undefined;
  const usage = parseUsage(body.usage);
  return usage.input.total === undefined || !usage.output.total ? undefined : usage;
}
