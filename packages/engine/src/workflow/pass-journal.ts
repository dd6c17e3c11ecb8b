/**
 * The journal of a run in the hands of the worker that has it: what is recorded by path, and the writes of this pass one after the
 * other, so that whoever follows the run misses none. After a write that came to nothing there is no further one.
 */
import type { Json } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type {
  JournalEntry,
  NewApproval,
  NewRunEvent,
  NewStep,
  RunJournal,
  TakenRun,
  TakenSignal,
} from '../storage/index.ts';

/** The run is somebody else's by now. */
export class RunLost extends Error {
  override readonly name = 'RunLost';
}

/** The journal could not be written; what happened since is not known to anybody. */
export class JournalFailed extends Error {
  override readonly name = 'JournalFailed';
}

type Unnumbered = Omit<NewStep, 'seq'>;

export class PassJournal {
  readonly #storage: RunJournal;
  readonly #taken: TakenRun;
  readonly #clock: Clock;
  readonly #known = new Map<string, JournalEntry>();
  #seq = 0;
  readonly #events: Omit<NewRunEvent, 'seq'>[] = [];
  readonly #waiting: Unnumbered[] = [];
  /** The write that those which wait will be part of. */
  #together: Promise<void> | undefined;
  #chain: Promise<unknown> = Promise.resolve();
  /** Why nothing is written any more. */
  #end: RunLost | JournalFailed | undefined;
  readonly #onEnd: (reason: Error) => void;

  constructor(storage: RunJournal, taken: TakenRun, clock: Clock, onEnd: (reason: Error) => void) {
    this.#storage = storage;
    this.#taken = taken;
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  get end(): RunLost | JournalFailed | undefined {
    return this.#end;
  }

  get lastSeq(): number {
    return this.#seq;
  }

  async load(): Promise<void> {
    const { hold, lastSeq, run } = this.#taken;
    this.#seq = lastSeq;
    // A run that was never taken before has no journal, unless it replays another.
    if (hold.epoch === 1 && run.replayOf === undefined) return;
    const { steps, lastSeq: last } = await this.#storage.load(hold.runId);
    for (const step of steps) this.#known.set(step.path, step);
    this.#seq = Math.max(lastSeq, last);
  }

  find(path: string): JournalEntry | undefined {
    return this.#known.get(path);
  }

  emit(kind: string, data: Json): void {
    this.#events.push({ at: this.#clock.now(), kind, data });
  }

  /** Steps of branches that end while another write is under way are written together. */
  write(step: Unnumbered): Promise<void> {
    this.#waiting.push(step);
    this.#together ??= this.#inTurn(async () => {
      const steps = this.#waiting.splice(0).map((one) => this.#number(one));
      this.#together = undefined;
      return [await this.#storage.write(this.#taken.hold, steps, this.#takeEvents()), steps];
    });
    return this.#together;
  }

  ask(approval: NewApproval, step: Unnumbered): Promise<void> {
    return this.#inTurn(async () => {
      const numbered = this.#number(step);
      return [await this.#storage.ask(this.#taken.hold, approval, numbered), [numbered]];
    });
  }

  useApproval(id: string, step: Unnumbered): Promise<void> {
    return this.#inTurn(async () => {
      const numbered = this.#number(step);
      const use = { id, at: this.#clock.now() };
      return [await this.#storage.useApproval(this.#taken.hold, use, numbered), [numbered]];
    });
  }

  async takeSignal(
    name: string,
    toStep: (signal: TakenSignal) => Unnumbered,
  ): Promise<TakenSignal | undefined> {
    let found: TakenSignal | undefined;
    await this.#inTurn(async () => {
      let numbered: NewStep | undefined;
      const { signal, isHeld } = await this.#storage.takeSignal(this.#taken.hold, name, (one) => {
        numbered = this.#number(toStep(one));
        return numbered;
      });
      found = signal;
      return [isHeld, numbered === undefined ? [] : [numbered]];
    });
    return found;
  }

  /** Writes what was emitted and is not written yet. */
  async flush(): Promise<void> {
    if (this.#events.length === 0) return;
    await this.#inTurn(async () => [await this.#storage.write(this.#taken.hold, [], this.#takeEvents()), []]);
  }

  /** From now on every write fails with this. */
  close(reason: RunLost | JournalFailed): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#onEnd(reason);
  }

  #number(step: Unnumbered): NewStep {
    this.#seq += 1;
    return { ...step, seq: this.#seq };
  }

  #takeEvents(): NewRunEvent[] {
    return this.#events.splice(0).map((event) => {
      this.#seq += 1;
      return { ...event, seq: this.#seq };
    });
  }

  #inTurn(write: Write): Promise<void> {
    const turn = this.#chain.then(() => this.#writeOne(write));
    this.#chain = turn.catch(() => {});
    return turn;
  }

  async #writeOne(write: Write): Promise<void> {
    if (this.#end !== undefined) throw this.#end;
    try {
      const [isHeld, steps] = await write();
      if (!isHeld) throw new RunLost("The run is not this worker's any more.");
      for (const step of steps) this.#known.set(step.path, step);
    } catch (cause) {
      const isLost = cause instanceof RunLost;
      this.close(isLost ? cause : new JournalFailed('The journal cannot be written.', { cause }));
      throw this.#end ?? cause;
    }
  }
}

/** Whether the run was still held, and what is known now. */
type Write = () => Promise<readonly [isHeld: boolean, steps: readonly NewStep[]]>;
