/** The registry's cards as routing wants to know them. What a card does not say stays unknown. */
import { findCard, type ModelCard, type Registry, supports } from '@keelson/core';
import type { Provider } from '../providers/index.ts';
import type { FactsOf, Feature } from './candidate.ts';
import { readPrices } from './locked-facts.ts';
import type { ModelFacts } from './plan.ts';

export interface CardReader {
  readonly factsOf: FactsOf;
  /** Every model with a card at one of the providers, as `provider:model`. */
  readonly models: () => Iterable<string>;
}

export function createCardReader(registry: Registry, providers: ReadonlyMap<string, Provider>): CardReader {
  return {
    factsOf: (provider, model) => {
      const card = findCard(registry, `${vendorOf(provider)}:${model}`);
      return card && readCard(card);
    },
    models: function* () {
      for (const provider of providers.values()) {
        const vendor = vendorOf(provider);
        for (const card of registry.cards.values()) {
          if (card.provider === vendor) yield `${provider.name}:${card.model}`;
        }
      }
    },
  };
}

/** A provider may be configured under any name, and several times. */
function vendorOf({ form }: Provider): string {
  return form.registry ?? form.name;
}

const namesOnCards = {
  tools: 'tools',
  images: 'images',
  documents: 'documents',
  audio: 'audio',
  schema: 'structured-output',
  reasoning: 'reasoning',
} as const satisfies Record<Feature, string>;

function readCard(card: ModelCard): ModelFacts {
  const { maxInput, contextWindow = maxInput, maxOutput } = card.limits;
  return {
    ...(contextWindow !== undefined && { contextWindow: Math.min(contextWindow, maxInput ?? contextWindow) }),
    ...(maxOutput !== undefined && { maxOutputTokens: maxOutput }),
    ...readPrices(card.prices),
    supports: (feature) => supports(card, namesOnCards[feature]),
  };
}
