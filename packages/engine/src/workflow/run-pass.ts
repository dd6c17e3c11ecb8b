/**
 * One pass: a worker has a run, runs its flow from the top, answers from the journal what is recorded, and does the rest. It ends when
 * the flow is over or waits, or when the run is taken away.
 */
import { hash } from 'node:crypto';
import { canonicalJson, type Json, KeelsonError } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { Signer } from '../secrets/index.ts';
import type {
  JournalEntry,
  NewStep,
  RunFailure,
  RunJournal,
  RunStepKind,
  Runs,
  RunWait,
  StoredRun,
  TakenRun,
} from '../storage/index.ts';
import { endStates } from '../storage/index.ts';
import { findApprovalFault, signAsked } from './approval-seal.ts';
import type {
  ApprovalAnswer,
  ApprovalRequest,
  ChildRequest,
  EventRequest,
  Flow,
  RunScope,
  StepAttempt,
  StepOutcome,
  StepRequest,
} from './durable-runs.ts';
import { JournalFailed, PassJournal, RunLost } from './pass-journal.ts';
import { failures, toRunFailure } from './run-failure.ts';
import { attemptStep } from './step-attempt.ts';

export interface PassDeps {
  readonly journal: RunJournal;
  readonly runs: Pick<Runs, 'create' | 'find'>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly signer: Signer;
  readonly graceMs: number;
  /** The version of a flow that runs here; undefined when it does not. */
  readonly versionOf: (flow: string) => string | undefined;
}

export type PassEnd =
  | { readonly kind: 'completed'; readonly output: Json }
  | { readonly kind: 'failed' | 'cancelled'; readonly error: RunFailure }
  | { readonly kind: 'waiting'; readonly wakeAt: number | null; readonly waits: readonly RunWait[] }
  /** Somebody else may go on with it. */
  | { readonly kind: 'given-back'; readonly cause?: unknown }
  | { readonly kind: 'lost' };

/** Why a pass is ended from outside. */
export type PassStop = 'cancelled' | 'deadline' | 'closing' | 'lost';

class Stopped extends Error {
  override readonly name = 'AbortError';
  readonly stop: PassStop;
  constructor(stop: PassStop, reason: string) {
    super(reason);
    this.stop = stop;
  }
}

/** Thrown by `suspend`; a flow lets it pass. */
class RunSuspended extends Error {
  override readonly name = 'RunSuspended';
}

const mostPathCharacters = 1000;
const childKey = '/child/';

export class RunPass implements RunScope {
  readonly taken: TakenRun;
  readonly #deps: PassDeps;
  readonly #journal: PassJournal;
  readonly #stop = new AbortController();
  readonly #over = new AbortController();
  /** Steps under way in this pass. */
  readonly #going = new Set<string>();
  readonly #waits = new Map<string, RunWait>();
  #stopped: Stopped | undefined;

  constructor(taken: TakenRun, deps: PassDeps) {
    this.taken = taken;
    this.#deps = deps;
    this.#journal = new PassJournal(deps.journal, taken, deps.clock, (reason) => this.#stop.abort(reason));
  }

  get runId(): string {
    return this.taken.run.id;
  }

  get workspace(): string {
    return this.taken.run.workspace;
  }

