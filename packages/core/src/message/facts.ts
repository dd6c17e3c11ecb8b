/** What an answer says of itself, towards a format that has words for some of it only. */
import type { AnswerFacts } from './events.ts';
import type { Loss } from './loss.ts';

/** A loss for every fact that is known and that the dialect cannot say. */
export function reportUnsaidFacts(
  facts: AnswerFacts,
  said: readonly (keyof AnswerFacts)[],
  dialect: string,
): Loss[] {
  return (Object.keys(facts) as (keyof AnswerFacts)[])
    .filter((key) => facts[key] !== undefined && !said.includes(key))
    .map((key) => ({ field: `facts.${key}`, action: 'dropped', detail: `${dialect} has no such field.` }));
}
