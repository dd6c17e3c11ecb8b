/** What the renderers hand down to those of their parts, and what all answers share whatever their version and way. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatMessage,
  type ChatRequest,
  fillFact,
  type Loss,
  present,
  reportAlternatives,
  reportUnsaidUsage,
} from '../../message/index.ts';
import { reportStop } from './finish-reason.ts';
import { saidBuckets } from './usage.ts';
import { type CohereChatQuirks, name } from './wire.ts';

export interface Rendering {
  readonly quirks: CohereChatQuirks;
  readonly losses: Loss[];
  /** Whether request or answer came in this format, so that nothing has to be made to fit. */
  readonly isOwn: boolean;
  /** Whether it is an answer to a caller rather than a request to a provider. */
  readonly isAnswer: boolean;
}

export function drop({ losses }: Pick<Rendering, 'losses'>, field: string, detail: string): undefined {
  losses.push({ field, action: 'dropped', detail });
  return undefined;
}

/** What is around the content. What the provider's format lacks comes from the caller's defaults, and is said. */
export function renderFacts(
  { id }: AnswerFacts,
  request: ChatRequest,
  losses: Loss[] | undefined,
): Record<string, Json> {
  const wire = present({ id });
  if (losses !== undefined)
    fillFact(wire, { fact: 'id', field: 'id', value: request.answer?.id ?? 'unknown' }, losses);
  return wire;
}

/** What answers of other formats tell besides, and this one cannot. */
export function reportForeign({ facts, alternatives, stop, usage }: ChatMessage, losses: Loss[]): void {
  reportForeignFacts(facts, losses);
  reportStop(stop, losses);
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  reportAlternatives(alternatives, name, losses);
}

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  for (const [key, value] of Object.entries(facts)) {
    if (key === 'id' || value === undefined) continue;
    losses.push({ field: `facts.${key}`, action: 'dropped', detail: `${name} has no such field.` });
  }
}
