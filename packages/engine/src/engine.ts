/**
 * An engine: its rooms put together from settings, once, by whoever starts it: the gateway, the command line, or a library
 * in somebody's process.
 */
import { hostname } from 'node:os';
import { KeelsonError, type Registry } from '@keelson/core';
import type { AnswerCache } from './cache/index.ts';
import {
  type AskedCall,
  type BodyPolicy,
  type Caller,
  type CallWatch,
  createPricedTest,
  createPriceList,
  createWorstPrices,
  type EngineParts,
  handleWatched,
  type KnownModel,
  keepThings,
  knownModels,
  type ListedModel,
  listModels,
  logCall,
  recoveredRecord,
  tellState,
  watchCalls,
} from './calls/index.ts';
import { BodyKeeping, type Changes, copyRegistry, createChanges, sweepEveryHour } from './changes/index.ts';
import { type AlertEvent, type BudgetDefinition, Limits, type RecoveredCall } from './limits/index.ts';
import {
  type CallRecord,
  type CallTail,
  createIds,
  createRecordQueue,
  type Log,
  type Metrics,
  type PromptCacheAlert,
  PromptCacheWatch,
  type RecordQueue,
  silentLog,
  systemClock,
  systemRandom,
} from './observability/index.ts';
import {
  type Provider,
  type ProviderConfig,
  type ProviderCredentials,
  ProviderTable,
} from './providers/index.ts';
import { createReceiptIssuer, type KeyHolder, type ReceiptIssuer } from './receipts/index.ts';
import {
  createPriceSource,
  type RepricingParts,
  type RepricingReport,
  type RepricingWish,
  reprice,
  resumeRepricing,
} from './repricing/index.ts';
import {
  type AliasTable,
  type CardReader,
  type CircuitSettings,
  createCardReader,
  createRouting,
  type LockedNames,
  type TableRouting,
} from './routing/index.ts';
import type { Storage } from './storage/index.ts';
import { type CallReport, createReporting, type ReportedRecord } from './sync/index.ts';

export interface EngineSettings {
  readonly providers: readonly ProviderConfig[];
  /** Models of providers by other names; a list is the order in which they are tried. */
  readonly aliases?: AliasTable['aliases'];
  /** Aliases, pins, prices and profiles of a lockfile. */
  readonly lockfile?: LockedNames;
  /** When a model that keeps failing is left alone, and for how long. */
  readonly circuit?: Partial<CircuitSettings>;
  /** Prices and abilities of models; without any, every cost is unpriced. */
  readonly registry?: Registry;
  readonly log?: Log;
  /** Where records of calls are kept; without any, they are not. Whoever opened it closes it. */
  readonly storage?: Storage;
  /**
   * Credentials that are kept in the database, beside the keys of the providers' own configuration. Whoever opened them
   * closes them, before the storage.
   */
  readonly credentials?: ProviderCredentials;
  /** By whose key receipts are signed; without it, or without storage, calls have none. */
  readonly receiptKeys?: KeyHolder;
  /** Answers that are given again; without it, none are. Whoever opened it closes it, before the storage. */
  readonly cache?: AnswerCache;
  /** Days after which records of calls go; they stay for ever without it. Sums of usage always stay. */
  readonly retentionDays?: number;
  /** Limits of money, requests, tokens and calls at once; they need a storage. */
  readonly budgets?: BudgetSettings;
  /** Whose prompts and answers are kept beside the records; `none` when left out. */
  readonly logBodies?: BodyPolicy;
  /** Told when a prompt cache of a provider stops helping; the log says it as well. */
  readonly onPromptCacheAlert?: (alert: PromptCacheAlert) => void;
  /** Whether a call whose price is not known is refused before it is sent; otherwise it is recorded as unpriced. */
  readonly strictCost?: boolean;
  /** Whether calls are counted for whoever watches the server. */
  readonly metrics?: boolean;
}

