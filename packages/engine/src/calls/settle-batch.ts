/**
 * A batch that has ended: what it used is read from its output, charged to whoever made it, recorded and signed; once, however
 * many ask for it at however many processes.
 */
import { createHash } from 'node:crypto';
import { addUsage, KeelsonError, type Usage } from '@keelson/core';
import { Refusal, type Reservation } from '../limits/index.ts';
import type { AttemptRecord, CallRecord, RecordedCost } from '../observability/index.ts';
import { type BatchShare, isFinalBatch, readOutputLine } from '../passing/index.ts';
import { isSuccess, type Provider } from '../providers/index.ts';
import type { Target } from '../routing/index.ts';
import type { Thing } from '../storage/index.ts';
import type { EngineParts } from './engine-parts.ts';
import { spentOn } from './reserve.ts';
import type { SeenBatch, ThingOwner } from './seen-batch.ts';
import { sumCosts } from './settle.ts';

/** Whoever has claimed it and died is waited for so long. */
const claimMs = 120_000;

/** Never rejects; what fails is tried again when somebody asks for the batch once more. */
export async function settleBatch(seen: SeenBatch, target: Target, parts: EngineParts): Promise<void> {
  const { things, clock, log } = parts;
  if (things === undefined || !isFinalBatch(seen.object)) return;
  const { workspace, id } = seen;
  try {
    const thing = await things.store.find(workspace, id);
    if (thing === undefined || thing.settledAt !== undefined) return;
    const now = clock.now();
    const claim = { workspace, id, callId: parts.newId(), now, until: now + claimMs };
    const callId = await things.store.claim(claim);
    if (callId === undefined) return;
    // Somebody charged it and died before he could say so.
    if (!(await things.isRecorded(callId))) {
      const output = await readOutput({ callId, seen, thing, target }, parts).catch(
        async (error: unknown) => {
          await things.store.release(workspace, id);
          throw error;
        },
      );
      if (output !== undefined) await keepAll(output, parts);
    }
    await things.store.settle(workspace, id, clock.now());
  } catch (error) {
    log.warn('A batch could not be settled yet.', { batch: id, error });
  }
}

interface Charging {
  readonly callId: string;
  readonly seen: SeenBatch;
  readonly thing: Thing;
  readonly target: Target;
}

interface ReadBatch {
  readonly record: CallRecord;
  readonly owner: ThingOwner;
  readonly digest: string;
}

/** Undefined where nothing was used. */
async function readOutput(
  { callId, seen, thing, target }: Charging,
  parts: EngineParts,
): Promise<ReadBatch | undefined> {
  const { output_file_id: file, endpoint } = seen.object;
  if (typeof file !== 'string') return undefined;
  const shares = (thing.measure ?? []) as unknown as readonly BatchShare[];
  const [only, another] = shares;
  const asked = another === undefined ? only?.model : undefined;
  const output = new BatchOutput(String(endpoint ?? ''), (model, usage) =>
    costAt(
      { ...target, model: asked ?? model, key: `${target.provider.name}:${asked ?? model}` },
      usage,
      parts,
    ),
  );
  const owner = thing.owner as unknown as ThingOwner;
  const status = await download(target, file, owner, output);
  if (output.usage === undefined) return undefined;
  const model = asked ?? output.model;
  const record = recordOf({ callId, owner, target, model, output, status }, parts);
  return { record, owner, digest: output.digest() };
}

/** From here on nothing is tried again: whatever of it is done stays done. */
async function keepAll({ record, owner, digest }: ReadBatch, parts: EngineParts): Promise<void> {
  await charge(record, owner, parts);
  parts.receipts?.issue(record, { responseSha256: digest });
  await parts.things?.keepRecord(record);
}

/** At the price for batches; without one, the usual price bounds it, which is an estimate. */
function costAt(target: Target, usage: Usage, { costOf }: EngineParts): RecordedCost {
  const { tier: _tier, ...rest } = usage;
  const cost = costOf(target, { ...rest, tier: 'batch' });
  if (cost.status !== 'unpriced') return cost;
  const usual = costOf(target, rest);
  return usual.status === 'unpriced' ? usual : { ...usual, status: 'estimated' };
}

const lineFeed = 0x0a;
const longestLine = 64 * 1024 * 1024;

/** The lines of an output file as they come, of which only sums are kept. */
class BatchOutput {
  usage: Usage | undefined;
  model = '';
  readonly #endpoint: string;
  readonly #price: (model: string, usage: Usage) => RecordedCost;
  readonly #hash = createHash('sha256');
  #cost: RecordedCost = { status: 'priced', nanoDollars: 0 };
  #rest: Uint8Array[] = [];
  #restBytes = 0;

