/** Opens flows over the storage of an installation: what is kept, what runs, and workers for it. */
import {
  type AnyBlock,
  type Block,
  type Estimate,
  estimateBlock,
  type Failure,
  formatDollars,
  type Json,
  KeelsonError,
} from '@keelson/core';
import { type BlockEnvironment, checkBudget, EventQueue } from '../blocks/index.ts';
import type { Identity } from '../calls/index.ts';
import type { Storage } from '../storage/index.ts';
import {
  type DurableRuns,
  type DurableRunsDeps,
  type Flow,
  openDurableRuns,
  type RunWorker,
  type StoredRun,
} from '../workflow/index.ts';
import { createDurableFlow } from './durable-flow.ts';
import { FlowShelf, type LoadedFlow } from './flow-shelf.ts';
import type { FlowCode, FlowNews, FlowRun, Flows, StartFlow } from './flows.ts';
import { LiveText } from './live-text.ts';
import { writeRunInput } from './run-input.ts';
import { resultEvent } from './run-journal.ts';
import { durableName, limitOf, showNews, showRun, showSchedule, showStep, splitName } from './show-run.ts';

export interface FlowsDeps extends DurableRunsDeps {
  readonly storage: DurableRunsDeps['storage'] & Pick<Storage, 'flowVersions'>;
  /** Models, requests, statistics: what blocks are given that run on somebody's behalf. */
  readonly environmentOf: (identity: Identity) => BlockEnvironment;
  /** Blocks, tools and whole flows that are code. */
  readonly code?: FlowCode;
}

export function openFlows(deps: FlowsDeps): Flows {
  return new OpenedFlows(deps);
}

class OpenedFlows implements Flows {
  readonly #deps: FlowsDeps;
  readonly #shelf: FlowShelf;
  readonly #runs: DurableRuns;
  readonly #text = new LiveText();
  readonly #workers = new Set<RunWorker>();
  /** The settings of the worker that is opened as soon as there is something to do. */
  #wanted: Parameters<Flows['openWorker']>[0];

  constructor(deps: FlowsDeps) {
    this.#deps = deps;
    this.#shelf = new FlowShelf(deps.storage.flowVersions, deps.code ?? {});
    this.#runs = openDurableRuns(deps);
  }

  check: Flows['check'] = (workspace, text) => this.#shelf.check(workspace, text);

  put: Flows['put'] = (wish) => this.#shelf.put(wish, this.#deps.clock.now());

  get: Flows['get'] = async (place) => (await this.#shelf.get(place)).kept;

  list: Flows['list'] = (listing) => this.#deps.storage.flowVersions.list(listing);

  async remove(workspace: string, name: string): Promise<void> {
    const schedules = await this.listSchedules(workspace);
    const schedule = schedules.find(({ flow }) => flow === name);
    if (schedule !== undefined)
      throw new KeelsonError('conflict', `The schedule \`${schedule.id}\` starts this flow.`, {
        hint: 'Remove the schedule first.',
      });
    if (await this.#deps.storage.flowVersions.remove(workspace, name)) return;
    await this.#shelf.get({ workspace, flow: name });
    throw new KeelsonError('conflict', `The flow \`${name}\` is code, and cannot be removed here.`);
  }

  find: Flows['find'] = async (place) => {
    const found = await this.#shelf.find(place);
    return found && { block: found.block, takes: found.kept.takes };
  };

  async estimate(question: Parameters<Flows['estimate']>[0]): Promise<Estimate> {
    const { block } = await this.#shelf.get(question);
    const { stats, findModel } = this.#deps.environmentOf(question.identity);
    const asked = question.payload === undefined ? {} : { payload: question.payload };
    const estimate = (): Estimate =>
      estimateBlock(block as Block<Json, unknown>, asked, { stats, findModel });
    if (stats.load === undefined) return estimate();
    // What it asks for is what has to be read: a process that has just begun knows nothing of earlier runs.
    estimate();
    await stats.load([]);
    return estimate();
  }

  async start(request: StartFlow): Promise<{ run: FlowRun; isNew: boolean }> {
    const { workspace, flow, key, startAt, timeoutMs, limitKey } = request;
    // One that was removed has versions still, for runs that began before.
    if (request.version !== undefined) await this.#shelf.get({ workspace, flow });
    const loaded = await this.#shelf.get(request);
    // It reads what is known by now.
    if (request.budget !== undefined) await this.estimate(request);
    this.#checkBudget(loaded, request);
    const from = startAt ?? this.#deps.clock.now();
    const { run, isNew } = await this.#runs.start({
      workspace,
      flow: durableName(workspace, loaded.kept.name),
      version: loaded.kept.version,
      input: writeRunInput(request),
      ...(key !== undefined && { key }),
      ...(startAt !== undefined && { startAt }),
      ...(timeoutMs !== undefined && { deadlineAt: from + timeoutMs }),
      ...(limitKey !== undefined && { limitKey: limitOf(workspace, limitKey) }),
    });
    await this.#offer(loaded);
    return { run: showRun(run), isNew };
  }

