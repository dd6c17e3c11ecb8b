/**
 * An engine: its rooms put together from settings, once, by whoever starts it: the gateway, the command line, or a library
 * in somebody's process.
 */
import type { Usage } from '@keelson/core';
import { type AskedCall, type Caller, type EngineParts, handleCall } from './calls/index.ts';
import {
  type CallRecord,
  createIds,
  type Log,
  type RecordedCost,
  silentLog,
  systemClock,
  systemRandom,
} from './observability/index.ts';
import { createProvider, type Provider, type ProviderConfig } from './providers/index.ts';
import { type AliasTable, createRouting, type Target } from './routing/index.ts';

export interface EngineSettings {
  readonly providers: readonly ProviderConfig[];
  /** Models of providers by other names; a list is the order in which they are tried. */
  readonly aliases?: AliasTable['aliases'];
  readonly log?: Log;
  readonly onRecord?: (record: CallRecord) => void;
}

export interface Engine {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly aliases: readonly string[];
  newId(): string;
  /** Never rejects; the caller has been answered when it resolves. */
  call(asked: AskedCall, caller: Caller): Promise<CallRecord>;
  close(): Promise<void>;
}

export function openEngine(settings: EngineSettings): Engine {
  const { aliases = {}, log = silentLog, onRecord = () => {} } = settings;
  const providers = new Map(settings.providers.map((config) => [config.name, createProvider(config)]));
  const parts: EngineParts = {
    clock: systemClock,
    log,
    newId: createIds(systemClock, systemRandom),
    routing: createRouting({ providers, aliases, clock: systemClock, random: systemRandom }),
    costOf: unpriced,
    onRecord,
  };
  return {
    providers,
    aliases: Object.keys(aliases),
    newId: parts.newId,
    call: (asked, caller) => handleCall(asked, caller, parts),
    close: async () => {
      await Promise.all([...providers.values()].map((provider) => provider.close()));
    },
  };
}

function unpriced(_target: Target, _usage: Usage): RecordedCost {
  return { status: 'unpriced' };
}
