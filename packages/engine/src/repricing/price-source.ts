/** Which prices a model has now, or by a corrected card; and the prices of a plan, kept so that whoever goes on has the same. */
import {
  createRegistry,
  findCard,
  type Json,
  type JsonObject,
  KeelsonError,
  type ModelCard,
  type Registry,
  readWholeRegistryFile,
} from '@keelson/core';
import type { Provider } from '../providers/index.ts';

/** Where there is no card: nothing is charged, it is not asked about, or nobody here knows. */
type NoCard = 'free' | 'outside' | 'no_prices' | 'provider_unknown' | 'not_planned';
export type Price = ModelCard | NoCard;

/** By the name of a provider as it is configured, and the model as it was asked for. */
export type PriceOf = (provider: string, model: string) => Price;

/** With a card, only what that card prices is asked about. */
export function createPriceSource(
  registry: Registry,
  providers: ReadonlyMap<string, Provider>,
): (corrected: ModelCard | undefined) => PriceOf {
  return (corrected) => {
    const cards = corrected === undefined ? registry : withCard(registry, corrected);
    return (name, model) => {
      const provider = providers.get(name);
      if (provider === undefined) return 'provider_unknown';
      if (provider.isFree) return corrected === undefined ? 'free' : 'outside';
      const card = findCard(cards, `${provider.form.registry ?? provider.form.name}:${model}`);
      if (corrected !== undefined && card !== corrected) return 'outside';
      return card ?? 'no_prices';
    };
  };
}

function withCard({ cards }: Registry, corrected: ModelCard): Registry {
  return createRegistry([{ cards: [...cards.values()] }, { cards: [corrected] }]);
}

/** Remembers every price that it told; without a source, it tells only those that it was made with. */
export class PlannedPrices {
  readonly #known = new Map<string, readonly [provider: string, model: string, price: Price]>();
  readonly #source: PriceOf;

  constructor(source: PriceOf = () => 'not_planned') {
    this.#source = source;
  }

  of(provider: string, model: string): Price {
    const name = JSON.stringify([provider, model]);
    const known = this.#known.get(name)?.[2];
    if (known !== undefined) return known;
    const price = this.#source(provider, model);
    this.#known.set(name, [provider, model, price]);
    return price;
  }

  toJson(): Json {
    return [...this.#known.values()].map(([provider, model, price]) => [
      provider,
      model,
      typeof price === 'string'
        ? price
        : { key: price.key, provider: price.provider, version: price.registryVersion, row: price.row },
    ]);
  }

  static fromJson(json: Json): PlannedPrices {
    const planned = new PlannedPrices();
    for (const [provider, model, price] of json as unknown as readonly KeptPrice[]) {
      const kept = typeof price === 'string' ? price : readCard(price);
      planned.#known.set(JSON.stringify([provider, model]), [provider, model, kept]);
    }
    return planned;
  }
}

type KeptPrice = readonly [provider: string, model: string, price: NoCard | KeptCard];

interface KeptCard {
  readonly key: string;
  readonly provider: string;
  readonly version: number;
  readonly row: JsonObject;
}

function readCard({ key, provider, version, row }: KeptCard): ModelCard {
  const [card] = readWholeRegistryFile({ provider, version, models: { [key]: row } }).cards;
  if (card !== undefined) return card;
  throw new KeelsonError('internal_error', `The prices of \`${key}\` that were kept cannot be read.`);
}
