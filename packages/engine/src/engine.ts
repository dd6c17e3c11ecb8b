/**
 * An engine: its rooms put together from settings, once, by whoever starts it: the gateway, the command line, or a library
 * in somebody's process.
 */
import { createRegistry, type Registry } from '@keelson/core';
import type { AnswerCache } from './cache/index.ts';
import {
  type AskedCall,
  type BodyLog,
  type BodyPolicy,
  type Caller,
  createBodyLog,
  createPriceList,
  type EngineParts,
  handleCall,
  type ListedModel,
  listModels,
} from './calls/index.ts';
import {
  type CallRecord,
  type CallTail,
  createCallTail,
  createIds,
  createMetrics,
  createRecordQueue,
  type Log,
  type Metrics,
  type RecordQueue,
  type Samples,
  silentLog,
  systemClock,
  systemRandom,
} from './observability/index.ts';
import { createProvider, type Provider, type ProviderConfig } from './providers/index.ts';
import {
  type AliasTable,
  type CardReader,
  type CircuitSettings,
  createCardReader,
  createRouting,
  type TableRouting,
} from './routing/index.ts';
import type { Storage } from './storage/index.ts';

export interface EngineSettings {
  readonly providers: readonly ProviderConfig[];
  /** Models of providers by other names; a list is the order in which they are tried. */
  readonly aliases?: AliasTable['aliases'];
  /** When a model that keeps failing is left alone, and for how long. */
  readonly circuit?: Partial<CircuitSettings>;
  /** Prices and abilities of models; without any, every cost is unpriced. */
  readonly registry?: Registry;
  readonly log?: Log;
  /** Where records of calls are kept; without any, they are not. Whoever opened it closes it. */
  readonly storage?: Storage;
  /** Answers that are given again; without it, none are. Whoever opened it closes it, before the storage. */
  readonly cache?: AnswerCache;
  /** Days after which records of calls go; they stay for ever without it. Sums of usage always stay. */
  readonly retentionDays?: number;
  /** Whose prompts and answers are kept beside the records; `none` when left out. */
  readonly logBodies?: BodyPolicy;
  /** Whether calls are counted for whoever watches the server. */
  readonly metrics?: boolean;
}

export interface Engine {
  readonly providers: ReadonlyMap<string, Provider>;
  /** Where calls go and why; it takes other aliases while calls go on. */
  readonly routing: TableRouting;
  /** The names by which callers may ask. */
  models(): readonly ListedModel[];
  newId(): string;
  /** Answers that were kept for their callers, by workspace and id. */
  readonly answers: Storage['responses'] | undefined;
  /** Never rejects; the caller has been answered when it resolves. Without a record only when there is a fault in Keelson. */
  call(asked: AskedCall, caller: Caller): Promise<CallRecord | undefined>;
  readonly metrics: Metrics | undefined;
  /** Calls as they finish. */
  readonly tail: CallTail;
  /** Calls that have begun and are not recorded yet. */
  underWay(): number;
  /** Records that are not written yet. */
  waiting(): number;
  /** Ends calls that are under way, writes all records, and forgets its connections. */
  close(): Promise<void>;
}

export function openEngine(settings: EngineSettings): Engine {
  const { aliases = {}, log = silentLog, registry = createRegistry([]), storage } = settings;
  const providers = new Map(settings.providers.map((config) => [config.name, createProvider(config)]));
  const cards = createCardReader(registry, providers);
  const metrics = settings.metrics ? openMetrics(providers, cards.factsOf) : undefined;
  const tail = createCallTail();
  const records = storage && keepRecords(storage, log, metrics);
  const bodies = keepBodies(settings, log);
  const stopSweeping = sweepEvery(hourMs, settings, log);
  const routing = createRouting({
    providers,
    aliases,
    clock: systemClock,
    random: systemRandom,
    ...cards,
    ...(settings.circuit && { circuit: settings.circuit }),
  });
  const parts: EngineParts = {
    clock: systemClock,
    log,
    newId: createIds(systemClock, systemRandom),
    routing,
    costOf: createPriceList(registry),
    ...(storage !== undefined && { answers: storage.responses }),
    ...(settings.cache !== undefined && { cache: settings.cache }),
    onRecord: (record) => {
      logCall(log, record);
      records?.add(record);
      metrics?.add(record);
      if (tail.isWatched) tail.add(record);
    },
  };
  metrics?.watch((samples) => tellState(samples, { providers, routing, records, bodies, tail, metrics }));
  let underWay = 0;
  const finish = (record: CallRecord): CallRecord => {
    underWay -= 1;
    return record;
  };
  return {
    providers,
    routing,
    models: () => listModels(routing.aliases, providers, registry),
    newId: parts.newId,
    answers: storage?.responses,
    metrics,
    tail,
    underWay: () => underWay,
    waiting: () => records?.waiting ?? 0,
    call: (asked, caller) => {
      underWay += 1;
      const call =
        bodies === undefined
          ? handleCall(asked, caller, parts)
          : handleListened(asked, caller, { parts, bodies });
      return call.then(finish, (error: unknown) => {
        underWay -= 1;
        log.error('A call could not be recorded.', { call: asked.id, error });
        return undefined;
      });
    },
    close: async () => {
      stopSweeping();
      await Promise.all([...providers.values()].map((provider) => provider.close()));
      // What that ended is recorded a few turns later; a queue that is closed takes nothing.
      for (let tries = 0; underWay > 0 && tries < endingTries; tries++) await systemClock.sleep(endingMs);
      await records?.close();
      await bodies?.close();
    },
  };
}

