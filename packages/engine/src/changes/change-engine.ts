/** Exchanges providers, aliases and a few settings of an engine while calls go on: all of it or nothing. */
import { KeelsonError, type Registry } from '@keelson/core';
import type { BodyPolicy } from '../calls/index.ts';
import type { ProviderConfig, ProviderTable } from '../providers/index.ts';
import type { AliasProblem, AliasTable, LockedNames, TableRouting } from '../routing/index.ts';
import type { BodyKeeping } from './body-keeping.ts';
import { addCards, type GrowingRegistry } from './growing-registry.ts';
import type { Sweeping } from './sweep.ts';

/** What of the settings may be others while calls go on; what is left out stays. */
export interface EngineChange {
  /** All that there are; those that are the same objects as before keep their connections. */
  readonly providers?: readonly ProviderConfig[];
  /** Cards of vendors that there were none of. */
  readonly cards?: Registry;
  /** The whole table. */
  readonly aliases?: AliasTable['aliases'];
  /** In place of the lockfile that there was. */
  readonly lockfile?: LockedNames;
  readonly logBodies?: BodyPolicy;
  readonly retention?: { readonly days: number | undefined };
}

export interface Changes {
  /** Throws `configuration_invalid` with everything that is wrong. Calls under way end as they began. */
  change(change: EngineChange): void;
  /** What `change` would refuse of these; nothing changes. */
  problemsWith(
    change: Pick<EngineChange, 'providers' | 'cards' | 'aliases' | 'lockfile'>,
  ): readonly AliasProblem[];
}

interface Changing {
  readonly table: ProviderTable;
  readonly routing: TableRouting;
  readonly registry: GrowingRegistry;
  readonly bodies: BodyKeeping;
  readonly sweeping: Sweeping;
}

/** Nothing here waits, so that no call sees half of a change. */
export function createChanges({ table, routing, registry, bodies, sweeping }: Changing): Changes {
  return {
    change: ({ providers, cards, aliases, lockfile, logBodies, retention }) => {
      if (cards !== undefined) addCards(registry, cards);
      const setNames = (): void => {
        if (aliases === undefined && lockfile === undefined) return;
        routing.setNames({ ...(aliases && { table: { aliases } }), ...(lockfile && { lockfile }) });
      };
      if (providers === undefined) setNames();
      else table.replace(providers, setNames);
      if (logBodies !== undefined) bodies.setPolicy(logBodies);
      if (retention !== undefined) sweeping.setDays(retention.days);
    },
    problemsWith: ({ providers, aliases, lockfile }) => {
      const problems = (providers ?? []).flatMap((config) => problemWithProvider(config, table));
      if (problems.length > 0 || aliases === undefined) return problems;
      const find = (): readonly AliasProblem[] => routing.problemsWith({ aliases }, lockfile);
      return providers === undefined ? find() : table.tryOut(providers, find);
    },
  };
}

function problemWithProvider(config: ProviderConfig, table: ProviderTable): AliasProblem | readonly [] {
  try {
    table.check(config);
    return [];
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    return { path: `providers.${config.name}`, says: `cannot be used: ${error.message} ${error.hint}` };
  }
}
