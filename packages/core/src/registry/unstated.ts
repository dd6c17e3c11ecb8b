/** What a card of its kind should say and does not. A registry is complete where every card says so itself, as `unknown`. */
import { missingPrices } from './missing-prices.ts';
import type { ModelCard } from './model-card.ts';

/** Abilities that every chat model has or has not. */
export const askedAbilities = [
  'audio',
  'documents',
  'function_calling',
  'json_schema',
  'parallel_tool_calls',
  'streaming',
  'temperature',
  'thinking',
  'tool_choice',
  'vision',
] as const;

const withoutAnswerLength: ReadonlySet<string> = new Set(['embeddings', 'rerank', 'moderation']);
const talking: ReadonlySet<string | undefined> = new Set([
  undefined,
  'chat',
  'responses',
  'assistants',
  'generateContent',
  'realtime',
]);

/** As `unknown` has it: `limits`, `abilities` and `prices` where nothing of them is stated, otherwise single fields. */
export function unstated(card: ModelCard): readonly string[] {
  const { endpoint, limits, abilities } = card;
  const missing: string[] = [];
  const hasAnswerLength = endpoint === undefined || !withoutAnswerLength.has(endpoint);
  const hasNoLimit = Object.keys(limits).length === 0;
  if (hasNoLimit) missing.push('limits');
  else {
    if (limits.contextWindow === undefined) missing.push('context_window_tokens');
    if (limits.maxOutput === undefined && hasAnswerLength) missing.push('max_output_tokens');
  }
  const absent = askedAbilities.filter((ability) => abilities[ability] === undefined);
  if (Object.keys(abilities).length === 0) missing.push('abilities');
  else if (talking.has(endpoint)) missing.push(...absent.map((ability) => `supports_${ability}`));
  return [...missing, ...missingPrices(card)];
}