  get pass(): number {
    return this.taken.hold.epoch;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get lastSeq(): number {
    return this.#journal.lastSeq;
  }

  /** Never rejects. */
  async work(flow: Flow): Promise<PassEnd> {
    const { run } = this.taken;
    if (run.cancelReason !== undefined)
      return { kind: 'cancelled', error: failures.cancelled(run.cancelReason) };
    if (run.deadlineAt !== undefined && this.#deps.clock.now() >= run.deadlineAt)
      return { kind: 'failed', error: failures.runDeadline() };
    try {
      this.#watchDeadline(run);
      await this.#journal.load();
      const end = await this.#untilStopped(flow);
      await this.#journal.flush();
      return this.#judge(end);
    } catch (cause) {
      return this.#judge({ kind: 'given-back', cause });
    } finally {
      this.#over.abort();
    }
  }

  stop(stop: PassStop, reason: string): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = new Stopped(stop, reason);
    if (stop === 'lost') this.#journal.close(new RunLost(reason));
    else this.#stop.abort(this.#stopped);
  }

  async step(request: StepRequest, run: (attempt: StepAttempt) => Promise<Json>): Promise<StepOutcome> {
    const { path, isRepeatable = false, ifInterrupted = 'run' } = request;
    const inputHash = request.input === undefined ? undefined : hashOf(request.input);
    const known = this.#find(path, 'step', inputHash);
    const recorded = known && recordedOutcome(known);
    if (recorded !== undefined) return recorded;
    const wasGoing = known?.state === 'started';
    const interrupted = (known?.interrupted ?? 0) + (wasGoing ? 1 : 0);
    if (wasGoing && ifInterrupted === 'tell') return { state: 'interrupted', times: interrupted };
    if (this.#going.has(path)) throw diverged(`The path \`${path}\` is visited twice at once.`);
    this.#going.add(path);
    const startedAt = this.#deps.clock.now();
    const step = { path, kind: 'step' as const, interrupted, startedAt, ...(inputHash && { inputHash }) };
    try {
      const isBegun = !isRepeatable || interrupted > 0;
      if (isBegun) await this.#journal.write({ ...step, state: 'started' });
      const result = await attemptStep(request, run, {
        ...{ idempotencyKey: keyOf(this.runId, path), interrupted },
        ...{ signal: this.signal, clock: this.#deps.clock, graceMs: this.#deps.graceMs },
      });
      if ('left' in result) {
        if (isBegun) await this.#journal.write({ ...step, state: 'left' });
        return { state: 'done', value: result.left, isRecorded: false };
      }
      return await this.#record(step, result);
    } finally {
      this.#going.delete(path);
    }
  }

  async sleepUntil(path: string, at: number): Promise<StepOutcome> {
    const known = this.#find(path, 'sleep');
    const recorded = known && recordedOutcome(known);
    if (recorded !== undefined) return recorded;
    const now = this.#deps.clock.now();
    const wakeAt = known?.wakeAt ?? Math.round(at);
    const step = { path, kind: 'sleep' as const, interrupted: 0, startedAt: known?.startedAt ?? now, wakeAt };
    if (now >= wakeAt) return this.#record(step, { value: null, text: 'null' });
    if (known === undefined) await this.#journal.write({ ...step, state: 'waiting' });
    return this.#waitFor({ path, kind: 'sleep', until: wakeAt });
  }

  async waitForEvent({ path, name, timeoutMs }: EventRequest): Promise<StepOutcome> {
    const known = this.#find(path, 'event');
    const recorded = known && recordedOutcome(known);
    if (recorded !== undefined) return recorded;
    const now = this.#deps.clock.now();
    const wakeAt = known === undefined ? endOf(now, timeoutMs) : known.wakeAt;
    const step = {
      ...{ path, kind: 'event' as const, subject: name, interrupted: 0, startedAt: known?.startedAt ?? now },
      ...(wakeAt !== undefined && { wakeAt }),
    };
    const signal = await this.#journal.takeSignal(name, ({ payload }) => ({
      ...step,
      ...{ state: 'done', outcome: JSON.stringify(payload), finishedAt: now },
    }));
    if (signal !== undefined) return { state: 'done', value: signal.payload, isRecorded: false };
    if (wakeAt !== undefined && now >= wakeAt)
      return this.#record(step, { error: failures.eventTimeout(name) });
    if (known === undefined) await this.#journal.write({ ...step, state: 'waiting' });
    return this.#waitFor({
      path,
      kind: 'event',
      subject: name,
      ...(wakeAt !== undefined && { until: wakeAt }),
    });
  }

  async askApproval(request: ApprovalRequest): Promise<StepOutcome> {
    const { path, input } = request;
    const inputHash = hashOf(input);
    const known = this.#find(path, 'approval', inputHash);
    const recorded = known && recordedOutcome(known);
    if (recorded !== undefined) return recorded;
    if (known === undefined) return this.#ask(request, inputHash);
    const { clock, journal, signer } = this.#deps;
    const approval = await journal.findApproval(this.runId, path);
    const { state: _, startedAt = clock.now(), ...entry } = known;
    const step = { ...entry, startedAt, finishedAt: clock.now() };
    if (approval === undefined)
      return this.#record(step, { error: failures.approvalInvalid('it was removed from the database') });
    if (approval.decision === undefined) {
      if (clock.now() >= approval.expiresAt) return this.#record(step, { error: failures.approvalExpired() });
      return this.#waitFor({ path, kind: 'approval', until: approval.expiresAt, subject: approval.id });
    }
    const fault = findApprovalFault(signer, approval, { runId: this.runId, path, inputHash });
    if (fault !== undefined) return this.#record(step, { error: failures.approvalInvalid(fault) });
    const { decision, decidedBy: by = '', decidedAt: at = 0, note } = approval;
    const answer: ApprovalAnswer = {
      approved: decision === 'approved',
      by,
      at,
      ...(note !== undefined && { note }),
    };
    await this.#journal.useApproval(approval.id, { ...step, state: 'done', outcome: JSON.stringify(answer) });
    return { state: 'done', value: { ...answer }, isRecorded: false };
  }

  async runChild({ path, flow, version, input }: ChildRequest): Promise<StepOutcome> {
    const inputHash = hashOf(input);
    const known = this.#find(path, 'child', inputHash);
    const recorded = known && recordedOutcome(known);
    if (recorded !== undefined) return recorded;
    const { runs, clock } = this.#deps;
    const child =
      known?.subject === undefined
        ? await this.#startChild(path, { flow, version, input })
        : await runs.find(known.subject);
    const subject = child?.id ?? known?.subject ?? '';
    const base = { path, kind: 'child' as const, subject, inputHash, interrupted: 0, startedAt: clock.now() };
    const step = { ...base, startedAt: known?.startedAt ?? base.startedAt };
    const isOver = child === undefined || (endStates as readonly string[]).includes(child.state);
    if (isOver) return this.#record({ ...step, finishedAt: clock.now() }, resultOfChild(child));
    if (known === undefined) await this.#journal.write({ ...step, state: 'waiting' });
    return this.#waitFor({ path, kind: 'child', subject });
  }

  emit(kind: string, data: Json): void {
    this.#journal.emit(kind, data);
  }

  suspend(): never {
    throw new RunSuspended('The run waits.');
  }

  async #ask(
    { path, input, asked = input, expiresInMs }: ApprovalRequest,
    inputHash: string,
  ): Promise<StepOutcome> {
    const { clock, newId, signer } = this.#deps;
    const createdAt = clock.now();
    const expiresAt = createdAt + Math.round(expiresInMs);
    const id = newId();
    const question = {
      id,
      runId: this.runId,
      path,
      workspace: this.workspace,
      inputHash,
      createdAt,
      expiresAt,
    };
    const step = { path, kind: 'approval' as const, interrupted: 0, startedAt: createdAt, wakeAt: expiresAt };
    await this.#journal.ask(
      { ...question, asked, signature: signAsked(signer, question) },
      { ...step, state: 'waiting', subject: id, inputHash },
    );
    return this.#waitFor({ path, kind: 'approval', until: expiresAt, subject: id });
  }

  async #startChild(
    path: string,
    child: { flow: string; version: string | undefined; input: Json },
  ): Promise<StoredRun> {
    const { runs, newId, clock, versionOf } = this.#deps;
    const version = child.version ?? versionOf(child.flow);
    if (version === undefined) {
      throw new KeelsonError('not_found', `This worker has no flow \`${child.flow}\`.`, {
        hint: 'Give the worker that flow, or name the version of it that another one has.',
      });
    }
    const { run } = await runs.create({
      ...{ id: newId(), workspace: this.workspace, flow: child.flow, version, input: child.input },
      ...{ startKey: `${childKey}${this.runId}${path}`, parentId: this.runId, parentPath: path },
      createdAt: clock.now(),
    });
    return run;
  }

  #waitFor(wait: RunWait): StepOutcome {
    this.#waits.set(wait.path, wait);
    return { state: 'waiting', wait };
  }

  async #record(
    step: Omit<NewStep, 'seq' | 'state'>,
    result: { value: Json; text: string } | { error: RunFailure },
  ): Promise<StepOutcome> {
    const finishedAt = this.#deps.clock.now();
    if ('error' in result) {
      const outcome = JSON.stringify(result.error);
      await this.#journal.write({ ...step, state: 'failed', outcome, finishedAt });
      return { state: 'failed', error: result.error, isRecorded: false };
    }
    await this.#journal.write({ ...step, state: 'done', outcome: result.text, finishedAt });
    return { state: 'done', value: result.value, isRecorded: false };
  }

  /** Throws where the pass is over, or where the path cannot be what it was. */
  #find(path: string, kind: RunStepKind, inputHash?: string): JournalEntry | undefined {
    this.signal.throwIfAborted();
    if (path === '' || path.length > mostPathCharacters || path.includes('\0'))
      throw diverged(`A path is 1 to ${mostPathCharacters} characters.`);
    const known = this.#journal.find(path);
    if (known === undefined) return undefined;
    if (known.kind !== kind)
      throw diverged(`The path \`${path}\` was a ${known.kind} before, and is a ${kind} now.`);
    if (known.inputHash !== inputHash && known.state !== 'left')
      throw diverged(`The step at \`${path}\` has another input than it had before.`);
    return known;
  }

  #watchDeadline({ deadlineAt }: StoredRun): void {
    if (deadlineAt === undefined) return;
    const { clock } = this.#deps;
    const watch = (): void => {
      const left = deadlineAt - clock.now();
      if (left <= 0) this.stop('deadline', 'The run has reached its deadline.');
      else clock.sleep(Math.min(left, longestTimer), this.#over.signal).then(watch, () => {});
    };
    watch();
  }

  /** Code that does not listen to its signal is left behind after a while. */
  async #untilStopped(flow: Flow): Promise<PassEnd> {
    const { clock, graceMs } = this.#deps;
    const left = new Promise<PassEnd>((resolve) => {
      const leave = (): void => {
        clock.sleep(2 * graceMs, this.#over.signal).then(
          () => resolve({ kind: 'given-back' }),
          () => {},
        );
      };
      this.signal.addEventListener('abort', leave, { once: true });
    });
    return Promise.race([this.#runFlow(flow), left]);
  }

  async #runFlow(flow: Flow): Promise<PassEnd> {
    try {
      const output = await flow.run(this.taken.run.input, this);
      return { kind: 'completed', output: output ?? null };
    } catch (error) {
      if (error instanceof RunSuspended) return this.#suspended();
      return { kind: 'failed', error: toRunFailure(error) };
    }
  }

  #suspended(): PassEnd {
    const waits = [...this.#waits.values()].filter(
      ({ path }) => this.#journal.find(path)?.state === 'waiting',
    );
    if (waits.length === 0) return { kind: 'failed', error: failures.waitsForNothing() };
    const { deadlineAt } = this.taken.run;
    const times = [...waits.map(({ until }) => until), deadlineAt].filter((at) => at !== undefined);
    return { kind: 'waiting', waits, wakeAt: times.length === 0 ? null : Math.min(...times) };
  }

  /** Whatever the flow made of it: what was done from outside counts. */
  #judge(end: PassEnd): PassEnd {
    const { end: journalEnd } = this.#journal;
    if (journalEnd instanceof RunLost) return { kind: 'lost' };
    if (journalEnd instanceof JournalFailed) return { kind: 'given-back', cause: journalEnd.cause };
    switch (this.#stopped?.stop) {
      case undefined:
        return end;
      case 'cancelled':
        return { kind: 'cancelled', error: failures.cancelled(this.#stopped.message) };
      case 'deadline':
        return end.kind === 'completed' ? end : { kind: 'failed', error: failures.runDeadline() };
      default:
        return end.kind === 'completed' || end.kind === 'waiting' ? end : { kind: 'given-back' };
    }
  }
}

