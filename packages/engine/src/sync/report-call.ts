/**
 * Calls that were made elsewhere and are told of here: recorded as what they are, so that usage shows them and nobody takes
 * them for calls that went through Keelson. They have no receipt, and no budget was asked about them.
 */
import {
  findCard,
  isBundled,
  KeelsonError,
  loadBundledRegistry,
  type ModelCard,
  priceVersionOf,
  type Registry,
  totalOf,
  type Usage,
} from '@keelson/core';
import type { CallRecord, RecordedCost } from '../observability/index.ts';
import type { Provider } from '../providers/index.ts';
import type { Storage } from '../storage/index.ts';

interface ReportingParts {
  readonly storage: Pick<Storage, 'calls' | 'reported'>;
  readonly registry: Registry;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly newId: () => string;
  /** Clients' clocks are not believed. */
  readonly now: () => number;
}

export interface CallReport {
  readonly workspace: string;
  readonly keyId: string;
  /** Who made it. */
  readonly origin: string;
  /** What the origin calls it: told twice, it counts once. */
  readonly idAtOrigin?: string | undefined;
  readonly provider: string;
  readonly model: string;
  readonly alias?: string | undefined;
  /** Of whatever lockfile the alias was read by. */
  readonly profile?: string | undefined;
  readonly inputTokens?: number | undefined;
  /** Part of the input. */
  readonly cachedInputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** By the registry's prices when left out. */
  readonly nanoDollars?: number | undefined;
  readonly latencyMs?: number | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface ReportedRecord {
  readonly record: CallRecord;
  /** It was told before; then nothing was counted again. */
  readonly isKnown: boolean;
}

/** By this name usage tells of the calls that Keelson made itself. */
export const ownOrigin = 'keelson';

export function createReporting(
  storage: ReportingParts['storage'] | undefined,
  parts: Omit<ReportingParts, 'storage'>,
): (report: CallReport) => Promise<ReportedRecord> {
  return async (report) => {
    if (storage !== undefined) return reportCall(report, { ...parts, storage });
    throw new KeelsonError('configuration_invalid', 'Calls are reported to where they are stored.', {
      hint: 'Open the engine with a storage.',
    });
  };
}

async function reportCall(report: CallReport, parts: ReportingParts): Promise<ReportedRecord> {
  checkReport(report);
  const { storage, newId, now } = parts;
  const usage = usageOf(report);
  const cost = await costOf(report, usage, parts);
  const id = newId();
  const at = now();
  const callId = await storage.reported.note({
    workspace: report.workspace,
    origin: report.origin,
    callId: id,
    at,
    inputTokens: report.inputTokens ?? 0,
    outputTokens: report.outputTokens ?? 0,
    ...(report.idAtOrigin !== undefined && { idAtOrigin: report.idAtOrigin }),
    ...(cost.nanoDollars !== undefined && { nanoDollars: cost.nanoDollars }),
  });
  const known = callId === id ? undefined : await storage.calls.find(callId);
  if (known !== undefined) return { record: known, isKnown: true };
  // Also where it was noted before and its process died behind that: the record is what is missing then.
  const record = recordOf(report, { id: callId, at, usage, cost });
  await storage.calls.insertBatch([record]);
  return { record, isKnown: callId !== id };
}

function checkReport({ origin, inputTokens = 0, cachedInputTokens = 0 }: CallReport): void {
  if (origin.toLowerCase() === ownOrigin)
    throw new KeelsonError(
      'invalid_request',
      `\`origin\` is \`${ownOrigin}\`, which means calls made here.`,
      {
        hint: 'Name the program that made the call.',
        details: { field: 'body.origin' },
      },
    );
  if (cachedInputTokens > inputTokens)
    throw new KeelsonError('invalid_request', 'More input tokens came from a cache than there were.', {
      hint: '`cached_input_tokens` are a part of `input_tokens`.',
      details: { field: 'body.cached_input_tokens' },
    });
}

/** Undefined where nothing is known. */
function usageOf({ inputTokens, cachedInputTokens, outputTokens }: CallReport): Usage | undefined {
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const uncached = (inputTokens ?? 0) - (cachedInputTokens ?? 0);
  return {
    input: {
      ...(inputTokens !== undefined && { total: inputTokens }),
      ...(cachedInputTokens !== undefined && { cacheRead: cachedInputTokens, uncached }),
    },
    output: outputTokens === undefined ? {} : { total: outputTokens },
  };
}

async function costOf(
  report: CallReport,
  usage: Usage | undefined,
  parts: ReportingParts,
): Promise<RecordedCost> {
  if (report.nanoDollars !== undefined)
    return { status: 'priced', nanoDollars: report.nanoDollars, priceVersion: 'reported' };
  if (usage === undefined) return { status: 'unpriced' };
  const provider = parts.providers.get(report.provider);
  if (provider?.isFree === true) return { status: 'priced', nanoDollars: 0, priceVersion: 'local' };
  const card = await cardOf(report, provider, parts.registry);
  const nanoDollars = card && totalOf(usage, card.prices);
  if (card === undefined || nanoDollars === undefined) return { status: 'unpriced' };
  return { status: 'priced', nanoDollars, priceVersion: priceVersionOf(card) };
}

/** Of a provider that is not set up here, the registry that Keelson brings along knows the prices. */
async function cardOf(
  { provider: name, model }: CallReport,
  provider: Provider | undefined,
  registry: Registry,
): Promise<ModelCard | undefined> {
  const vendor = provider?.form.registry ?? provider?.form.name ?? name;
  const reference = `${vendor}:${model}`;
  const known = findCard(registry, reference);
  if (known !== undefined || !isBundled(vendor)) return known;
  return findCard(await loadBundledRegistry([vendor]), reference);
}

interface Recorded {
  readonly id: string;
  readonly at: number;
  readonly usage: Usage | undefined;
  readonly cost: RecordedCost;
}

function recordOf(report: CallReport, { id, at, usage, cost }: Recorded): CallRecord {
  const { provider, model, alias, profile, idAtOrigin } = report;
  return {
    id,
    startedAt: at,
    endpoint: 'chat',
    dialect: 'reported',
    workspace: report.workspace,
    keyId: report.keyId,
    requestedModel: alias ?? `${provider}:${model}`,
    tags: { ...report.tags, ...(idAtOrigin !== undefined && { id_at_origin: idAtOrigin }) },
    isStream: false,
    outcome: 'answered',
    // Nobody was answered here.
    status: 0,
    lane: 'reported',
    origin: report.origin,
    provider,
    model,
    cost,
    durationMs: report.latencyMs ?? 0,
    overheadMs: 0,
    losses: [],
    attempts: [],
    ...(alias !== undefined && { alias }),
    ...(profile !== undefined && { profile }),
    ...(usage !== undefined && { usage }),
  };
}
