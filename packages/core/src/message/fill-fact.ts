/** Fills in what a format demands and an answer of another format lacks, and says so. */
import type { Json } from '../json/index.ts';
import type { AnswerFacts } from './events.ts';
import type { Loss } from './loss.ts';

export interface Filling {
  readonly fact: keyof AnswerFacts;
  /** The field on the wire. */
  readonly field: string;
  readonly value: Json;
}

export function fillFact(wire: Record<string, Json>, { fact, field, value }: Filling, losses: Loss[]): void {
  if (wire[field] !== undefined) return;
  wire[field] = value;
  losses.push({
    field: `facts.${fact}`,
    action: 'emulated',
    detail: `\`${field}\` is demanded by the format and was filled in.`,
  });
}
