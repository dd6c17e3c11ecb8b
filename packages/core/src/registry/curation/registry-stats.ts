/** Totals of registry files: how many models, and of how many what is known. */
import type { RegistryFile } from '../read-registry-file.ts';

export interface ProviderStats {
  readonly provider: string;
  readonly version: number;
  readonly updatedAt?: string;
  readonly models: number;
  /** Neither retired nor announced to go. */
  readonly current: number;
  readonly priced: number;
  readonly unpriced: number;
  readonly withContextWindow: number;
  readonly withAbilities: number;
  /** Of each kind of call. `unknown` where no kind is stated. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Rows that were left out, because they are malformed. */
  readonly malformed: number;
}

export interface RegistryStats {
  readonly providers: readonly ProviderStats[];
  readonly models: number;
  readonly priced: number;
  readonly unpriced: number;
  readonly malformed: number;
}

export function registryStats(files: Iterable<RegistryFile>): RegistryStats {
  const providers = [...files].map(statsOf).sort((one, other) => (one.provider < other.provider ? -1 : 1));
  const sum = (field: 'models' | 'priced' | 'unpriced' | 'malformed'): number =>
    providers.reduce((total, stats) => total + stats[field], 0);
  return {
    providers,
    models: sum('models'),
    priced: sum('priced'),
    unpriced: sum('unpriced'),
    malformed: sum('malformed'),
  };
}

function statsOf({ provider, version, updatedAt, cards, problems }: RegistryFile): ProviderStats {
  const kinds = new Map<string, number>();
  for (const { endpoint = 'unknown' } of cards) kinds.set(endpoint, (kinds.get(endpoint) ?? 0) + 1);
  const priced = cards.filter(({ prices }) => prices !== undefined).length;
  return {
    provider,
    version,
    ...(updatedAt !== undefined && { updatedAt }),
    models: cards.length,
    current: cards.filter(({ lifeCycle }) => lifeCycle.isActive && !lifeCycle.isDeprecated).length,
    priced,
    unpriced: cards.length - priced,
    withContextWindow: cards.filter(({ limits }) => limits.contextWindow !== undefined).length,
    withAbilities: cards.filter(({ abilities }) => Object.keys(abilities).length > 0).length,
    kinds: Object.fromEntries([...kinds].sort()),
    malformed: new Set(problems.map(({ row }) => row)).size,
  };
}