export interface BudgetSettings {
  /** Where the journals of calls are, shared by all processes of this machine. */
  readonly journalFolder: string;
  /** The budgets that come from a file; those made by `engine.limits.create` are left alone. */
  readonly defined?: readonly BudgetDefinition[];
  /** `accounts`, when left out: only calls that a budget binds are written into the journal. */
  readonly journal?: 'accounts' | 'all';
  /** How long a line may wait for the disk; 100 ms when left out. A killed process loses nothing either way. */
  readonly journalSync?: 'each' | number;
  /** How long calls go on with what was lent while the database is away; a minute when left out. */
  readonly outageMs?: number;
  readonly onAlert?: (event: AlertEvent) => void;
}

export interface Engine extends Changes {
  readonly providers: ReadonlyMap<string, Provider>;
  /** Where calls go and why; it takes other aliases while calls go on. */
  readonly routing: TableRouting;
  /** The cards by which calls are priced; there are more of them when vendors come. */
  readonly registry: Registry;
  /** The names by which callers may ask. */
  models(profile?: string): readonly ListedModel[];
  /** The models that are known of each provider, with all that is known of them. */
  knownModels(): readonly KnownModel[];
  newId(): string;
  /** Answers that were kept for their callers, by workspace and id. */
  readonly answers: Storage['responses'] | undefined;
  /** Answers that are given again; undefined where none are. */
  readonly cache: AnswerCache | undefined;
  /** Receipts on their way to storage. */
  readonly receipts: ReceiptIssuer | undefined;
  /** Budgets, what is used of them, and changes of them; undefined where the engine keeps none. */
  readonly limits: Limits | undefined;
  /** Tells what calls of a period would cost by other prices, and where that is wished gives them these costs. */
  reprice(wish: RepricingWish): Promise<RepricingReport>;
  /** Goes on with a re-pricing whose process is gone. */
  resumeRepricing(id: string): Promise<RepricingReport>;
  /** Records a call that was made elsewhere. */
  reportCall(report: CallReport): Promise<ReportedRecord>;
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

const system = { clock: systemClock, random: systemRandom };

export function openEngine(settings: EngineSettings): Engine {
  const { aliases = {}, log = silentLog, storage, circuit } = settings;
  const registry = copyRegistry(settings.registry);
  const table = openProviders(settings);
  const { providers } = table;
  const cards = createCardReader(registry, providers);
  const watch = openWatch(settings, providers, cards.factsOf);
  const promptCaches = watchPromptCaches(settings, log);
  const records = storage && keepRecords(storage, { log, metrics: watch.metrics, promptCaches });
  const bodies = new BodyKeeping(settings, log);
  const sweeping = sweepEveryHour(settings, log);
  const newId = createIds(systemClock, systemRandom);
  const receipts = issueReceipts(settings, log, newId);
  const names = { aliases, registry, ...(settings.lockfile && { lockfile: settings.lockfile }) };
  const routing = createRouting({ providers, ...names, ...system, ...cards, ...(circuit && { circuit }) });
  const limits =
    settings.budgets && keepBudgets(settings.budgets, { storage, records, receipts, routing, newId, log });
  const onRecord = tellAll(log, records, watch);
  const parts: EngineParts = {
    clock: systemClock,
    log,
    newId,
    routing,
    costOf: createPriceList(registry),
    ...seamsOf(settings, { limits, registry, receipts, providers, onRecord }),
    onRecord,
  };
  const queues = queuesOf(records, bodies, receipts);
  tellState(watch.metrics, { providers, routing, limits, promptCaches, queues, tail: watch.tail });
  return {
    providers,
    routing,
    registry,
    ...listsOfModels(routing, providers, registry),
    newId,
    receipts,
    answers: storage?.responses,
    cache: settings.cache,
    limits,
    ...createRepricing(settings, { log, newId, registry, providers, receipts }),
    reportCall: createReporting(storage, { newId, registry, providers, now: () => systemClock.now() }),
    ...createChanges({ table, routing, registry, bodies, sweeping }),
    metrics: watch.metrics,
    tail: watch.tail,
    underWay: () => watch.underWay,
    waiting: () => records?.waiting ?? 0,
    call: (asked, caller) => handleWatched(asked, caller, { parts, bodies: bodies.now, watch }),
    close: async () => {
      sweeping.stop();
      await endCalls(table, watch);
      await Promise.all([records?.close(), receipts?.close()]);
      await limits?.close(isAllKept(records, receipts));
      await bodies.close();
    },
  };
}

interface Seams extends Pick<EngineParts, 'onRecord'> {
  readonly limits: EngineParts['limits'] | undefined;
  readonly receipts: EngineParts['receipts'] | undefined;
  readonly registry: Registry;
  readonly providers: Engine['providers'];
}

/** What a call does only where it was set up. */
function seamsOf(
  { storage, cache, strictCost }: EngineSettings,
  { limits, registry, receipts, providers, onRecord }: Seams,
): Partial<EngineParts> {
  return {
    ...(limits !== undefined && { limits, worstPrices: createWorstPrices(registry) }),
    ...(storage !== undefined && {
      answers: storage.responses,
      things: keepThings(storage, providers, onRecord),
    }),
    ...(receipts !== undefined && { receipts }),
    ...(cache !== undefined && { cache }),
    ...(strictCost === true && { isPriced: createPricedTest(registry) }),
  };
}

/** What could not be kept is made again from the journal, by the next start. */
function isAllKept(...queues: readonly (Pick<RecordQueue, 'dropped'> | undefined)[]): boolean {
  return queues.every((queue) => (queue?.dropped ?? 0) === 0);
}

function listsOfModels(
  routing: TableRouting,
  providers: Engine['providers'],
  registry: Registry,
): Pick<Engine, 'models' | 'knownModels'> {
  return {
    models: (profile) => listModels(routing.aliasesOf(profile), providers, registry),
    knownModels: () => knownModels(providers, registry),
  };
}

interface RepricingDeps {
  readonly log: Log;
  readonly newId: () => string;
  readonly registry: Registry;
  readonly providers: Engine['providers'];
  readonly receipts: ReceiptIssuer | undefined;
}

function createRepricing(
  settings: EngineSettings,
  deps: RepricingDeps,
): Pick<Engine, 'reprice' | 'resumeRepricing'> {
  return {
    reprice: async (wish) => reprice(wish, repricingParts(settings, deps)),
    resumeRepricing: async (id) => resumeRepricing(id, repricingParts(settings, deps)),
  };
}

function repricingParts(
  { storage }: EngineSettings,
  { log, newId, registry, providers, receipts }: RepricingDeps,
): RepricingParts {
  if (storage === undefined) {
    throw new KeelsonError('configuration_invalid', 'Calls are re-priced where they are stored.', {
      hint: 'Open the engine with a storage.',
    });
  }
  const prices = createPriceSource(registry, providers);
  return { storage, clock: systemClock, log, newId, prices, ...(receipts !== undefined && { receipts }) };
}

function openProviders({ providers, credentials }: EngineSettings): ProviderTable {
  return new ProviderTable(providers, {
    clock: systemClock,
    ...(credentials !== undefined && { poolFor: (name) => credentials.poolFor(name) }),
  });
}

interface BudgetKeeping {
  readonly storage: Storage | undefined;
  readonly records: RecordQueue | undefined;
  readonly receipts: ReceiptIssuer | undefined;
  readonly routing: TableRouting;
  readonly newId: () => string;
  readonly log: Log;
}

function keepBudgets(
  { journalFolder: folder, defined, journal, journalSync, outageMs, onAlert }: BudgetSettings,
  { storage, records, receipts, routing, newId, log }: BudgetKeeping,
): Limits {
  if (storage === undefined)
    throw new KeelsonError('configuration_invalid', 'Budgets need a storage to be kept in.');
  return new Limits({
    storage,
    clock: systemClock,
    log,
    newId,
    host: hostname(),
    journal: {
      folder,
      ...(journal !== undefined && { of: journal }),
      ...(journalSync !== undefined && { sync: journalSync }),
    },
    ...(outageMs !== undefined && { outageMs }),
    onAlert: (event) => {
      const { budgetId: budget, level, used, amount } = event;
      log.warn('A budget has reached a level.', { budget, level, used, amount });
      onAlert?.(event);
    },
    onRecovered: (calls) => keepRecovered(calls, storage, receipts),
    keepAll: async () =>
      (await Promise.all([records?.flush() ?? true, receipts?.flush() ?? true])).every(Boolean),
    problemWith: ({ alias }) => (alias === undefined ? undefined : problemWithAlias(alias, routing)),
    ...(defined !== undefined && { defined }),
  });
}

function problemWithAlias(alias: string, routing: TableRouting): string | undefined {
  try {
    routing.checkName(alias);
    return undefined;
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    return `it sends calls to \`${alias}\`. ${error.message} ${error.hint}`;
  }
}

const recoveredAtOnce = 500;

/** What a process that died could not write down any more. Its journal goes only after this, so it is all or an error. */
async function keepRecovered(
  calls: readonly RecoveredCall[],
  storage: Storage,
  receipts: ReceiptIssuer | undefined,
): Promise<void> {
  for (let from = 0; from < calls.length; from += recoveredAtOnce) {
    const some = calls.slice(from, from + recoveredAtOnce);
    const records = some.map(recoveredRecord);
    await storage.calls.insertBatch(records);
    if (receipts === undefined) continue;
    const { dropped } = receipts;
    for (const [index, record] of records.entries())
      receipts.issue(record, some[index]?.outcome === undefined ? { interrupted: true } : {});
    if (!(await receipts.flush()) || receipts.dropped > dropped)
      throw new Error('Receipts of calls that were cut off could not be stored.');
  }
}

/** What is ended is recorded a few turns later; a queue that is closed takes nothing. */
async function endCalls(table: ProviderTable, watch: CallWatch): Promise<void> {
  await table.close();
  await watch.settled();
}

function openWatch(
  { metrics = false }: EngineSettings,
  providers: Engine['providers'],
  factsOf: CardReader['factsOf'],
): CallWatch {
  return watchCalls({ clock: systemClock, counts: metrics, providers, factsOf });
}

interface RecordKeeping {
  readonly log: Log;
  readonly metrics: Metrics | undefined;
  readonly promptCaches: PromptCacheWatch;
}

function keepRecords({ calls }: Storage, { log, metrics, promptCaches }: RecordKeeping): RecordQueue {
  const write = async (batch: readonly CallRecord[]): Promise<void> => {
    const start = systemClock.elapsed();
    await calls.insertBatch(batch);
    const seconds = (systemClock.elapsed() - start) / 1000;
    metrics?.observe('keelson_db_query_seconds', ['write_calls'], seconds);
    // Only once: a batch that fails comes again.
    promptCaches.count(batch);
  };
  return createRecordQueue({ clock: systemClock, log, write });
}

function watchPromptCaches({ onPromptCacheAlert }: EngineSettings, log: Log): PromptCacheWatch {
  return new PromptCacheWatch({
    clock: systemClock,
    onAlert: (alert) => {
      const { provider, model, share, usualShare, amount } = alert;
      const [lately, before] = [share, usualShare].map((part) => `${Math.round(part * 100)} %`);
      log.warn('The prompt cache of a model has stopped helping.', {
        provider,
        model,
        lately,
        before,
        amount,
      });
      onPromptCacheAlert?.(alert);
    },
  });
}

function tellAll(log: Log, records: RecordQueue | undefined, watch: CallWatch): EngineParts['onRecord'] {
  return (record) => {
    logCall(log, record);
    records?.add(record);
    watch.see(record);
  };
}

function issueReceipts(
  { storage, receiptKeys: keys }: EngineSettings,
  log: Log,
  newId: () => string,
): ReceiptIssuer | undefined {
  if (storage === undefined || keys === undefined) return undefined;
  return createReceiptIssuer({ storage: storage.receipts, keys, clock: systemClock, log, newId });
}

/** Bodies may begin to be kept later. */
function queuesOf(
  calls: RecordQueue | undefined,
  bodies: BodyKeeping,
  receipts: ReceiptIssuer | undefined,
): EngineQueues {
  return {
    calls,
    get bodies() {
      return bodies.queue;
    },
    receipts,
  };
}

type EngineQueues = Readonly<Record<string, Pick<RecordQueue, 'waiting' | 'dropped'> | undefined>>;
