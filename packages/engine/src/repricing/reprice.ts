/**
 * Re-prices the calls of a period on purpose: it plans, which changes nothing and tells all, and where that is wished applies the
 * plan step by step. Each step is one transaction; whoever goes on after a crash goes on with the same prices.
 */
import { type Json, KeelsonError, type ModelCard, type ReceiptId } from '@keelson/core';
import type { Clock, Log } from '../observability/index.ts';
import { type ReceiptIssuer, receiptIdOf } from '../receipts/index.ts';
import type { CallScope, CostedCall, Storage, StoredRepricing } from '../storage/index.ts';
import { type MoneyBudgets, readMoneyBudgets, tellWindows } from './budget-windows.ts';
import { PlannedPrices, type PriceOf } from './price-source.ts';
import { type RepricingReport, toReport } from './report.ts';
import { type CallQuestion, repriceCall, type Verdict } from './reprice-call.ts';
import { renderRepricingReceipt } from './repricing-receipt.ts';
import { RepricingTally } from './tally.ts';

export interface RepricingWish {
  /** Milliseconds since 1970, by when the calls began; `to` is not included, nor what is to come. */
  readonly from: number;
  readonly to: number;
  readonly workspace?: string;
  /** As it is configured, and as it was asked for: only what went there gets another cost. */
  readonly provider?: string;
  readonly model?: string;
  /** A corrected card; only what it prices is looked at. Without one, the engine's registry as it is now. */
  readonly prices?: ModelCard;
  /** Without it, nothing is changed. */
  readonly apply?: boolean;
  /** Who does it and why; whoever applies says both. */
  readonly by?: string;
  readonly reason?: string;
}

export interface RepricingParts {
  readonly storage: Pick<Storage, 'repricings' | 'budgets' | 'receipts'>;
  readonly clock: Clock;
  readonly log: Log;
  newId(): string;
  readonly prices: (corrected: ModelCard | undefined) => PriceOf;
  /** Without it, there are no receipts. */
  readonly receipts?: ReceiptIssuer;
  /** Calls in one transaction; 200 when left out. */
  readonly stepSize?: number;
}

export async function reprice(wish: RepricingWish, parts: RepricingParts): Promise<RepricingReport> {
  const { storage, clock, newId, log, stepSize = 200 } = parts;
  const { from, workspace, provider, model, apply = false, by = '', reason = '' } = wish;
  checkWish(wish, clock.now());
  // Calls to come are charged by what is then known; going after them would have no end.
  const to = Math.min(wish.to, clock.now());
  const scope: CallScope = { from, to, ...(workspace !== undefined && { workspace }) };
  const question: CallQuestion = {
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
  };
  const prices = new PlannedPrices(parts.prices(wish.prices));
  const budgets = await readMoneyBudgets(storage.budgets);
  const tally = new RepricingTally();
  for (let after = ''; ; ) {
    const calls = await storage.repricings.read(scope, after, stepSize);
    for (const call of calls) tally.add(call, judge(call, question, prices), budgets.windowsOf);
    if (calls.length < stepSize) break;
    after = (calls.at(-1) as CostedCall).id;
    // Reading an embedded file blocks the thread; calls have their turn in between.
    await clock.sleep(0);
  }
  if (!apply || tally.total.changed === 0) {
    return tell(tally, { state: 'planned', scope, budgets, storage, receipts: [] });
  }
  const id = newId();
  const planned = {
    question: question as Json,
    prices: prices.toJson(),
    tally: new RepricingTally().toJson(),
  };
  await storage.repricings.insert({ id, at: clock.now(), auditId: newId(), by, reason, scope, ...planned });
  log.info('Calls are re-priced.', { repricing: id, by, reason, calls: tally.total.changed });
  return goOn(await find(id, parts), budgets, parts);
}

/** Goes on with one whose process is gone, and does nothing twice. */
export async function resumeRepricing(id: string, parts: RepricingParts): Promise<RepricingReport> {
  return goOn(await find(id, parts), await readMoneyBudgets(parts.storage.budgets), parts);
}

function checkWish({ from, to, apply = false, by = '', reason = '' }: RepricingWish, now: number): void {
  const isTime = (time: number): boolean => Number.isSafeInteger(time) && time >= 0 && time <= mostTime;
  const refuse = (field: string, message: string): KeelsonError =>
    new KeelsonError('invalid_request', message, { details: { field } });
  if (!isTime(from)) throw refuse('from', '`from` must be a time in whole milliseconds since 1970.');
  if (!isTime(to)) throw refuse('to', '`to` must be a time in whole milliseconds since 1970.');
  if (from >= to) throw refuse('to', 'The period must end after it begins.');
  if (from >= now) throw refuse('from', 'The period has not begun yet.');
  if (apply && by.trim() === '') throw refuse('by', 'Who re-prices must be said.');
  if (apply && reason.trim() === '') throw refuse('reason', 'Why calls are re-priced must be said.');
}

/** The last that a date of JavaScript can be. */
const mostTime = 8.64e15;

function judge(call: CostedCall, question: CallQuestion, prices: PlannedPrices): Verdict {
  return repriceCall(call, question, (provider, model) => prices.of(provider, model));
}

