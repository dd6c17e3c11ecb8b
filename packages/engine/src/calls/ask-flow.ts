/**
 * A call that a flow answers in a model's place. Here it is told to the caller, in the caller's format; the flow itself runs above,
 * and each of the calls it makes comes through the pipeline as a call of its own, with budgets, record and receipt.
 */
import { type ChatEvent, formatDollars, KeelsonError, type Loss } from '@keelson/core';
import { receiptIdOf } from '../receipts/index.ts';
import { nameLosses } from './answer-headers.ts';
import type { AnyDialect, AskedCall, OpenFlow } from './asked-call.ts';
import type { CallState, FlowUse } from './call-state.ts';
import { answerEstimate, estimatedCount } from './estimate-count.ts';
import { flowPrefix } from './flow-run.ts';
import { FlowStream } from './flow-stream.ts';
import type { ReadCall } from './open-call.ts';
import { checkMayAsk } from './plan-call.ts';
import { keepFlowAnswer } from './stored-answers.ts';
import { isChat, renderWhole } from './whole-answer.ts';

/** One look at the name, because every call passes here. */
export function asksForFlow({ model, asked }: ReadCall): boolean {
  return model.startsWith(flowPrefix) && asked.openFlow !== undefined;
}

/** Throws what the caller must be told in place of an answer. */
export async function askFlow(state: CallState): Promise<void> {
  const { asked } = state;
  const call = state.call as ReadCall;
  const { model, isStream, isCount } = call;
  const { models } = asked.identity;
  if (models !== undefined) checkMayAsk(models, model);
  if (!isChat(asked.endpoint)) throw noConversation(model);
  const name = model.slice(flowPrefix.length);
  const opened = await (asked.openFlow as OpenFlow)({ name, asked, request: call.request() });
  checkLosses(opened.losses, asked);
  const { traceId, losses } = opened;
  // Whatever is recorded of it belongs to the run.
  state.asked = { ...asked, traceId };
  const flow: FlowUse = { name, opened, hasBegun: false, isTold: false, losses };
  state.flow = flow;
  if (isCount) {
    state.isEstimate = true;
    answerEstimate(state, { ...flowHeaders(state, flow), ...nameLosses([...losses, estimatedCount]) });
  } else if (isStream) await tellStream(state, flow);
  else await tellWhole(state, flow);
}

function noConversation(model: string): KeelsonError {
  return new KeelsonError(
    'invalid_request',
    `\`${model.slice(0, 100)}\` is a flow, which only answers conversations.`,
    {
      hint: 'Ask for it at an address of conversations, such as /v1/chat/completions, or name a model.',
      details: { field: 'model' },
    },
  );
}

function checkLosses(losses: readonly Loss[], { controls }: AskedCall): void {
  if (controls.lossPolicy !== 'strict' || losses.length === 0) return;
  const named = losses.slice(0, 10).map(({ field, action, detail }) => `${field} (${action}: ${detail})`);
  const more = losses.length > named.length ? ` and ${losses.length - named.length} more` : '';
  throw new KeelsonError('lossy_translation', `A flow cannot be told: ${named.join('; ')}${more}.`);
}

function flowHeaders({ asked, parts }: CallState, { name, opened }: FlowUse): Record<string, string> {
  const wantsReceipt = asked.controls.wantsReceipt === true && parts.receipts !== undefined;
  return {
    'x-keelson-call-id': asked.id,
    'x-keelson-target': `${flowPrefix}${name}`.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000),
    'x-keelson-trace-id': opened.traceId,
    ...(wantsReceipt && { 'x-keelson-receipt': receiptIdOf(asked.id) }),
  };
}

/** A flow has no facts of its own, such as an id, so that nothing of it is lost where they are filled in. */
function saidLosses(losses: readonly Loss[]): Loss[] {
  return losses.filter(({ field }) => !field.startsWith('facts.'));
}

/** Ends the run when its caller leaves, and tells how long it may take. */
function wayOf(state: CallState, isStream: boolean) {
  const { asked, caller } = state;
  const leaving = new AbortController();
  caller.onLeave(() => leaving.abort());
  if (caller.hasLeft) leaving.abort();
  const { deadlineMs } = asked.controls;
  const timeoutMs = deadlineMs === undefined ? undefined : Math.max(0, deadlineMs - state.elapsed());
  return { isStream, signal: leaving.signal, ...(timeoutMs !== undefined && { timeoutMs }) };
}

async function tellWhole(state: CallState, flow: FlowUse): Promise<void> {
  const { asked, caller } = state;
  const call = state.call as ReadCall;
  flow.hasBegun = true;
  const events: ChatEvent[] = [];
  for await (const event of flow.opened.run(wayOf(state, false))) events.push(event);
  if (caller.hasLeft) return;
  const { value, losses } = renderWhole(asked.endpoint, asked.dialect, events, call.request());
  flow.losses = [...flow.losses, ...saidLosses(losses)];
  // First, so that its caller can go on with it at once.
  await keepFlowAnswer(state, events);
  const { cost } = flow.opened.inner();
  const body = JSON.stringify(value);
  state.firstByteMs = state.elapsed();
  caller.start(200, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...flowHeaders(state, flow),
    ...(cost.nanoDollars !== undefined && { 'x-keelson-cost': formatDollars(cost.nanoDollars) }),
    ...nameLosses(flow.losses),
  });
  caller.end(body);
  flow.isTold = !caller.hasLeft;
}

async function tellStream(state: CallState, flow: FlowUse): Promise<void> {
  const { asked, caller, parts } = state;
  flow.hasBegun = true;
  const way = wayOf(state, true);
  const stream = new FlowStream({
    dialect: asked.dialect as AnyDialect,
    request: (state.call as ReadCall).request(),
    caller,
    clock: parts.clock,
    signal: way.signal,
    onStart: () => {
      state.firstByteMs = state.elapsed();
      return { ...flowHeaders(state, flow), ...nameLosses(flow.opened.losses) };
    },
  });
  const error = await stream.tell(flow.opened.run(way));
  flow.losses = [...flow.losses, ...saidLosses(stream.losses)];
  if (error === undefined) {
    flow.isTold = !caller.hasLeft;
    await keepFlowAnswer(state, stream.told);
    return;
  }
  if (!stream.hasStarted) throw error;
  // The caller has been told in its stream.
  state.error = error;
  state.errorStatus = 200;
}
