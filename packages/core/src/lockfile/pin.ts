/** Takes down what is true of a model, and turns what was taken down into prices again. */
import { canonicalJson, type JsonObject, sha256Hex } from '../json/index.ts';
import { known } from '../message/index.ts';
import {
  findCard,
  isPriceField,
  type ModelCard,
  type PriceRow,
  priceFieldsOf,
  priceVersionOf,
  type Registry,
  type RegistryProblem,
  readRegistryFile,
} from '../registry/index.ts';
import type { Pin } from './lockfile.ts';
import { readReference } from './model-reference.ts';

/** `lockedAt` is a date; it means nothing, and may be left out. */
export function pinModel(reference: string, registry: Registry, lockedAt?: string): Pin {
  const card = findCard(registry, reference);
  if (card === undefined) return { isUnlisted: true, ...known({ lockedAt }) };
  const prices = priceFieldsOf(card);
  return {
    ...known({
      model: datedName(reference, card, registry),
      card: card.key === reference ? undefined : card.key,
    }),
    registryVersion: card.registryVersion,
    ...known({ contextWindow: card.limits.contextWindow, maxOutput: card.limits.maxOutput }),
    abilities: abilitiesOf(card),
    ...(Object.keys(prices).length > 0 && { prices }),
    contentHash: hashCard(card),
    ...known({ lockedAt }),
  };
}

export const hashCard = (card: ModelCard): string => sha256Hex(canonicalJson(card.row));

const abilitiesOf = (card: ModelCard): string[] =>
  Object.keys(card.abilities)
    .filter((ability) => card.abilities[ability] === true)
    .sort();

const dateSuffix = /^[-@]20\d{2}-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$/;

/** The one dated edition of a model at the same prices. Of several, nobody can say which one the name means today. */
function datedName(reference: string, card: ModelCard, registry: Registry): string | undefined {
  const { provider, model } = readReference(reference) ?? { provider: '', model: '' };
  const isEdition = (name: string): boolean =>
    name.startsWith(model) && dateSuffix.test(name.slice(model.length));
  const editions = new Set(card.aliases.filter(isEdition));
  for (const other of registry.cards.values())
    if (other.provider === provider && isEdition(other.model)) {
      if (canonicalJson(priceFieldsOf(other)) !== canonicalJson(priceFieldsOf(card))) return undefined;
      editions.add(other.model);
    }
  const [edition] = editions;
  return editions.size === 1 ? edition : undefined;
}

/** Stands in for the card of a pin, which keeps only what a price is made of. */
function readPrices(key: string, version: number, prices: JsonObject) {
  const provider = key.slice(0, key.indexOf(':'));
  return readRegistryFile({ provider, version, models: { [key]: prices } });
}

/** The first thing that is wrong with locked prices. */
export function problemOfPrices(
  prices: JsonObject,
): { readonly field: string; readonly says: string } | undefined {
  const stray = Object.keys(prices).find((field) => !isPriceField(field));
  if (stray !== undefined) return { field: stray, says: 'is no price that is known here' };
  const [problem]: readonly RegistryProblem[] = readPrices('locked:model', 1, prices).problems;
  if (problem === undefined) return undefined;
  const field = problem.field ?? '';
  return { field, says: problem.says.replace(/^`[^`]*` of `[^`]*` /, '').replace(/\.$/, '') };
}

export interface PinnedPrices {
  readonly prices: PriceRow | undefined;
  /** As `priceVersionOf` names the prices of the registry, so that the same prices have the same name. */
  readonly priceVersion: string;
}

const knownPrices = new WeakMap<Pin, PinnedPrices>();

/** What calls cost by this pin, whatever the registry says today. Undefined for a model that no registry knew. */
export function pricesOfPin(reference: string, pin: Pin): PinnedPrices | undefined {
  if (pin.registryVersion === undefined) return undefined;
  const known = knownPrices.get(pin);
  // A pin is of one reference, unless somebody has put it under two.
  if (known?.priceVersion.startsWith(`${pin.card ?? reference}@`)) return known;
  const [card] = readPrices(pin.card ?? reference, pin.registryVersion, pin.prices ?? {}).cards;
  if (card === undefined) return undefined;
  const prices = { prices: card.prices, priceVersion: priceVersionOf(card) };
  knownPrices.set(pin, prices);
  return prices;
}
