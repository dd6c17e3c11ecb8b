/** Opens durable runs over the storage of an installation. Nothing is loaded or started before the first worker. */
import { KeelsonError } from '@keelson/core';
import type { Clock, Log } from '../observability/index.ts';
import type { Signer } from '../secrets/index.ts';
import {
  graphOf,
  type Storage,
  type StoredApproval,
  type StoredRun,
  type StoredSchedule,
} from '../storage/index.ts';
import { isAsked, readToken, signDecision, tokenOf } from './approval-seal.ts';
import {
  checkDecision,
  checkFlows,
  checkStart,
  conflict,
  unknownApproval,
  unknownRun,
  unknownSchedule,
} from './check-request.ts';
import type {
  ApprovalVerdict,
  DurableRuns,
  NewPlan,
  RunWorker,
  SentEvent,
  StartRun,
  StoppedChoice,
  WorkerSettings,
} from './durable-runs.ts';
import { followRun, isOver, showStep } from './follow-run.ts';
import { nextTime } from './run-schedules.ts';

export interface DurableRunsDeps {
  readonly storage: Pick<Storage, 'runs' | 'runQueue' | 'runJournal' | 'runMail' | 'runPlans'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** Of the master key, so that every process of the installation knows what another one signed. */
  readonly signer: Signer;
  /** What a worker is called in the log and in the list of workers. */
  readonly host: string;
}

const followEveryMs = 250;
/** Where runs are worked on in the same process, they end soon. */
const followHereEveryMs = 50;
const removedAtOnce = 200;

export function openDurableRuns(deps: DurableRunsDeps): DurableRuns {
  return new Opened(deps);
}

class Opened implements DurableRuns {
  readonly #deps: DurableRunsDeps;
  /** Those of this process: they need not wait until they look for work. */
  readonly #workers = new Set<RunWorker>();

  constructor(deps: DurableRunsDeps) {
    this.#deps = deps;
  }

  async start(request: StartRun): Promise<{ run: StoredRun; isNew: boolean }> {
    checkStart(request);
    const { workspace, flow, version, input, key, startAt, deadlineAt, limitKey } = request;
    const { storage, newId, clock } = this.#deps;
    const started = await storage.runs.create({
      ...{ id: newId(), workspace, flow, version, input, createdAt: clock.now() },
      ...(key !== undefined && { startKey: key }),
      ...(startAt !== undefined && { startAt: Math.round(startAt) }),
      ...(deadlineAt !== undefined && { deadlineAt: Math.round(deadlineAt) }),
      ...(limitKey !== undefined && { limitKey }),
    });
    this.#wakeWorkers();
    return started;
  }

  async get(runId: string): Promise<StoredRun> {
    const run = await this.#deps.storage.runs.find(runId);
    if (run === undefined) throw unknownRun(runId);
    return run;
  }

  list: DurableRuns['list'] = (listing) => this.#deps.storage.runs.list(listing);

