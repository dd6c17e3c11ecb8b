/**
 * What is known of an alias before a block asks it: the worst of all models that may come to answer, because a run's budget sets
 * that aside. By the names and prices of an engine as they are at the moment.
 */
import type { FindModel, ModelFacts, Registry } from '@keelson/core';
import { createPricedTest, createWorstPrices, type TextRates } from '../../calls/index.ts';
import type { Reach, TableRouting, Target } from '../../routing/index.ts';

export interface ModelFinderSettings {
  readonly routing: Pick<TableRouting, 'reachOf' | 'snapshot'>;
  readonly registry: Registry;
  /** Of the lockfile, by which the calls will be made; the usual one when left out. */
  readonly profile?: string | undefined;
}

/** Callers may name any model; what they have named must not fill the memory. */
const maxRemembered = 10_000;

/** `createEnvironment({ findModel: createModelFinder({ routing: engine.routing, registry: engine.registry }) })`. */
export function createModelFinder({ routing, registry, profile }: ModelFinderSettings): FindModel {
  const asking = {
    endpoint: 'chat',
    dialect: 'openai-chat',
    ...(profile !== undefined && { profile }),
  } as const;
  const known = new Map<string, ModelFacts | undefined>();
  let snapshot: object | undefined;
  let cards = -1;
  let read = readFacts(registry);
  return (alias) => {
    // Nodes by the thousand ask the same within one estimate, and nothing changes meanwhile.
    if (snapshot !== routing.snapshot || cards !== registry.cards.size || known.size >= maxRemembered) {
      known.clear();
      snapshot = routing.snapshot;
      cards = registry.cards.size;
      read = readFacts(registry);
    }
    const before = known.get(alias);
    if (before !== undefined || known.has(alias)) return before;
    const reach = routing.reachOf({ ...asking, model: alias });
    const facts = reach && read(reach);
    known.set(alias, facts);
    return facts;
  };
}

function readFacts(registry: Registry): (reach: Reach) => ModelFacts | undefined {
  const worst = createWorstPrices(registry);
  const isPriced = createPricedTest(registry);
  const ratesOf = (target: Target): TextRates | undefined => {
    if (target.provider.isFree) return free;
    return isPriced(target) ? worst.textRatesOf(target) : undefined;
  };
  return (reach) => joinRates(reach, ratesOf, (target) => worst.boundsOf(target).contextWindow);
}

const free: TextRates = { perCall: 0, perInputToken: 0, perOutputToken: 0 };

/** Undefined where one of the targets has no price: what it would cost is then not known of any call. */
function joinRates(
  { targets, mayHedge }: Reach,
  ratesOf: (target: Target) => TextRates | undefined,
  windowOf: (target: Target) => number | undefined,
): ModelFacts | undefined {
  if (targets.length === 0) return undefined;
  const rates: TextRates[] = [];
  for (const target of targets) {
    const found = ratesOf(target);
    if (found === undefined) return undefined;
    rates.push(found);
  }
  const most = (read: (one: TextRates) => number): number => Math.max(...rates.map(read));
  // What is too long for one model may be taken by another, so that the largest bounds the input.
  const windows = targets.map((target) => windowOf(target) ?? Number.POSITIVE_INFINITY);
  const contextTokens = Math.max(...windows);
  const perCall = most((one) => one.perCall);
  return {
    nanoDollarsPerInputToken: most((one) => one.perInputToken),
    nanoDollarsPerOutputToken: most((one) => one.perOutputToken),
    ...(perCall > 0 && { nanoDollarsPerCall: perCall }),
    ...(Number.isFinite(contextTokens) && { contextTokens }),
    ...(mayHedge && { answersPaid: 2 }),
  };
}
