/** Flows of the tests until there are real ones: durable runs of small documents, interpreted node by node. */
import { type Json, type JsonObject, KeelsonError } from '@keelson/core';
import {
  createFlowKinds,
  createIds,
  createSigner,
  type FlowNews,
  type FlowRun,
  type Flows,
  type FlowStep,
  type KeptFlow,
  openDurableRuns,
  parseMasterKeys,
  readFlowText,
  Secret,
  silentLog,
  type Storage,
  type StoredRun,
  systemClock,
  systemRandom,
} from '@keelson/engine';

type Kept = KeptFlow & { isGone?: boolean };
// biome-ignore lint/suspicious/noExplicitAny: a draft
type Any = any;

export async function openTestFlows(storage: Storage): Promise<{ flows: Flows; close(): Promise<void> }> {
  const clock = systemClock;
  const newId = createIds(clock, systemRandom);
  const signer = createSigner(parseMasterKeys(new Secret('5a'.repeat(32))), 'approvals');
  const runs = openDurableRuns({ storage, clock, host: 'here', signer, log: silentLog, newId });
  const kept: Kept[] = [];
  const newest = (workspace: string, flow: string, version?: string): Kept => {
    const found = kept.findLast(
      (one) => one.workspace === workspace && one.name === flow && (version === undefined ? !one.isGone : one.version === version),
    );
    if (found === undefined) throw new KeelsonError('not_found', `There is no flow \`${flow}\`.`);
    return found;
  };
  const check = async (text: string) => (await readFlowText(text, { kinds: createFlowKinds() })).problems;
  const run = async (input: Json, scope: Any): Promise<Json> => {
    const { doc, payload } = input as Any;
    let node: string | undefined = doc.entry;
    let value: Json = payload;
    while (node !== undefined) {
      const { kind, name, input: given, next, fails } = doc.nodes[node];
      const path = `/root/${node}`;
      const done: Any =
        kind === 'approve'
          ? await scope.askApproval({ path, input: value, expiresInMs: doc.nodes[node].expiresInMs ?? 60_000 })
          : kind === 'wait-for'
            ? await scope.waitForEvent({ path, name: doc.nodes[node].event ?? name })
            : await scope.step({ path, input: value }, async () => {
                scope.emit('attempt', { path });
                if (fails) throw new Error('no');
                return given ?? value;
              });
      if (done.state === 'waiting') scope.suspend();
      if (done.state !== 'done') throw new KeelsonError('conflict', 'It failed.');
      if (kind === 'approve' && !done.value.approved) throw new KeelsonError('conflict', 'It was denied.');
      value = kind === 'approve' ? value : done.value;
      node = next;
    }
    return value;
  };
  const showRun = (one: StoredRun): FlowRun => {
    const { payload, identity, budget } = one.input as Any;
    const { input: _, error, startKey, waits = [], ...rest } = one;
    return {
      ...rest,
      ...{ payload, budget, waits, startedBy: identity.keyId },
      ...(startKey && { key: startKey }),
      ...(error && { failure: { ...error, reason: error.code, errorType: 'tool', details: {} } }),
      ...(one.finishedAt && { nanoDollars: 0, calls: 0 }),
    } as FlowRun;
  };
  const own = async (workspace: string, id: string): Promise<StoredRun> => {
    const found = await runs.get(id);
    if (found.workspace !== workspace) throw new KeelsonError('not_found', `There is no run \`${id}\`.`);
    return found;
  };
  const showStep = ({ value, error, ...step }: Any): FlowStep => ({
    ...step,
    ...(value !== undefined && { output: value }),
    ...(error && { failure: { ...error, reason: error.code, errorType: 'tool', details: {} } }),
  });
  const worker = runs.openWorker({
    leaseMs: 600,
    pollMs: 20,
    graceMs: 100,
    flows: [{ name: 'any', version: '1', run }],
  } as Any);
  const drafted: Partial<Flows> = {
    check: (_, text) => check(text),
    put: async ({ workspace, text, name: wanted, by }) => {
      const problems = await check(text);
      if (problems.length > 0)
        throw new KeelsonError('invalid_request', 'The flow has problems.', { details: { problems } as Any });
      const { flow: name } = JSON.parse(text);
      if (wanted !== undefined && name !== wanted)
        throw new KeelsonError('invalid_request', `The flow is called \`${name}\`.`, { details: { field: 'name' } });
      const version = String(text.length);
      const before = kept.findLast((one) => one.workspace === workspace && one.name === name && !one.isGone);
      if (before?.text === text) return { flow: before, isNew: false };
      const flow: Kept = { workspace, name, version, text, uses: {}, createdAt: clock.now(), ...(by && { createdBy: by }) };
      kept.push(flow);
      return { flow, isNew: true };
    },
    get: async ({ workspace, flow, version }) => newest(workspace, flow, version),
    list: async ({ workspace, after = '', limit }) => {
      const own = kept.filter((one) => one.workspace === workspace && !one.isGone && one.name > after);
      const last = new Map(own.map((one) => [one.name, one]));
      return [...last.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit);
    },
    remove: async (workspace, name) => {
      newest(workspace, name);
      for (const one of kept) if (one.workspace === workspace && one.name === name) one.isGone = true;
    },
    estimate: async ({ workspace, flow, version }) => {
      newest(workspace, flow, version);
      const quantity = { mean: 1.2e12, std: null, p90: 2e22, max: null };
      const one = { block: flow, kind: 'graph', source: 'prior', confidence: 'low', sampleSize: 0, nanoDollars: quantity, ms: quantity, calls: { mean: 1, max: 3 }, notes: ['assumed'] } as const;
      return { ...one, components: { hello: { ...one, components: { inner: one } } } };
    },
    start: async ({ workspace, flow, version, payload, identity, budget, key, limitKey, startAt, timeoutMs }) => {
      const { text = '', version: found } = newest(workspace, flow, version);
      const { run: started, isNew } = await runs.start({
        ...{ workspace, flow: 'any', version: '1' },
        input: { doc: JSON.parse(text), payload, identity, flow, version: found, ...(budget && { budget }) } as Any,
        ...(key && { key }),
        ...(limitKey && { limitKey }),
        ...(startAt && { startAt }),
        ...(timeoutMs && { deadlineAt: clock.now() + timeoutMs }),
      });
      return { run: showRun(started), isNew };
    },
    getRun: async (workspace, id) => showRun(await own(workspace, id)),
    listRuns: async ({ workspace, flow: _, state, before, limit }) =>
      (await runs.list({ filters: { workspace, ...(state && { state }) }, limit, ...(before && { before }) })).map(showRun),
    listSteps: async (workspace, id, page) => {
      await own(workspace, id);
      return (await runs.listSteps(id, page)).map(showStep);
    },
    follow: async function* (workspace, id, options): AsyncGenerator<FlowNews> {
      await own(workspace, id);
      for await (const news of runs.follow(id, options)) {
        if (news.kind === 'step') yield { seq: news.seq, kind: 'step', step: showStep(news.step) };
        else if (news.kind === 'event') yield { ...news, kind: 'note' };
        else yield { ...news, run: showRun(news.run) };
      }
    },
    cancel: async (workspace, id, reason) => {
      await own(workspace, id);
      return (await runs.cancel(id, reason)) as 'over';
    },
    sendEvent: async (workspace, event) => {
      await own(workspace, event.runId);
      return runs.sendEvent(event);
    },
    listApprovals: ({ workspace, runId, isOpen, ...page }) =>
      runs.listApprovals({
        filters: { workspace, ...(runId && { runId }), ...(isOpen !== undefined && { isOpen }) },
        ...page,
      }),
    findApproval: (token) => runs.findApproval(token),
    decide: async (workspace, verdict) => {
      if ('id' in verdict.approval) {
        const found = await storage.runMail.findApproval(verdict.approval.id);
        if (found?.workspace !== workspace) throw new KeelsonError('not_found', 'There is no approval.');
      }
      return runs.decide(verdict);
    },
    resolve: async (workspace, id, choice) => {
      await own(workspace, id);
      return showRun(await runs.resolveStopped(id, choice));
    },
    replay: async (workspace, id, options) => {
      await own(workspace, id);
      return showRun(await runs.replay(id, options));
    },
    supplyResult: async (workspace, { runId }) => {
      await own(workspace, runId);
      throw new KeelsonError('conflict', 'Nothing was interrupted.');
    },
    putSchedule: async ({ payload, identity: _, budget: __, ...plan }) => runs.putSchedule({ ...plan, input: payload }),
    listSchedules: (workspace) => runs.listSchedules(workspace),
    pauseSchedule: (_, id, isPaused) => runs.pauseSchedule(id, isPaused),
    removeSchedule: (_, id) => runs.removeSchedule(id),
  };
  await worker;
  return { flows: drafted as Flows, close: async () => (await worker).close() };
}

export type { JsonObject };
