/**
 * Step two of a call: its worst case is set aside on every account above it, all or nothing, before anything is sent. Where no
 * budget binds the caller, this is one look into a map.
 */
import type { Budget, Limits, Touch } from '../limits/index.ts';
import { Refusal, type Reservation } from '../limits/index.ts';
import type { Plan } from '../routing/index.ts';
import { applyPlan } from './apply-plan.ts';
import { nothingUsed } from './cache-use.ts';
import type { CallState } from './call-state.ts';
import type { ReadCall } from './open-call.ts';
import { planCall } from './plan-call.ts';
import type { Settlement } from './settle.ts';
import { nameOf, targetsOf, WorstCase } from './worst-case.ts';
import type { WorstPrices } from './worst-price.ts';

/** Waits only where memory does not suffice. Throws what the caller should see. */
export function reserve(state: CallState): undefined | Promise<void> {
  const { limits, worstPrices } = state.parts;
  if (limits === undefined || worstPrices === undefined || limits.isIdle) return undefined;
  if (!limits.isReady) return limits.ready.then(() => reserve(state));
  return reserveFor(state, limits, worstPrices, true);
}

function reserveFor(
  state: CallState,
  limits: Limits,
  prices: WorstPrices,
  mayDowngrade: boolean,
): undefined | Promise<void> {
  const { asked } = state;
  const call = state.call as ReadCall;
  const plan = state.plan as Plan;
  const touches = limits.touchedBy(asked.identity, asked.controls.tags, () => ({
    alias: plan.alias,
    targets: targetsOf(plan).map(nameOf),
  }));
  if (touches.length === 0 && !limits.journalsAll) return undefined;
  state.touches = touches;
  const { amounts, money } = amountsOf(touches, new WorstCase(call, plan, prices));
  const asking = { callId: asked.id, touches, amounts, facts: factsOf(state, call, plan, money) };
  const take = (answer: Reservation | Refusal): undefined | Promise<void> => {
    if (!(answer instanceof Refusal)) {
      state.reservation = answer;
      return undefined;
    }
    if (!mayDowngrade || !downgrade(state, answer.budget)) {
      limits.countRefusal(answer.budget);
      throw answer.error;
    }
    return reserveFor(state, limits, prices, false);
  };
  const answer = limits.reserve(asking);
  return answer instanceof Promise ? answer.then(take) : take(answer);
}

interface Amounts {
  readonly amounts: readonly number[];
  /** The most that the whole call can cost, where a budget asked for it. */
  readonly money: number | undefined;
}

function amountsOf(touches: readonly Touch[], worst: WorstCase): Amounts {
  const amounts: number[] = [];
  let money: number | undefined;
  const known: { money?: number; tokens?: number; requests?: number; concurrency?: number } = {};
  for (const touch of touches) {
    const { measure, maxOutput, unpriced } = touch.account.budget;
    // Most callers have several budgets of one kind above them, which ask the same question.
    const isUsual = touch.target === undefined && maxOutput === undefined && unpriced === 'refuse';
    const amount = (isUsual ? known[measure] : undefined) ?? worst.amountFor(touch);
    if (isUsual) known[measure] = amount;
    // Budgets that take answers for longer, or see only a part of the targets, say different things.
    if (measure === 'money' && !(amount <= (money ?? -1))) money = amount;
    amounts.push(amount);
  }
  return { amounts, money };
}

/** What a record and a receipt need, should this process not live to write them. */
function factsOf(
  { asked, startedAt }: CallState,
  { model, isStream }: ReadCall,
  plan: Plan,
  money?: number,
): string {
  const { identity, dialect } = asked;
  const endpoint = asked.passed?.name ?? asked.endpoint;
  const alias = plan.alias === undefined ? '' : `,"alias":${JSON.stringify(plan.alias)}`;
  const most = money === undefined ? '' : `,"most":${money}`;
  const lock =
    plan.lockDigest === undefined
      ? ''
      : `,"profile":${JSON.stringify(plan.profile)},"lock":${JSON.stringify(plan.lockDigest)}`;
  return `{"at":${startedAt},"workspace":${JSON.stringify(identity.workspace)},"key":${JSON.stringify(identity.keyId)},"model":${JSON.stringify(model)},"endpoint":"${endpoint}","dialect":"${dialect.name}","stream":${isStream}${alias}${lock}${most}}`;
}

/** The cheaper alias that the budget names, instead of a refusal. */
function downgrade(state: CallState, { policy, alias }: Budget): boolean {
  if (policy !== 'downgrade' || alias === undefined) return false;
  const plan = state.plan as Plan;
  if (plan.alias === alias) return false;
  const call = state.call as ReadCall;
  state.plan = planCall({ ...call, model: alias }, state.parts);
  state.call = applyPlan(call, state.plan);
  state.downgradedTo = alias;
  return true;
}

/** Step five, for what was reserved: what was really used stays spent, and the rest is free again. */
export function settleReserved(state: CallState, settlement: Settlement): void {
  const { reservation, parts } = state;
  if (reservation === undefined) return;
  const { cost, usage, attempts } = settlement;
  const spent = reservation.touches.map((touch, index) =>
    spentOn(touch, reservation.amounts[index] ?? 0, settlement),
  );
  const money = cost.nanoDollars === undefined ? '' : `,"nanoDollars":${cost.nanoDollars}`;
  const version =
    cost.priceVersion === undefined ? '' : `,"priceVersion":${JSON.stringify(cost.priceVersion)}`;
  const known = state.cacheUse?.answer;
  const used = usage === undefined ? '' : `,"usage":${JSON.stringify(usage)}`;
  const last = known ?? attempts.at(-1);
  const target =
    last === undefined
      ? ''
      : `,"provider":${JSON.stringify(last.provider)},"target":${JSON.stringify(last.model)}`;
  const cache = known === undefined ? '' : `,"cache":"hit","usage":${JSON.stringify(nothingUsed)}`;
  const outcome = state.error === undefined ? '' : `,"error":"${state.error.code}"`;
  const facts = `{"cost":"${cost.status}"${money}${version}${target}${outcome}${used}${cache}}`;
  reservation.settle(spent, parts.clock.now(), facts);
}

export function spentOn(
  { account: { budget }, target }: Touch,
  reserved: number,
  { cost, usage, attempts }: Settlement,
): number {
  if (attempts.length === 0) return 0;
  if (budget.measure === 'requests') return 1;
  if (target === undefined) {
    if (budget.measure === 'tokens') return (usage?.input.total ?? 0) + (usage?.output.total ?? 0);
    // What cannot be priced afterwards is not free: it is taken to have cost what was set aside for it.
    return cost.nanoDollars ?? reserved;
  }
  let sum = 0;
  for (const { provider, model, usage: used, cost: paid } of attempts) {
    if (`${provider}:${model}` !== target) continue;
    if (budget.measure === 'tokens') sum += (used?.input.total ?? 0) + (used?.output.total ?? 0);
    else if (paid?.status === 'unpriced') return reserved;
    else sum += paid?.nanoDollars ?? 0;
  }
  return sum;
}
