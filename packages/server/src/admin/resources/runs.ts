// Runs of flows: started, listed, looked at, ended, gone on with. Following one while it runs is in run-events.ts, answering what it
// asks in approvals.ts.
import type { Json } from '@keelson/core';
import { KeelsonError } from '@keelson/core';
import type { FlowRun, StoppedChoice } from '@keelson/engine';
import {
  type AnyApiRoute,
  type ApiCall,
  ApiKnown,
  decodeCursor,
  encodeCursor,
  limitOf,
  pageOf,
  route,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { type FlowRoutesDeps, identityIn, placeOfFlows } from './flow-places.ts';
import { givenPayload } from './flow-shapes.ts';
import {
  budgetOf,
  cancellation,
  cancelled,
  choice,
  newRun,
  replayed,
  result,
  run,
  runPages,
  runSummary,
  showRun,
  showRunSummary,
  showStep,
  signal,
  signalled,
  step,
  stepPages,
} from './run-shapes.ts';
import { optionalTimeOf } from './times.ts';

const chapter = 'Runs';
/** As GET /runs/{id}/steps lists it: a run calls its first block `root`. */
const pathOf = (node: string) => ['', 'root', node].join('/');

export function runRoutes(deps: FlowRoutesDeps): readonly AnyApiRoute[] {
  return [
    listRuns(deps),
    startRun(deps),
    getRun(deps),
    listSteps(deps),
    cancelRun(deps),
    replayRun(deps),
    resolveRun(deps),
    signalRun(deps),
    supplyResult(deps),
  ];
}

function listRuns(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'listRuns',
    method: 'GET',
    path: '/runs',
    chapter,
    summary: 'Runs of the workspace, the newest first',
    permission: 'runs:read',
    query: runPages,
    answer: pageOf('Runs, without what was said.', runSummary),
    example: { query: { state: 'waiting', limit: 10 } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { flow, state, cursor } = call.query;
      const [before] = decodeCursor(cursor, ['string']) ?? [];
      const most = limitOf(call.query);
      const found = await flows.listRuns({ workspace, limit: most + 1, ...defined({ flow, state, before }) });
      const data = found.slice(0, most).map(showRunSummary);
      const last = found.length > most ? data.at(-1) : undefined;
      return { data, next_cursor: last === undefined ? null : encodeCursor([last.id]) };
    },
  });
}

function startRun(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'startRun',
    method: 'POST',
    path: '/runs',
    chapter,
    summary: 'Starts a run of a flow',
    description:
      'On behalf of the key that asks: its budgets hold, and its models. A worker takes it up; this answer does not wait for that. With a `key` that was used before, the run of that time is answered with 200.',
    permission: 'runs:write',
    body: newRun,
    answer: run,
    isMaking: 'once',
    isRecord: true,
    example: {
      body: { flow: 'greet', payload: { name: 'Ada' }, budget: { dollars: '0.05', allow_unpriced: true } },
    },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { run: started, isNew } = await flows.start({
        ...{ workspace, flow: call.body.flow, identity: identityIn(call, workspace) },
        payload: givenPayload(call.body.payload),
        ...wishesOf(call.body),
      });
      const shown = show(started, call);
      return isNew ? shown : new ApiKnown(shown);
    },
  });
}

function wishesOf(body: ValueOf<typeof newRun>) {
  const { version, key, budget, context } = body;
  return defined({
    version,
    key,
    budget: budgetOf(budget),
    context: context as Readonly<Record<string, Json>> | undefined,
    timeoutMs: body.timeout_ms,
    startAt: optionalTimeOf(body.start_at),
    limitKey: body.limit_key,
  });
}

function getRun(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'getRun',
    method: 'GET',
    path: '/runs/{id}',
    chapter,
    summary: 'One run',
    permission: 'runs:read',
    answer: run,
    example: {},
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      return show(await flows.getRun(workspace, idOf(call)), call);
    },
  });
}

function listSteps(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'listRunSteps',
    method: 'GET',
    path: '/runs/{id}/steps',
    chapter,
    summary: 'What a run did and what its nodes wait for, in the order of their paths',
    permission: 'runs:read',
    query: stepPages,
    answer: pageOf('Steps.', step),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const [after] = decodeCursor(call.query.cursor, ['string']) ?? [];
      const most = limitOf(call.query);
      const found = await flows.listSteps(workspace, idOf(call), {
        limit: most + 1,
        ...defined({ after }),
      });
      const data = found.slice(0, most).map((one) => showStep(one, mayReadContents(call, workspace)));
      const last = found.length > most ? data.at(-1) : undefined;
      return { data, next_cursor: last === undefined ? null : encodeCursor([last.path]) };
    },
  });
}

