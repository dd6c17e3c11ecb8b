/**
 * Which prices a model would need to be sold by, and has not: by its kind of call, because an embedding has no answer to pay for
 * and a conversation in sound has two of everything. A model is priced where nothing is missing; this is the one rule for that.
 */
import type { ModelCard } from './model-card.ts';
import type { TokenRate } from './price-row.ts';

/** One of each list is needed. A price of units stands for both sides: pictures, minutes and searches are sold by themselves. */
interface Needs {
  readonly lists: readonly (readonly [TokenRate, ...TokenRate[]])[];
  readonly byUnits: boolean;
}

const answers: Needs = { lists: [['input'], ['output']], byUnits: false };
const readsOnly: Needs = { lists: [['input']], byUnits: true };

/** What is not named here answers in text, and so does a model whose kind nobody states. */
const byKind: Readonly<Record<string, Needs>> = {
  embeddings: readsOnly,
  rerank: readsOnly,
  moderation: readsOnly,
  images: { lists: [['input'], ['output', 'output_image']], byUnits: true },
  videos: { lists: [['input'], ['output', 'output_image']], byUnits: true },
  speech: { lists: [['input'], ['output', 'output_audio']], byUnits: true },
  transcriptions: { lists: [['input', 'input_audio'], ['output']], byUnits: true },
  realtime: { lists: [['input'], ['input_audio'], ['output'], ['output_audio']], byUnits: false },
};

const requestPrice = 'dollars_per_thousand_units.requests';

/** `prices` where none at all is stated, otherwise fields; empty for a model that is priced. */
export function missingPrices({
  endpoint = '',
  prices,
}: Pick<ModelCard, 'endpoint' | 'prices'>): readonly string[] {
  if (prices === undefined) return ['prices'];
  const { lists, byUnits } = Object.hasOwn(byKind, endpoint) ? (byKind[endpoint] ?? answers) : answers;
  // Whoever charges for each request besides has no certain cost as long as nobody knows how much.
  const apart = prices.billsRequests && prices.units.requests === undefined ? [requestPrice] : [];
  if (byUnits && Object.keys(prices.units).length > 0) return apart;
  const sides = lists.filter((rates) => rates.every((rate) => prices.rates[rate] === undefined));
  return [...sides.map(([usual]) => `dollars_per_million_tokens_${usual}`), ...apart];
}