  getRun: Flows['getRun'] = async (workspace, id) => showRun(await this.#own(workspace, id));

  async listRuns({
    workspace,
    flow,
    state,
    before,
    limit,
  }: Parameters<Flows['listRuns']>[0]): Promise<FlowRun[]> {
    const named = flow === undefined ? {} : { flow: durableName(workspace, flow) };
    const filters = { workspace, ...named, ...(state !== undefined && { state }) };
    const runs = await this.#runs.list({ filters, limit, ...(before !== undefined && { before }) });
    return runs.map(showRun);
  }

  listSteps: Flows['listSteps'] = async (workspace, id, page) => {
    await this.#own(workspace, id);
    return (await this.#runs.listSteps(id, page)).map(showStep);
  };

  async *follow(
    workspace: string,
    id: string,
    { after = 0, signal }: { after?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<FlowNews> {
    await this.#own(workspace, id);
    const leaving = new AbortController();
    const ended = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
    const queue = new EventQueue<FlowNews>(() => leaving.abort());
    const stop = this.#text.listen(id, (path, delta) => queue.push({ kind: 'text', path, delta }));
    const pumped = this.#pump(id, queue, { after, signal: ended });
    try {
      yield* queue;
    } finally {
      stop();
      leaving.abort();
    }
    await pumped;
    signal?.throwIfAborted();
  }

  cancel: Flows['cancel'] = async (workspace, id, reason) => {
    await this.#own(workspace, id);
    const answer = await this.#runs.cancel(id, reason);
    return answer === 'unknown' ? 'over' : answer;
  };

  sendEvent: Flows['sendEvent'] = async (workspace, event) => {
    await this.#own(workspace, event.runId);
    const answer = await this.#runs.sendEvent(event);
    await this.#demandWorker();
    return answer;
  };

  listApprovals: Flows['listApprovals'] = ({ workspace, runId, isOpen, before, limit }) => {
    const filters = {
      workspace,
      ...(runId !== undefined && { runId }),
      ...(isOpen !== undefined && { isOpen }),
    };
    return this.#runs.listApprovals({ filters, limit, ...(before !== undefined && { before }) });
  };

  findApproval: Flows['findApproval'] = (token) => this.#runs.findApproval(token);

  decide: Flows['decide'] = async (workspace, verdict) => {
    const decided = await this.#runs.decide({ ...verdict, workspace });
    await this.#demandWorker();
    return decided;
  };

  async supplyResult(
    workspace: string,
    { runId, path, result, by }: Parameters<Flows['supplyResult']>[1],
  ): Promise<void> {
    const { waits = [], state } = await this.#own(workspace, runId);
    const name = resultEvent(path);
    if (state !== 'waiting' || !waits.some(({ subject }) => subject === name))
      throw new KeelsonError('conflict', `The run does not wait to be told what \`${path}\` came to.`, {
        hint: 'Only a step that was cut off and must not happen twice takes a result from a person.',
      });
    await this.#runs.sendEvent({ runId, name, payload: result, sender: by });
    await this.#demandWorker();
  }

  resolve: Flows['resolve'] = async (workspace, id, choice) => {
    const { flow, version } = await this.#own(workspace, id);
    const chosen = typeof choice === 'object' ? Object.values(choice)[0] : undefined;
    const place = { workspace, flow: splitName(flow).flow, version: chosen ?? version };
    if (choice !== 'abandon') await this.#offer(await this.#shelf.get(place));
    return showRun(await this.#runs.resolveStopped(id, choice));
  };

  replay: Flows['replay'] = async (workspace, id, options = {}) => {
    const { flow, version } = await this.#own(workspace, id);
    const place = { workspace, flow: splitName(flow).flow, version: options.version ?? version };
    const loaded = await this.#shelf.get(place);
    const run = await this.#runs.replay(id, options);
    await this.#offer(loaded);
    return showRun(run);
  };

  async putSchedule({ id, workspace, flow, pattern, zone, ...rest }: Parameters<Flows['putSchedule']>[0]) {
    const { kept } = await this.#shelf.get({ workspace, flow });
    const named = { id: limitOf(workspace, id), workspace, flow: durableName(workspace, kept.name) };
    const plan = { ...named, pattern, input: writeRunInput(rest) };
    const put = await this.#runs.putSchedule({ ...plan, ...(zone !== undefined && { zone }) });
    await this.#demandWorker();
    return showSchedule(put);
  }

  listSchedules: Flows['listSchedules'] = async (workspace) => {
    const schedules = await this.#runs.listSchedules(workspace);
    return schedules.map(showSchedule);
  };

  pauseSchedule: Flows['pauseSchedule'] = async (workspace, id, isPaused) => {
    await this.#runs.pauseSchedule(await this.#ownSchedule(workspace, id), isPaused);
  };

  removeSchedule: Flows['removeSchedule'] = async (workspace, id) => {
    await this.#runs.removeSchedule(await this.#ownSchedule(workspace, id));
  };

  removeEndedBefore: Flows['removeEndedBefore'] = (at) => this.#runs.removeEndedBefore(at);

  async openWorker(settings: Parameters<Flows['openWorker']>[0] = {}): Promise<RunWorker> {
    const worker = await this.#runs.openWorker({
      ...settings,
      flows: [],
      resolve: async (name, version) => {
        const { workspace, flow } = splitName(name);
        const found = await this.#shelf.find({ workspace, flow, version });
        return found && this.#toDurable(found);
      },
      newest: (name) => {
        const { workspace, flow } = splitName(name);
        return this.#shelf.newestVersion(workspace, flow);
      },
    });
    this.#workers.add(worker);
    const close = async (): Promise<void> => {
      this.#workers.delete(worker);
      await worker.close();
    };
    return { id: worker.id, wake: () => worker.wake(), offer: (flow) => worker.offer(flow), close };
  }

  async keepWorker(settings: Parameters<Flows['openWorker']>[0] = {}): Promise<void> {
    this.#wanted = settings;
    if (await this.#deps.storage.runQueue.hasWork()) await this.#demandWorker();
  }

  async #demandWorker(): Promise<void> {
    const settings = this.#wanted;
    this.#wanted = undefined;
    if (settings === undefined) return;
    try {
      await this.openWorker(settings);
    } catch (error) {
      this.#wanted = settings;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#wanted = undefined;
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    this.#workers.clear();
  }

  /** A run of another workspace is unknown, and nobody can tell it from one that never was. */
  async #own(workspace: string, id: string): Promise<StoredRun> {
    const run = await this.#runs.get(id);
    if (run.workspace === workspace) return run;
    throw new KeelsonError('not_found', `There is no run \`${id}\`.`);
  }

  /** What it is called among those of all workspaces. */
  async #ownSchedule(workspace: string, id: string): Promise<string> {
    const named = limitOf(workspace, id);
    if ((await this.#deps.storage.runPlans.findSchedule(named)) !== undefined) return named;
    throw unknownSchedule(id);
  }

  async #pump(
    id: string,
    queue: EventQueue<FlowNews>,
    { after, signal }: { after: number; signal: AbortSignal },
  ): Promise<void> {
    try {
      for await (const news of this.#runs.follow(id, { after, signal })) queue.push(showNews(news));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      queue.end();
    }
  }

  #checkBudget({ block }: LoadedFlow, { payload, identity, budget }: StartFlow): void {
    const refused = checkBudget(
      block as Block<Json, unknown>,
      payload,
      this.#deps.environmentOf(identity),
      budget,
    );
    if (refused !== undefined) throw beyondBudget(refused);
  }

  async #offer(loaded: LoadedFlow): Promise<void> {
    await this.#demandWorker();
    const flow = this.#toDurable(loaded);
    for (const worker of this.#workers) await worker.offer(flow);
  }

  #toDurable({ kept, block }: { kept: LoadedFlow['kept']; block: AnyBlock }): Flow {
    const { workspace, name, version } = kept;
    const { environmentOf } = this.#deps;
    const text = this.#text;
    return createDurableFlow({ name: durableName(workspace, name), version, block, environmentOf, text });
  }
}

function beyondBudget({ reason, details }: Failure): KeelsonError {
  const { estimatedNanoDollars: asked, limitNanoDollars: limit } = details;
  const sums = [asked, limit].map((sum) => (typeof sum === 'number' ? formatDollars(sum) : 'not known'));
  return new KeelsonError(
    'budget_exhausted',
    `${reason}: the run may cost ${sums[0]}, and its budget is ${sums[1]}.`,
    {
      hint: 'Allow more, or `preflight: off` to begin and stop where the budget ends.',
      details: { field: 'budget' },
    },
  );
}

function unknownSchedule(id: string): KeelsonError {
  return new KeelsonError('not_found', `There is no schedule \`${id}\`.`);
}