function cancelRun(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'cancelRun',
    method: 'POST',
    path: '/runs/{id}/cancel',
    chapter,
    summary: 'Ends a run',
    description: 'With the runs that it started. What it has done stays done. One that is over is refused.',
    permission: 'runs:write',
    body: cancellation,
    answer: cancelled,
    action: 'runs.cancel',
    example: { body: { reason: 'Nobody needs it any more.' } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const id = idOf(call);
      const reason = call.body.reason ?? `Asked for by ${call.caller.keyId}.`;
      const outcome = await flows.cancel(workspace, id, reason);
      const after = await flows.getRun(workspace, id);
      if (outcome === 'over')
        throw new KeelsonError('conflict', `The run \`${id}\` is over; it is ${after.state}.`, {
          hint: 'Nothing is left to be ended.',
        });
      return { outcome, run: show(after, call) };
    },
  });
}

function replayRun(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'replayRun',
    method: 'POST',
    path: '/runs/{id}/replay',
    chapter,
    summary: 'A new run with the results of one that is over',
    description:
      'But for the paths that are named, and for approvals, which are asked again. It is on behalf of whoever started the first one.',
    permission: 'runs:write',
    body: replayed,
    answer: run,
    isMaking: true,
    action: 'runs.replay',
    example: { body: { without: [pathOf('hello')] } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { without, version } = call.body;
      return show(await flows.replay(workspace, idOf(call), defined({ without, version })), call);
    },
  });
}

function resolveRun(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'resolveRun',
    method: 'POST',
    path: '/runs/{id}/resolve',
    chapter,
    summary: 'Says what becomes of a run that is stopped',
    description:
      'A run stops when no worker has its version, and after a backup was restored. The answer is the run that goes on.',
    permission: 'runs:write',
    body: choice,
    answer: run,
    action: 'runs.resolve',
    example: { body: { choice: 'abandon' } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      return show(await flows.resolve(workspace, idOf(call), choiceOf(call.body)), call);
    },
  });
}

function choiceOf({ choice: chosen, version }: ValueOf<typeof choice>): StoppedChoice {
  if (chosen === 'continue' && version !== undefined) return { continueWith: version };
  if (chosen === 'restart' && version !== undefined) return { restartWith: version };
  if (chosen !== 'restart' && version === undefined) return chosen;
  throw new KeelsonError(
    'invalid_request',
    '`body.version` is needed for `restart`, may stand with `continue`, and not with `abandon`.',
    {
      hint: 'GET /api/v1/flows/{name} names the newest version of a flow.',
      details: { field: 'body.version' },
    },
  );
}

function signalRun(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'signalRun',
    method: 'POST',
    path: '/runs/{id}/signals',
    chapter,
    summary: 'Sends a run an event',
    description:
      'For a node that waits for this name, also one that comes to wait later. A run that is over is refused.',
    permission: 'runs:write',
    body: signal,
    answer: signalled,
    isRecord: true,
    example: { body: { name: 'paid', payload: { order: 7 }, id: 'payment-7' } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const { name, payload, id } = call.body;
      const { isRepeated } = await flows.sendEvent(workspace, {
        ...{ runId: idOf(call), name, payload: givenPayload(payload), sender: call.caller.keyId },
        ...defined({ id }),
      });
      return { is_known: isRepeated };
    },
  });
}

function supplyResult(deps: FlowRoutesDeps): AnyApiRoute {
  return route({
    name: 'supplyRunResult',
    method: 'POST',
    path: '/runs/{id}/results',
    chapter,
    summary: 'Says what an interrupted step came to, where somebody knows',
    description:
      'For a step that was under way when its worker died and may not be done twice. The run goes on with this result.',
    permission: 'runs:write',
    body: result,
    answer: run,
    action: 'runs.supply_result',
    example: { body: { path: pathOf('pay'), result: { paid: true } } },
    handle: async (call) => {
      const { flows, workspace } = await placeOfFlows(call, deps);
      const runId = idOf(call);
      const { path, result: came } = call.body;
      await flows.supplyResult(workspace, { runId, path, result: came, by: call.caller.keyId });
      return show(await flows.getRun(workspace, runId), call);
    },
  });
}

export function idOf({ params }: Pick<ApiCall<unknown, unknown>, 'params'>): string {
  return params.id ?? '';
}

/** What was said to a run and what came of it. */
export function mayReadContents(
  { caller, where }: Pick<ApiCall<unknown, unknown>, 'caller' | 'where'>,
  workspace: string,
): boolean {
  return caller.may('runs.content:read', { organisation: where.organisation, workspace });
}

function show(one: FlowRun, call: ApiCall<unknown, unknown>): ValueOf<typeof run> {
  return showRun(one, mayReadContents(call, one.workspace));
}
