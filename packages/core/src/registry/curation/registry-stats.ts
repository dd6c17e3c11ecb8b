/** Totals of registry files: how many models, and of how many what is known. Retired models are counted apart, and in nothing else. */
import { missingPrices } from '../missing-prices.ts';
import type { ModelCard } from '../model-card.ts';
import type { RegistryFile } from '../read-registry-file.ts';

/** Counts of models that are still served. */
interface Counts {
  readonly models: number;
  /** Of these, the provider has said that they will go. */
  readonly deprecated: number;
  /** Every price is there that their kind of work needs. */
  readonly priced: number;
  /** Some price is there, but not all; calls of the usual kind may be unpriced. */
  readonly partlyPriced: number;
  readonly unpriced: number;
  /** Of those that are not wholly priced, the rows that say so themselves. */
  readonly saidUnknown: number;
  readonly withContextWindow: number;
  readonly withAbilities: number;
  /** Not served any more, and in none of the counts above. */
  readonly retired: number;
  /** Rows that were left out, because they are malformed. */
  readonly malformed: number;
}

export interface ProviderStats extends Counts {
  readonly provider: string;
  readonly version: number;
  readonly updatedAt?: string;
  /** Of each kind of call. `unknown` where no kind is stated. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Where its rows were read. */
  readonly sources: readonly SourceStats[];
}

export interface SourceStats {
  readonly name: string;
  readonly date?: string;
  readonly models: number;
}

export interface RegistryStats extends Counts {
  readonly providers: readonly ProviderStats[];
}

export function registryStats(files: Iterable<RegistryFile>): RegistryStats {
  const read = [...files];
  const providers = read.map(statsOf).sort((one, other) => (one.provider < other.provider ? -1 : 1));
  return {
    providers,
    ...count(
      read.flatMap(({ cards }) => cards),
      providers.reduce((sum, { malformed }) => sum + malformed, 0),
    ),
  };
}

function statsOf({ provider, version, updatedAt, cards, problems }: RegistryFile): ProviderStats {
  const served = cards.filter(({ lifeCycle }) => lifeCycle.isActive);
  return {
    provider,
    version,
    ...(updatedAt !== undefined && { updatedAt }),
    ...count(cards, new Set(problems.map(({ row }) => row)).size),
    kinds: Object.fromEntries(tally(served.map(({ endpoint = 'unknown' }) => endpoint)).sort()),
    sources: sourcesOf(cards),
  };
}

function count(cards: readonly ModelCard[], malformed: number): Counts {
  const served = cards.filter(({ lifeCycle }) => lifeCycle.isActive);
  const lacking = served.filter((card) => missingPrices(card).length > 0);
  const unpriced = lacking.filter(({ prices }) => prices === undefined).length;
  return {
    models: served.length,
    deprecated: served.filter(({ lifeCycle }) => lifeCycle.isDeprecated).length,
    priced: served.length - lacking.length,
    partlyPriced: lacking.length - unpriced,
    unpriced,
    saidUnknown: lacking.filter((card) => missingPrices(card).every((field) => card.unknown.includes(field)))
      .length,
    withContextWindow: served.filter(({ limits }) => limits.contextWindow !== undefined).length,
    withAbilities: served.filter(({ abilities }) => Object.keys(abilities).length > 0).length,
    retired: cards.length - served.length,
    malformed,
  };
}

function sourcesOf(cards: readonly ModelCard[]): readonly SourceStats[] {
  const named = new Map(
    cards.flatMap(({ source }) => (source === undefined ? [] : [[nameOf(source), source]])),
  );
  const counts = tally(cards.flatMap(({ source }) => (source === undefined ? [] : [nameOf(source)])));
  return counts.map(([name, models]) => ({ ...(named.get(name) ?? { name }), models }));
}

const nameOf = ({ name, date = '' }: { readonly name: string; readonly date?: string }): string =>
  `${name} ${date}`;

function tally(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts];
}
