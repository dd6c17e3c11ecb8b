/**
 * An engine: its rooms put together from settings, once, by whoever starts it: the gateway, the command line, or a library
 * in somebody's process.
 */
import { createRegistry, type Registry } from '@keelson/core';
import { type AskedCall, type Caller, createPriceList, type EngineParts, handleCall } from './calls/index.ts';
import {
  type CallRecord,
  createIds,
  type Log,
  silentLog,
  systemClock,
  systemRandom,
} from './observability/index.ts';
import { createProvider, type Provider, type ProviderConfig } from './providers/index.ts';
import { type AliasTable, type CircuitSettings, createCardReader, createRouting } from './routing/index.ts';

export interface EngineSettings {
  readonly providers: readonly ProviderConfig[];
  /** Models of providers by other names; a list is the order in which they are tried. */
  readonly aliases?: AliasTable['aliases'];
  /** When a model that keeps failing is left alone, and for how long. */
  readonly circuit?: Partial<CircuitSettings>;
  /** Prices and abilities of models; without any, every cost is unpriced. */
  readonly registry?: Registry;
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
  const { aliases = {}, log = silentLog, onRecord = () => {}, registry = createRegistry([]) } = settings;
  const providers = new Map(settings.providers.map((config) => [config.name, createProvider(config)]));
  const parts: EngineParts = {
    clock: systemClock,
    log,
    newId: createIds(systemClock, systemRandom),
    routing: createRouting({
      providers,
      aliases,
      clock: systemClock,
      random: systemRandom,
      ...createCardReader(registry, providers),
      ...(settings.circuit && { circuit: settings.circuit }),
    }),
    costOf: createPriceList(registry),
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
