/**
 * Works on one run until it is over, waits for somebody, or is left: tells how far it is, asks on a terminal for what it waits for,
 * and for what Ctrl-C is meant.
 */
import { KeelsonError } from '@keelson/core';
import { type FlowRun, type OpenApproval, type RunWait, systemClock } from '@keelson/engine';
import { askLine, canAsk } from '../../terminal/ask.ts';
import type { Look } from '../../terminal/look.ts';
import { plain } from '../../terminal/table.ts';
import type { FlowDesk } from './flow-desk.ts';
import { isOver, renderApproval, waitText } from './render-run.ts';
import type { RunProgress } from './run-progress.ts';
import { isInterruption } from './step-paths.ts';

export interface RunWork {
  readonly desk: FlowDesk;
  readonly runId: string;
  readonly progress: RunProgress;
  readonly look: Look;
  /** Whether every approval is a yes. */
  readonly isSure: boolean;
}

/** `left` with Ctrl-C: others may go on with it. */
export interface WorkedOn {
  readonly end: 'over' | 'waits' | 'stopped' | 'left';
  readonly run: FlowRun;
  readonly approvals: readonly OpenApproval[];
  /** Whether somebody ended it here. */
  readonly isInterrupted: boolean;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const interrupted = 130;
const stoppedEveryMs = 2000;

export async function workOnRun(work: RunWork): Promise<WorkedOn> {
  const working = new Working(work);
  const onSignal = (signal: NodeJS.Signals): void => working.interrupt(signal);
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await working.run();
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

class Working {
  readonly #work: RunWork;
  readonly #leaving = new AbortController();
  readonly #answered = new Set<string>();
  #asking: { readonly stop: AbortController; readonly done: Promise<unknown> } | undefined;
  /** What Ctrl-C is meant for is being asked. */
  #question: Promise<void> | undefined;
  #interrupts = 0;
  #isCancelled = false;

  constructor(work: RunWork) {
    this.#work = work;
  }

  async run(): Promise<WorkedOn> {
    const { desk, runId } = this.#work;
    const before = await this.#look();
    if (isOver(before) || before.state === 'stopped') return this.#ended(before);
    const worker = await desk.work(runId);
    const stopLooking = systemClock.every(stoppedEveryMs, () => void this.#leaveStopped());
    try {
      return await this.#follow();
    } finally {
      stopLooking();
      await worker.close();
    }
  }

  interrupt(signal: NodeJS.Signals): void {
    this.#interrupts += 1;
    if (this.#interrupts > 2) process.exit(interrupted);
    if (this.#interrupts > 1 || signal !== 'SIGINT' || !canAsk()) this.#leave();
    else this.#question = this.#askWhatIsMeant();
  }

  async #follow(): Promise<WorkedOn> {
    const { desk, runId, progress } = this.#work;
    try {
      for await (const news of desk.follow(runId, this.#leaving.signal)) {
        await this.#question;
        if (news.kind === 'end') return this.#ended(news.run);
        if (news.kind !== 'waiting') {
          progress.tell(news);
          continue;
        }
        const ended = await this.#wait(news.waits);
        if (ended !== undefined) return ended;
      }
    } catch (error) {
      if (!this.#leaving.signal.aborted) throw error;
    }
    return this.#ended(await this.#look());
  }

  /** What it came to where nobody goes on here; undefined while there is something to wait for. */
  async #wait(waits: readonly RunWait[]): Promise<WorkedOn | undefined> {
    const { desk, runId, progress } = this.#work;
    for (let next = await this.#nextApproval(); next !== undefined; next = await this.#nextApproval()) {
      await this.#answer(next);
      await this.#question;
      if (this.#leaving.signal.aborted || this.#isCancelled) return undefined;
    }
    const run = await this.#look();
    if (run.state === 'stopped') return this.#ended(run);
    if (run.state !== 'waiting' || this.#isCancelled) return undefined;
    const approvals = await desk.listApprovals(runId);
    const isOpen = (wait: RunWait): boolean =>
      wait.kind !== 'approval' || approvals.some(({ id }) => id === wait.subject);
    const open = run.waits.filter(isOpen);
    // What was answered, a time, another run: that comes by itself.
    const comes = run.waits.filter((wait) => !isOpen(wait) || wait.kind === 'sleep' || wait.kind === 'child');
    if (comes.length === 0 && open.length > 0) return this.#ended(run);
    for (const wait of waits.filter(({ kind }) => kind === 'sleep'))
      progress.say(this.#work.look.dim(`waits until ${waitText(wait)}`));
    return undefined;
  }

  async #nextApproval(): Promise<OpenApproval | undefined> {
    const { desk, runId } = this.#work;
    const open = await desk.listApprovals(runId);
    return open.find((each) => !this.#answered.has(each.id) && (canAsk() || this.#isYes(each)));
  }

  /** What became of a step that was cut off is nothing that somebody could be sure of before. */
  #isYes({ path }: OpenApproval): boolean {
    return this.#work.isSure && !isInterruption(path);
  }

  async #answer(approval: OpenApproval): Promise<void> {
    const { desk, progress, look } = this.#work;
    const { id } = approval;
    const isYes = this.#isYes(approval);
    const told = renderApproval(approval, look).trimEnd();
    if (isYes) progress.say(told);
    else progress.show(told);
    const decision = isYes ? 'approved' : await this.#ask();
    if (decision === undefined) return;
    this.#answered.add(id);
    if (decision === 'later') return;
    try {
      await desk.decide({ id, decision });
    } catch (error) {
      // Somebody else was faster, or it has expired.
      if (!KeelsonError.is(error) || error.code !== 'conflict') throw error;
      progress.say(look.yellow(plain(error.message)));
    }
  }

  /** Undefined after Ctrl-C, which asks something else. */
  async #ask(): Promise<'approved' | 'rejected' | 'later' | undefined> {
    const stop = new AbortController();
    const done = askLine('Approve? [y]es, [n]o, or Enter for later:', stop.signal);
    this.#asking = { stop, done };
    const answer = await done;
    this.#asking = undefined;
    if (answer === undefined) {
      if (this.#question === undefined) return 'later';
      return undefined;
    }
    if (/^y(es)?$/i.test(answer)) return 'approved';
    return /^no?$/i.test(answer) ? 'rejected' : 'later';
  }

  async #askWhatIsMeant(): Promise<void> {
    this.#asking?.stop.abort();
    await this.#asking?.done;
    this.#work.progress.say('');
    const question = 'Ctrl-C: [c]ancel the run, [l]eave it for later, or Enter to go on?';
    const answer = await askLine(question, this.#leaving.signal);
    if (this.#leaving.signal.aborted) return;
    if (answer === undefined || /^l(eave)?$/i.test(answer)) this.#leave();
    else if (/^c(ancel)?$/i.test(answer)) await this.#cancel();
    else {
      this.#interrupts = 0;
      this.#work.progress.say('The run goes on.');
    }
    this.#question = undefined;
  }

  async #cancel(): Promise<void> {
    const { desk, runId, progress, look } = this.#work;
    this.#isCancelled = true;
    try {
      await desk.cancel(runId, 'Ended with Ctrl-C.');
    } catch (error) {
      if (!KeelsonError.is(error)) throw error;
      progress.say(look.red(plain(error.message)));
      this.#leave();
    }
  }

  /** A run that is stopped says nothing more. */
  async #leaveStopped(): Promise<void> {
    const run = await this.#look().catch(() => undefined);
    if (run?.state === 'stopped') this.#leave();
  }

  #leave(): void {
    this.#leaving.abort();
    this.#asking?.stop.abort();
  }

  #look(): Promise<FlowRun> {
    const { desk, runId } = this.#work;
    return desk.getRun(runId);
  }

  async #ended(run: FlowRun): Promise<WorkedOn> {
    const { desk, runId } = this.#work;
    const end = endOf(run, this.#leaving.signal.aborted);
    const approvals = end === 'waits' ? await desk.listApprovals(runId) : [];
    return { end, run, approvals, isInterrupted: this.#interrupts > 0 };
  }
}

function endOf(run: FlowRun, isLeaving: boolean): WorkedOn['end'] {
  if (isOver(run)) return 'over';
  if (run.state === 'stopped') return 'stopped';
  return isLeaving ? 'left' : 'waits';
}