  constructor(endpoint: string, price: (model: string, usage: Usage) => RecordedCost) {
    this.#endpoint = endpoint;
    this.#price = price;
  }

  get cost(): RecordedCost {
    return this.#cost;
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  push(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    let from = 0;
    for (let feed = bytes.indexOf(lineFeed); feed !== -1; feed = bytes.indexOf(lineFeed, from)) {
      this.#add(bytes.subarray(from, feed));
      this.end();
      from = feed + 1;
    }
    if (from < bytes.length) this.#add(bytes.subarray(from));
  }

  end(): void {
    const line = Buffer.concat(this.#rest).toString('utf8');
    this.#rest = [];
    this.#restBytes = 0;
    const told = line.trim() === '' ? undefined : readOutputLine(line, this.#endpoint);
    if (told === undefined) return;
    this.model ||= told.model;
    this.usage = this.usage === undefined ? told.usage : addUsage(this.usage, told.usage);
    this.#cost = sumCosts([{ cost: this.#cost }, { cost: this.#price(told.model, told.usage) }]);
  }

  #add(bytes: Uint8Array): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes > longestLine)
      throw new KeelsonError('invalid_response', 'A line of the output is too long to be read.');
    this.#rest.push(bytes);
  }
}

function download(
  target: Target,
  file: string,
  { identity }: ThingOwner,
  output: BatchOutput,
): Promise<number> {
  const { provider, speech } = target;
  return new Promise((resolve, reject) => {
    let status = 0;
    const sending = provider.send(
      {
        ...{ speech, method: 'GET', query: {}, headers: {}, body: null, tenant: identity },
        path: `/files/${encodeURIComponent(file)}/content`,
      },
      {
        onStart: (told) => {
          status = told;
        },
        onData: (bytes) => {
          if (!isSuccess(status)) return;
          try {
            output.push(bytes);
          } catch (error) {
            sending.cancel();
            reject(error);
          }
        },
        onEnd: () => {
          output.end();
          if (isSuccess(status)) resolve(status);
          else reject(new KeelsonError('provider_error', `The output was answered with ${status}.`));
        },
        onError: reject,
      },
    );
  });
}

interface Recording {
  readonly callId: string;
  readonly owner: ThingOwner;
  readonly target: Target;
  readonly model: string;
  readonly output: BatchOutput;
  readonly status: number;
}

function recordOf(
  { callId, owner, target, model, output, status }: Recording,
  { clock }: EngineParts,
): CallRecord {
  const startedAt = clock.now();
  const { identity, tags } = owner;
  const provider: Provider['name'] = target.provider.name;
  const usage = output.usage as Usage;
  const answered = { provider, model, usage, cost: output.cost, outcome: 'answered', status } as const;
  const attempt: AttemptRecord = {
    ...{ index: 0, reason: 'first', dialect: 'openai', startedAt, durationMs: 0 },
    ...answered,
  };
  return {
    ...answered,
    ...{ id: callId, startedAt, endpoint: 'batches', dialect: 'openai', lane: 'pass-through' },
    workspace: identity.workspace,
    keyId: identity.keyId,
    requestedModel: `${provider}:${model}`,
    ...{ tags, isStream: false, durationMs: 0, overheadMs: 0, losses: [], attempts: [attempt] },
  };
}

/** The money is spent, whatever is left: budgets that it overdraws are overdrawn. */
async function charge(record: CallRecord, { identity, tags }: ThingOwner, parts: EngineParts): Promise<void> {
  const { limits, clock, log } = parts;
  if (limits === undefined) return;
  await limits.ready;
  if (limits.isIdle) return;
  const { id, provider, model, usage, cost, attempts, requestedModel } = record;
  const targets = [`${provider}:${model}`];
  const touches = limits.touchedBy(identity, tags, () => ({ alias: undefined, targets }));
  const facts = {
    at: record.startedAt,
    workspace: identity.workspace,
    key: identity.keyId,
    model: requestedModel,
  };
  const asking = {
    ...{ callId: id, touches, amounts: touches.map(() => 0) },
    facts: JSON.stringify({ ...facts, endpoint: 'batches', dialect: 'openai', stream: false }),
  };
  const reservation: Reservation | Refusal = await limits.reserve(asking);
  if (reservation instanceof Refusal) {
    log.warn('A batch could not be charged to its budget.', { call: id, budget: reservation.budget.id });
    return;
  }
  const settlement = { cost, attempts, ...(usage !== undefined && { usage }) };
  const spent = touches.map((touch) =>
    // Each batch was one request when it was made.
    touch.account.budget.measure === 'requests' ? 0 : spentOn(touch, 0, settlement),
  );
  const outcome = { cost: cost.status, nanoDollars: cost.nanoDollars, provider, target: model, usage };
  reservation.settle(spent, clock.now(), JSON.stringify(outcome));
}
