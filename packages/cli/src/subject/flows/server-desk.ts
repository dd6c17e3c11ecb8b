/** Flows and runs of a server that is asked over its management API. Its workers do the work. */
import type { FlowRun } from '@keelson/engine';
import type { Input } from '../../line/input.ts';
import type { Answer, Question, Server } from '../server/server.ts';
import type { FlowDesk } from './flow-desk.ts';
import { followServerRun } from './follow-server-run.ts';
import { nameInFlowText } from './name-in-flow-text.ts';
import { sameFlags } from './same-flags.ts';
import { approvalOf, askedBudget, estimateOf, keptFlowOf, runOf, stepOf } from './server-shapes.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export function createServerDesk(server: Server, input: Input): FlowDesk {
  const query = { workspace: input.text('workspace') };
  const ask = (method: Method, path: string, body?: object): Promise<Answer> =>
    server.ask(method, path, { query, ...(body !== undefined && { body }) });
  const all = async <Entry>(
    path: string,
    wish: object,
    read: (answer: Answer) => Entry,
  ): Promise<Entry[]> => {
    const entries: Entry[] = [];
    for await (const answer of server.entries(path, { ...query, ...wish })) entries.push(read(answer));
    return entries;
  };
  return {
    place: server.url,
    flags: sameFlags(input),
    hasProviders: true,
    put: async (text) => {
      const path = flowPath(nameInFlowText(text));
      const before = await server.find(path, { query });
      const flow = keptFlowOf(await ask('PUT', path, { text }));
      return { flow, isNew: before?.version !== flow.version };
    },
    getFlow: async ({ flow, version }) =>
      keptFlowOf(await server.ask('GET', flowPath(flow), { query: { ...query, version } })),
    listFlows: () => all('/flows', {}, keptFlowOf),
    forget: async (name) => void (await ask('DELETE', flowPath(name))),
    estimate: async ({ flow, version, payload }) =>
      estimateOf(await ask('POST', `${flowPath(flow)}/estimate`, { version, payload })),
    start: async ({ flow, version, payload, budget, timeoutMs, key }) => {
      const body = {
        flow,
        version,
        payload,
        key,
        timeout_ms: timeoutMs,
        budget: budget && askedBudget(budget),
      };
      return { run: runOf(await ask('POST', '/runs', body)), isNew: true };
    },
    listApprovals: (runId) => all('/approvals', { run_id: runId, state: 'open' }, approvalOf),
    decide: async ({ id, ...verdict }) =>
      approvalOf(await ask('POST', `/approvals/${encodeURIComponent(id)}/decide`, verdict)),
    ...runsOf(ask, all, (path, wish) => server.entries(path, { ...query, ...wish })),
    follow: (runId, signal) => followServerRun(server, runPath(runId), { query, signal }),
    work: async () => ({ close: async () => {} }),
  };
}

const flowPath = (name: string): string => `/flows/${encodeURIComponent(name)}`;
const runPath = (id: string): string => `/runs/${encodeURIComponent(id)}`;

type Ask = (method: Method, path: string, body?: object) => Promise<Answer>;
type All = <Entry>(path: string, wish: object, read: (answer: Answer) => Entry) => Promise<Entry[]>;

type Entries = (path: string, wish: Question['query']) => AsyncIterable<Answer>;

function runsOf(
  ask: Ask,
  all: All,
  entries: Entries,
): Pick<
  FlowDesk,
  'getRun' | 'listRuns' | 'listSteps' | 'cancel' | 'sendEvent' | 'supplyResult' | 'resolve' | 'replay'
> {
  return {
    getRun: async (id) => runOf(await ask('GET', runPath(id))),
    listRuns: async ({ limit, before, ...wish }) => {
      const runs: FlowRun[] = [];
      if (limit === 0) return runs;
      for await (const answer of entries('/runs', wish)) {
        const run = runOf(answer);
        // Ids begin with the time.
        if (before !== undefined && run.id >= before) continue;
        if (runs.push(run) === limit) break;
      }
      return runs;
    },
    listSteps: (runId) => all(`${runPath(runId)}/steps`, {}, stepOf),
    cancel: async (runId, reason) => {
      const { outcome } = await ask('POST', `${runPath(runId)}/cancel`, { reason });
      return outcome === 'asked' ? 'asked' : 'cancelled';
    },
    sendEvent: async ({ runId, ...event }) => {
      const { is_known: isKnown } = await ask('POST', `${runPath(runId)}/signals`, event);
      return { isRepeated: isKnown === true };
    },
    supplyResult: async ({ runId, ...result }) =>
      void (await ask('POST', `${runPath(runId)}/results`, result)),
    resolve: async (runId, choice) =>
      runOf(await ask('POST', `${runPath(runId)}/resolve`, askedChoice(choice))),
    replay: async (runId, wish) => runOf(await ask('POST', `${runPath(runId)}/replay`, wish)),
  };
}

function askedChoice(choice: Parameters<FlowDesk['resolve']>[1]): object {
  if (typeof choice === 'string') return { choice };
  if ('restartWith' in choice) return { choice: 'restart', version: choice.restartWith };
  return { choice: 'continue', version: choice.continueWith };
}