  listSteps: DurableRuns['listSteps'] = async (runId, page) =>
    (await this.#deps.storage.runs.listSteps(runId, page)).map(showStep);

  follow: DurableRuns['follow'] = (runId, { after = 0, signal, pollMs } = {}) => {
    const { storage, clock } = this.#deps;
    const usual = (): number => (this.#workers.size > 0 ? followHereEveryMs : followEveryMs);
    return followRun(runId, { runs: storage.runs, clock, after, signal, pollMs: () => pollMs ?? usual() });
  };

  cancel: DurableRuns['cancel'] = async (runId, reason) => {
    const answer = await this.#deps.storage.runs.cancel(runId, reason, this.#deps.clock.now());
    if (answer === 'unknown') throw unknownRun(runId);
    this.#wakeWorkers();
    return answer;
  };

  async sendEvent({ runId, name, payload, id, sender }: SentEvent): Promise<{ isRepeated: boolean }> {
    const { storage, clock, newId } = this.#deps;
    const answer = await storage.runMail.send({
      ...{ runId, name, payload, id: id ?? newId(), at: clock.now() },
      ...(sender !== undefined && { sender }),
    });
    if (answer === 'unknown') throw unknownRun(runId);
    if (answer === 'over') throw conflict(`The run \`${runId}\` is over; nobody would read the event.`);
    this.#wakeWorkers();
    return { isRepeated: answer === 'known' };
  }

  listApprovals: DurableRuns['listApprovals'] = async (listing) => {
    const filters = { ...listing.filters, at: this.#deps.clock.now() };
    const approvals = await this.#deps.storage.runMail.listApprovals({ ...listing, filters });
    return approvals.map((approval) => ({ ...approval, token: tokenOf(approval) }));
  };

  findApproval: DurableRuns['findApproval'] = (token) => this.#findApproval({ token });

  async decide(verdict: ApprovalVerdict): Promise<StoredApproval> {
    const { decision, by, note, workspace } = verdict;
    checkDecision(decision);
    const { storage, clock, signer } = this.#deps;
    const approval = await this.#findApproval(verdict.approval);
    if (workspace !== undefined && approval.workspace !== workspace) throw unknownApproval(approval.id);
    const { id, signature, expiresAt } = approval;
    const at = clock.now();
    const noted = note === undefined ? {} : { note };
    const sealed = signDecision(signer, { id, signature, decision, decidedAt: at, decidedBy: by, ...noted });
    if (!(await storage.runMail.decide({ id, decision, at, by, ...noted, signature: sealed }))) {
      if (at >= expiresAt) throw conflict(`The approval \`${id}\` has expired.`);
      const isDecided = (await storage.runMail.findApproval(id))?.decision !== undefined;
      const why = isDecided ? 'has been decided already' : 'is of a run that is over';
      throw conflict(`The approval \`${id}\` ${why}.`);
    }
    this.#wakeWorkers();
    return (await storage.runMail.findApproval(id)) ?? approval;
  }

  async resolveStopped(runId: string, choice: StoppedChoice): Promise<StoredRun> {
    const run = await this.get(runId);
    if (run.state !== 'stopped') throw conflict(`The run \`${runId}\` is not stopped; it is ${run.state}.`);
    if (choice === 'continue') return this.#goOn(run);
    if (choice === 'abandon') {
      await this.cancel(runId, 'It was abandoned.');
      return this.get(runId);
    }
    if ('continueWith' in choice) return this.#goOn({ ...run, version: choice.continueWith });
    const { workspace, flow, input, limitKey } = run;
    const version = choice.restartWith;
    const started = await this.start({
      ...{ workspace, flow, version, input, key: `restart of ${runId}` },
      ...(limitKey !== undefined && { limitKey }),
    });
    await this.cancel(runId, `It was restarted as ${started.run.id}.`);
    return started.run;
  }

  async replay(
    runId: string,
    { without = [], version }: { without?: readonly string[]; version?: string } = {},
  ): Promise<StoredRun> {
    const before = await this.get(runId);
    if (!isOver(before)) throw conflict(`The run \`${runId}\` is not over; it is ${before.state}.`);
    const { storage, newId, clock } = this.#deps;
    const { workspace, flow, input } = before;
    const { run } = await storage.runs.create({
      ...{ id: newId(), workspace, flow, version: version ?? before.version, input },
      ...{ replayOf: runId, without, createdAt: clock.now() },
    });
    this.#wakeWorkers();
    return run;
  }

  async putSchedule({ id, workspace, flow, input, pattern, zone = 'UTC' }: NewPlan): Promise<StoredSchedule> {
    const { storage, clock } = this.#deps;
    const createdAt = clock.now();
    const nextAt = await nextTime(pattern, zone, createdAt);
    await storage.runPlans.putSchedule({ id, workspace, flow, input, pattern, zone, nextAt, createdAt });
    return this.#getSchedule(id);
  }

  listSchedules: DurableRuns['listSchedules'] = (workspace) =>
    this.#deps.storage.runPlans.listSchedules(workspace);

  async pauseSchedule(id: string, isPaused: boolean): Promise<void> {
    const { storage, clock } = this.#deps;
    const { pattern, zone } = await this.#getSchedule(id);
    await storage.runPlans.pauseSchedule(id, isPaused, await nextTime(pattern, zone, clock.now()));
  }

  async removeSchedule(id: string): Promise<void> {
    if (!(await this.#deps.storage.runPlans.removeSchedule(id))) throw unknownSchedule(id);
  }

  setLimit: DurableRuns['setLimit'] = async (key, most) => {
    if (most !== undefined && !(Number.isSafeInteger(most) && most >= 0))
      throw new KeelsonError('invalid_request', `A limit is a whole number from 0 on, not ${most}.`, {
        details: { field: 'most' },
      });
    await this.#deps.storage.runPlans.setLimit(key, most, this.#deps.clock.now());
    this.#wakeWorkers();
  };

  listLimits: DurableRuns['listLimits'] = () => this.#deps.storage.runPlans.listLimits();

  async removeEndedBefore(at: number): Promise<number> {
    const { storage, clock } = this.#deps;
    let removed = 0;
    for (let last = removedAtOnce; last >= removedAtOnce; removed += last) {
      last = await storage.runs.removeEndedBefore(at, removedAtOnce);
      await clock.sleep(1);
    }
    return removed;
  }

  async openWorker(settings: WorkerSettings): Promise<RunWorker> {
    checkFlows(settings);
    const { Worker } = await import('./run-worker.ts');
    const { storage } = this.#deps;
    const worker = new Worker(settings, { ...this.#deps, journal: storage.runJournal, runs: storage.runs });
    await worker.open();
    this.#workers.add(worker);
    const close = async (): Promise<void> => {
      this.#workers.delete(worker);
      await worker.close();
    };
    return {
      get id() {
        return worker.id;
      },
      wake: () => worker.wake(),
      offer: (flow) => worker.offer(flow),
      close,
    };
  }

  #wakeWorkers(): void {
    for (const worker of this.#workers) worker.wake();
  }

  async #goOn(run: StoredRun): Promise<StoredRun> {
    const { storage, clock } = this.#deps;
    const workers = await storage.runQueue.listWorkers();
    const graph = graphOf(run.flow, run.version);
    if (!workers.some(({ graphs }) => graphs.includes(graph)))
      throw conflict(`No worker has version \`${run.version}\` of \`${run.flow}\`.`);
    await storage.runs.goOn(run, clock.now());
    this.#wakeWorkers();
    return this.get(run.id);
  }

  async #findApproval(named: ApprovalVerdict['approval']): Promise<StoredApproval> {
    const { storage, signer } = this.#deps;
    if ('id' in named) {
      const approval = await storage.runMail.findApproval(named.id);
      if (approval === undefined) throw unknownApproval(named.id);
      return approval;
    }
    const read = readToken(named.token);
    const approval = read && (await storage.runMail.findApproval(read.id));
    const isOurs = approval !== undefined && read?.signature === approval.signature;
    if (isOurs && isAsked(signer, approval)) return approval;
    throw new KeelsonError(
      'permission_denied',
      'The token of the approval is not one that was given out here.',
      {
        hint: 'Use the link exactly as it was sent.',
      },
    );
  }

  async #getSchedule(id: string): Promise<StoredSchedule> {
    const schedule = await this.#deps.storage.runPlans.findSchedule(id);
    if (schedule === undefined) throw unknownSchedule(id);
    return schedule;
  }
}