/** Together a second, for calls whose providers were taken from them: they have nothing left to wait for. */
const endingMs = 10;
const endingTries = 100;

function keepRecords({ calls }: Storage, log: Log, metrics: Metrics | undefined): RecordQueue {
  const write = async (batch: readonly CallRecord[]): Promise<void> => {
    const start = systemClock.elapsed();
    await calls.insertBatch(batch);
    const seconds = (systemClock.elapsed() - start) / 1000;
    metrics?.observe('keelson_db_query_seconds', ['write_calls'], seconds);
  };
  return createRecordQueue({ clock: systemClock, log, write });
}

function openMetrics(providers: Engine['providers'], factsOf: CardReader['factsOf']): Metrics {
  return createMetrics({
    isListed: (name, model) => {
      const provider = providers.get(name);
      return provider !== undefined && factsOf(provider, model) !== undefined;
    },
  });
}

interface EngineState extends Pick<Engine, 'providers' | 'routing' | 'tail'> {
  readonly records: RecordQueue | undefined;
  readonly bodies: BodyLog | undefined;
  readonly metrics: Metrics;
}

const circuitNumbers = { closed: 0, 'half-open': 1, open: 2 } as const;

/** What is not counted but only is. */
function tellState(
  samples: Samples,
  { providers, routing, records, bodies, tail, metrics }: EngineState,
): void {
  for (const { name, load } of providers.values()) samples.add('keelson_in_flight_requests', [name], load());
  const states = routing.states();
  // Whoever is in trouble first, because there is a bound; a circuit that is not told of is closed.
  for (const { provider, model, circuit } of states
    .toSorted((one, another) => circuitNumbers[another.circuit] - circuitNumbers[one.circuit])
    .slice(0, mostCircuits)) {
    samples.add(
      'keelson_circuit_state',
      [provider, metrics.labelOf(provider, model)],
      circuitNumbers[circuit],
    );
  }
  const queues = { calls: records, bodies: bodies?.queue };
  for (const [name, queue] of Object.entries(queues)) {
    if (queue === undefined) continue;
    samples.add('keelson_queue_depth', [name], queue.waiting);
    samples.add('keelson_log_dropped_total', [name], queue.dropped);
  }
  samples.add('keelson_log_dropped_total', ['tail'], tail.dropped);
}

const mostCircuits = 300;

function keepBodies({ logBodies = 'none', storage }: EngineSettings, log: Log): BodyLog | undefined {
  if (logBodies === 'none' || storage === undefined) return undefined;
  return createBodyLog({ policy: logBodies, bodies: storage.bodies, clock: systemClock, log });
}

async function handleListened(
  asked: AskedCall,
  caller: Caller,
  { parts, bodies }: { readonly parts: EngineParts; readonly bodies: BodyLog },
): Promise<CallRecord> {
  const listened = bodies.listen(caller);
  const record = await handleCall(asked, listened, parts);
  bodies.keep(asked, listened, record);
  return record;
}

function logCall(log: Log, record: CallRecord): void {
  const {
    id: call,
    traceId: trace,
    keyId: key,
    requestedModel: asked,
    provider,
    model,
    status,
    error,
    durationMs,
  } = record;
  log.info('call', { call, trace, key, asked, provider, model, status, error, ms: Math.round(durationMs) });
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function sweepEvery(ms: number, { storage, retentionDays }: EngineSettings, log: Log): () => void {
  if (storage === undefined || retentionDays === undefined) return () => {};
  return systemClock.every(ms, () => {
    storage.retention
      .sweep({ olderThan: systemClock.now() - retentionDays * dayMs })
      .catch((error: unknown) => {
        log.warn('Old records of calls could not be removed.', { error });
      });
  });
}