/** Beyond it, timers of Node fire at once. */
const longestTimer = 2 ** 31 - 1;

function recordedOutcome({ state, outcome = 'null' }: JournalEntry): StepOutcome | undefined {
  if (state === 'done') return { state, value: JSON.parse(outcome) as Json, isRecorded: true };
  if (state === 'failed') return { state, error: JSON.parse(outcome) as RunFailure, isRecorded: true };
  return undefined;
}

function resultOfChild(child: StoredRun | undefined): { value: Json; text: string } | { error: RunFailure } {
  if (child?.state === 'completed')
    return { value: child.output ?? null, text: JSON.stringify(child.output ?? null) };
  const error = child?.error ?? {
    code: 'not_found',
    message: 'The child run was removed before it was read.',
  };
  return { error };
}

function hashOf(value: Json): string {
  return hash('sha256', canonicalJson(value));
}

function endOf(now: number, ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : now + Math.round(ms);
}

function keyOf(runId: string, path: string): string {
  return hash('sha256', `${runId}\n${path}`).slice(0, 40);
}

function diverged(problem: string): KeelsonError {
  return new KeelsonError('conflict', `run_diverged: ${problem}`, {
    hint: 'A flow must visit the same paths with the same inputs whenever its run goes on; give a changed flow another version.',
  });
}
