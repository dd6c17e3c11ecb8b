/** Which models of the registry a constraint allows, and which of those it takes. */
import type { ModelCard, Registry } from '../registry/index.ts';
import type { Constraint, Preference } from './lockfile.ts';

/** `*`, `provider:*` or `provider:beginning*`. */
export const matchForm = /^(\*|[a-z0-9][a-z0-9_-]*:[^\s\p{Cc}\p{Cs}*]*\*)$/u;

const attoPerDollar = 10 ** 18;
const tokensPerMillion = 10 ** 6;

/** Dollars per million tokens, for people and for comparisons; costs are counted with the exact rates. */
function dollarsPerMillion(card: ModelCard, rate: 'input' | 'output'): number | undefined {
  const exact = card.prices?.rates[rate];
  return exact === undefined ? undefined : (Number(exact) * tokensPerMillion) / attoPerDollar;
}

/** The model that is taken among those that fit; of equal ones the newest, so that the answer never depends on order. */
export function chooseModel(constraint: Constraint, registry: Registry): ModelCard | undefined {
  const order = orders[constraint.prefer ?? 'cheapest'];
  return listModels(constraint, registry).toSorted(
    (a, b) => order(a, b) || newestFirst(a, b) || (a.key < b.key ? -1 : 1),
  )[0];
}

/** What is not known of a model counts as not fulfilled: a limit must hold for certain. */
export function listModels(constraint: Constraint, registry: Registry): readonly ModelCard[] {
  return [...registry.cards.values()].filter((card) => whyNot(constraint, card) === undefined);
}

/** Why a model does not fit, in words; undefined where it does. */
export function whyNot(constraint: Constraint, card: ModelCard): string | undefined {
  const { match, minContext, minOutput, maxCost, needs = [] } = constraint;
  const { limits, lifeCycle } = card;
  if (!card.key.startsWith(match.slice(0, -1))) return `does not match \`${match}\``;
  if (!lifeCycle.isActive) return 'is retired';
  if (lifeCycle.isDeprecated) return 'is deprecated';
  if (minContext !== undefined && (limits.contextWindow ?? 0) < minContext)
    return `has a context of ${limits.contextWindow ?? 'unknown size'}, less than ${minContext}`;
  if (minOutput !== undefined && (limits.maxOutput ?? 0) < minOutput)
    return `writes ${limits.maxOutput ?? 'an unknown number of'} tokens, less than ${minOutput}`;
  const lacking = needs.find((need) => card.abilities[need] !== true);
  if (lacking !== undefined) return `is not known to have \`${lacking}\``;
  return maxCost === undefined ? undefined : whyTooDear(card, maxCost);
}

function whyTooDear(card: ModelCard, maxCost: number): string | undefined {
  for (const rate of ['input', 'output'] as const) {
    const price = dollarsPerMillion(card, rate);
    if (price === undefined && rate === 'input') return 'has no known price';
    if (price !== undefined && price > maxCost)
      return `costs $${price} a million tokens of ${rate}, more than $${maxCost}`;
  }
  return undefined;
}

/** Three tokens of input for one of output, which is how chats usually run. */
export function blendedPrice(card: ModelCard): number | undefined {
  const input = dollarsPerMillion(card, 'input');
  if (input === undefined) return undefined;
  return (3 * input + (dollarsPerMillion(card, 'output') ?? 0)) / 4;
}

type Order = (a: ModelCard, b: ModelCard) => number;

/** Unknown comes last, whichever way is up. */
const orders: Readonly<Record<Preference, Order>> = {
  cheapest: (a, b) => (blendedPrice(a) ?? Infinity) - (blendedPrice(b) ?? Infinity) || 0,
  dearest: (a, b) => (blendedPrice(b) ?? -1) - (blendedPrice(a) ?? -1),
  newest: newestFirst,
  longest_context: (a, b) => (b.limits.contextWindow ?? 0) - (a.limits.contextWindow ?? 0),
};

function newestFirst(a: ModelCard, b: ModelCard): number {
  const [one = '', other = ''] = [a.lifeCycle.releaseDate, b.lifeCycle.releaseDate];
  return Number(other > one) - Number(other < one);
}
