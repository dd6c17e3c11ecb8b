/**
 * An engine: its rooms put together from settings, once, by whoever starts it: the gateway, the command line, or a library
 * in somebody's process.
 */
import { hostname } from 'node:os';
import { createRegistry, KeelsonError, type Registry } from '@keelson/core';
import type { AnswerCache } from './cache/index.ts';
import {
  type AskedCall,
  type BodyLog,
  type BodyPolicy,
  type Caller,
  createBodyLog,
  createPriceList,
  createWorstPrices,
  type EngineParts,
  handleCall,
  type ListedModel,
  listModels,
  recoveredRecord,
} from './calls/index.ts';
import { type AlertEvent, type BudgetDefinition, Limits, type RecoveredCall } from './limits/index.ts';
import {
  type CallRecord,
  createIds,
  createRecordQueue,
  type Log,
  type RecordQueue,
  silentLog,
  systemClock,
  systemRandom,
} from './observability/index.ts';
import { createProvider, type Provider, type ProviderConfig } from './providers/index.ts';
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

export interface Engine {
  readonly providers: ReadonlyMap<string, Provider>;
  /** Where calls go and why; it takes other aliases while calls go on. */
  readonly routing: TableRouting;
  /** The names by which callers may ask. */
  models(): readonly ListedModel[];
  newId(): string;
  /** Answers that were kept for their callers, by workspace and id. */
  readonly answers: Storage['responses'] | undefined;
  /** Receipts on their way to storage. */
  readonly receipts: ReceiptIssuer | undefined;
  /** Budgets, what is used of them, and changes of them; undefined where the engine keeps none. */
  readonly limits: Limits | undefined;
  /** Tells what calls of a period would cost by other prices, and where that is wished gives them these costs. */
  reprice(wish: RepricingWish): Promise<RepricingReport>;
  /** Goes on with a re-pricing whose process is gone. */
  resumeRepricing(id: string): Promise<RepricingReport>;
  /** Never rejects; the caller has been answered when it resolves. Without a record only when there is a fault in Keelson. */
  call(asked: AskedCall, caller: Caller): Promise<CallRecord | undefined>;
  close(): Promise<void>;
}

export function openEngine(settings: EngineSettings): Engine {
  const { aliases = {}, log = silentLog, registry = createRegistry([]), storage } = settings;
  const providers = new Map(settings.providers.map((config) => [config.name, createProvider(config)]));
  const records = storage && keepRecords(storage, log);
  const bodies = keepBodies(settings, log);
  const stopSweeping = sweepEvery(hourMs, settings, log);
  const newId = createIds(systemClock, systemRandom);
  const receipts = issueReceipts(settings, log, newId);
  const limits = settings.budgets && keepBudgets(settings.budgets, { storage, receipts, newId, log });
  const routing = createRouting({
    providers,
    aliases,
    clock: systemClock,
    random: systemRandom,
    ...createCardReader(registry, providers),
    ...(settings.circuit && { circuit: settings.circuit }),
  });
  const parts: EngineParts = {
    clock: systemClock,
    log,
    newId,
    routing,
    costOf: createPriceList(registry),
    ...(limits !== undefined && { limits, worstPrices: createWorstPrices(registry) }),
    ...(storage !== undefined && { answers: storage.responses }),
    ...(receipts !== undefined && { receipts }),
    ...(settings.cache !== undefined && { cache: settings.cache }),
    onRecord: (record) => {
      logCall(log, record);
      records?.add(record);
    },
  };
  const repricing = (): RepricingParts => ({
    storage: needStorage(storage),
    ...{ clock: systemClock, log, newId, prices: createPriceSource(registry, providers) },
    ...(receipts !== undefined && { receipts }),
  });
  return {
    providers,
    routing,
    models: () => listModels(routing.aliases, providers, registry),
    newId,
    receipts,
    answers: storage?.responses,
    limits,
    reprice: async (wish) => reprice(wish, repricing()),
    resumeRepricing: async (id) => resumeRepricing(id, repricing()),
    call: (asked, caller) =>
      (bodies === undefined
        ? handleCall(asked, caller, parts)
        : handleListened(asked, caller, { parts, bodies })
      ).catch((error: unknown) => {
        log.error('A call could not be recorded.', { call: asked.id, error });
        return undefined;
      }),
    close: async () => {
      stopSweeping();
      await Promise.all([...providers.values()].map((provider) => provider.close()));
      await Promise.all([records?.close(), receipts?.close()]);
      await limits?.close();
      await bodies?.close();
    },
  };
}

function needStorage(storage: Storage | undefined): Storage {
  if (storage !== undefined) return storage;
  throw new KeelsonError('configuration_invalid', 'Calls are re-priced where they are stored.', {
    hint: 'Open the engine with a storage.',
  });
}

interface BudgetKeeping {
  readonly storage: Storage | undefined;
  readonly receipts: ReceiptIssuer | undefined;
  readonly newId: () => string;
  readonly log: Log;
}

function keepBudgets(
  { journalFolder: folder, defined, journal, journalSync, outageMs, onAlert }: BudgetSettings,
  { storage, receipts, newId, log }: BudgetKeeping,
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
    ...(defined !== undefined && { defined }),
  });
}

/** What a process that died could not write down any more. Its journal goes only after this. */
async function keepRecovered(
  calls: readonly RecoveredCall[],
  storage: Storage,
  receipts: ReceiptIssuer | undefined,
): Promise<void> {
  const records = calls.map(recoveredRecord);
  await storage.calls.insertBatch(records);
  if (receipts === undefined) return;
  for (const [index, record] of records.entries())
    receipts.issue(record, calls[index]?.outcome === undefined ? { interrupted: true } : {});
  await receipts.flush();
}

function keepRecords({ calls }: Storage, log: Log): RecordQueue {
  return createRecordQueue({ clock: systemClock, log, write: (batch) => calls.insertBatch(batch) });
}

function issueReceipts(
  { storage, receiptKeys: keys }: EngineSettings,
  log: Log,
  newId: () => string,
): ReceiptIssuer | undefined {
  if (storage === undefined || keys === undefined) return undefined;
  return createReceiptIssuer({ storage: storage.receipts, keys, clock: systemClock, log, newId });
}

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