async function find(id: string, { storage }: RepricingParts): Promise<StoredRepricing> {
  const stored = await storage.repricings.find(id);
  if (stored !== undefined) return stored;
  throw new KeelsonError('not_found', `There is no re-pricing \`${id}\`.`);
}

async function goOn(
  begun: StoredRepricing,
  budgets: MoneyBudgets,
  parts: RepricingParts,
): Promise<RepricingReport> {
  const { storage, log } = parts;
  let stored = begun;
  if (stored.state === 'applying') stored = await applySteps(stored, budgets, parts);
  if (stored.state === 'sealing') await issueReceipts(stored, parts);
  const tally = RepricingTally.fromJson(stored.tally);
  const { id, scope } = stored;
  const receipts = stored.receipts as readonly ReceiptId[];
  const report = await tell(tally, { state: 'applied', id, scope, budgets, storage, receipts });
  const { calls, changed, difference } = report;
  log.info('Calls were re-priced.', { repricing: id, calls, changed, difference: String(difference) });
  return report;
}

const mostFailures = 3;
const pauseMs = 200;

/** A step that fails has changed nothing; it is tried again from what the database knows. */
async function applySteps(
  begun: StoredRepricing,
  budgets: MoneyBudgets,
  parts: RepricingParts,
): Promise<StoredRepricing> {
  const { clock, log } = parts;
  const prices = PlannedPrices.fromJson(begun.prices);
  for (let failures = 0; ; ) {
    const stored = await find(begun.id, parts);
    if (stored.state !== 'applying') return stored;
    try {
      const isDone = await applyStep(stored, { prices, budgets }, parts);
      failures = 0;
      if (isDone) return await find(begun.id, parts);
    } catch (error) {
      failures += 1;
      if (failures >= mostFailures || (KeelsonError.is(error) && error.code === 'conflict')) throw error;
      log.warn('A step of a re-pricing failed; trying again.', { repricing: begun.id, error });
      await clock.sleep(pauseMs);
    }
    await clock.sleep(0);
  }
}

async function applyStep(
  stored: StoredRepricing,
  { prices, budgets }: { readonly prices: PlannedPrices; readonly budgets: MoneyBudgets },
  parts: RepricingParts,
): Promise<boolean> {
  const { storage, stepSize = 200 } = parts;
  const tally = RepricingTally.fromJson(stored.tally);
  const last = await storage.repricings.step(stored, stepSize, (calls) => {
    const verdicts = calls.map((call) => judge(call, stored.question as CallQuestion, prices));
    for (const [index, verdict] of verdicts.entries())
      tally.add(calls[index] as CostedCall, verdict, budgets.windowsOf);
    const changes = verdicts.flatMap((verdict) => (verdict.kind === 'changed' ? [verdict.change] : []));
    return { changes, tally: tally.toJson() };
  });
  if (last !== undefined) return false;
  await finish(stored, tally, parts);
  return true;
}

async function finish(stored: StoredRepricing, tally: RepricingTally, parts: RepricingParts): Promise<void> {
  const { storage, clock, newId, receipts } = parts;
  const { total, groups } = tally;
  const { id, by, reason, scope, question } = stored;
  await storage.repricings.finish({
    id,
    at: clock.now(),
    auditId: newId(),
    receipts: receipts === undefined ? [] : [...groups].map(() => receiptIdOf(newId())),
    detail: {
      ...{ by, reason, scope: scope as unknown as Json, question },
      ...{ calls: total.calls, changed: total.changed },
      ...{ before: String(total.before), after: String(total.after) },
    },
  });
}

/** Their ids were written down with the end of the steps: issued twice, they are stored once. */
async function issueReceipts(stored: StoredRepricing, parts: RepricingParts): Promise<void> {
  const { storage, receipts } = parts;
  if (receipts === undefined) {
    throw new KeelsonError('configuration_invalid', `The re-pricing \`${stored.id}\` owes its receipts.`, {
      hint: 'Resume it in an engine that signs receipts.',
    });
  }
  const groups = [...RepricingTally.fromJson(stored.tally).groups.values()];
  const ids = stored.receipts as readonly ReceiptId[];
  for (const [index, group] of groups.entries()) {
    const id = ids[index] as ReceiptId;
    const text = renderRepricingReceipt(id, group, stored);
    receipts.add({ id, workspace: group.workspace, text });
  }
  await receipts.flush();
  for (const id of ids) {
    if ((await storage.receipts.find(id)) !== undefined) continue;
    throw new KeelsonError('internal_error', 'All calls are re-priced, but a receipt could not be stored.', {
      hint: `Resume the re-pricing \`${stored.id}\` when storage takes receipts again.`,
    });
  }
  await storage.repricings.seal(stored.id);
}

interface Rest extends Pick<RepricingReport, 'state' | 'scope' | 'receipts'> {
  readonly id?: string;
  readonly budgets: MoneyBudgets;
  readonly storage: RepricingParts['storage'];
}

async function tell(tally: RepricingTally, { budgets, storage, ...rest }: Rest): Promise<RepricingReport> {
  const windows = await tellWindows(tally.windows, storage.budgets);
  return toReport(tally, { ...rest, windows, budgetsUnknown: budgets.unknown });
}
