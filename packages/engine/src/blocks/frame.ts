/**
 * One attempt as the runner knows it, and the scope that the code inside is given: what it spent, what its children did to the
 * world, how to run more of them.
 */
import {
  type AnnotationKey,
  type Answer,
  type AnyBlock,
  type Block,
  BlockError,
  type BlockResponse,
  type CallModel,
  type CallOptions,
  type EffectState,
  type Effects,
  type FindModel,
  fail,
  type Hold,
  isNodeName,
  type Json,
  type JsonObject,
  type RequestMetadata,
  refuse,
  reservedMetadataKeys,
  type Scope,
  type SendHttp,
  type Spending,
  type Wait,
  worseEffects,
} from '@keelson/core';
import type { BlockEnvironment } from './environment.ts';
import { raceLost, untilAborted } from './interruption.ts';
import { type RunBudget, readAmount } from './run-budget.ts';
import type { OnRunEvent } from './run-event.ts';
import type { StepJournal } from './step-journal.ts';

export interface VisitRequest {
  readonly parent: Frame;
  readonly node: string;
  readonly block: AnyBlock;
  readonly payload: unknown;
  readonly context: JsonObject;
}

/** What all attempts of a run share. */
export interface RunState {
  readonly environment: BlockEnvironment;
  readonly journal: StepJournal | undefined;
  readonly onEvent: OnRunEvent | undefined;
  readonly hearsText: () => boolean;
  /** Given, because a visit needs attempts, and an attempt visits. */
  readonly visit: (request: VisitRequest) => Promise<BlockResponse<unknown>>;
}

interface FramePlace {
  readonly path: string;
  readonly metadata: RequestMetadata;
  readonly context: JsonObject;
  readonly budget: RunBudget | undefined;
  readonly signal: AbortSignal | undefined;
  readonly deadlineAt: number | undefined;
  readonly alias: string | undefined;
  /** Its code does what must not happen twice, so that it cannot stop in its middle. */
  readonly isAtomic: boolean;
}

export const noContext: JsonObject = Object.freeze({});

const reservedKeys: ReadonlySet<string> = new Set(reservedMetadataKeys);

export class Frame implements Scope {
  readonly run: RunState;
  readonly parent: Frame | undefined;
  readonly place: FramePlace;
  /** What was spent by this attempt and all inside it; unknown is `null`. */
  nanoDollars: number | null = 0;
  calls = 0;
  inputTokens: number | null = null;
  outputTokens: number | null = null;
  /** The worst class among children whose effect has begun, and whether it is known to have happened. */
  touched: Effects = 'none';
  state: EffectState = 'not_started';
  ways: string[] | undefined;
  rounds: number | undefined;
  notes: Record<AnnotationKey, Json> | undefined;
  #signal: AbortSignal | undefined;
  #nodes: Set<string> | undefined;
  #holds: Set<Hold> | undefined;
  #hasWaited = false;

  constructor(run: RunState, parent: Frame | undefined, place: FramePlace) {
    this.run = run;
    this.parent = parent;
    this.place = place;
    this.#signal = place.signal;
  }

  get path(): string {
    return this.place.path;
  }

  get metadata(): RequestMetadata {
    return this.place.metadata;
  }

  get context(): JsonObject {
    return this.place.context;
  }

  get deadlineAt(): number | undefined {
    return this.place.deadlineAt;
  }

  get alias(): string | undefined {
    return this.place.alias;
  }

  get callModel(): CallModel | undefined {
    return this.run.environment.callModel;
  }

  get findModel(): FindModel {
    return this.run.environment.findModel;
  }

  get sendHttp(): SendHttp | undefined {
    return this.run.environment.sendHttp;
  }

  /** Of its own for code that asks, where nobody can end the run: whoever listens to it leaves nothing behind. */
  get signal(): AbortSignal {
    this.#signal ??= new AbortController().signal;
    return this.#signal;
  }

  /** Undefined where nothing can end this attempt. */
  get interrupting(): AbortSignal | undefined {
    return this.#signal;
  }

  /** From here on, children can be ended without ending this attempt. */
  openRace(): () => void {
    const controller = new AbortController();
    const above = this.#signal;
    this.#signal = above === undefined ? controller.signal : AbortSignal.any([above, controller.signal]);
    return () => controller.abort(raceLost);
  }

  /** Of children: a second attempt is not the first, so what the first kept is not the second's. */
  get childPath(): string {
    const { attempt } = this.place.metadata;
    return attempt > 1 ? `${this.place.path}~${attempt}` : this.place.path;
  }

  call<Payload, Output>(
    node: string,
    block: Block<Payload, Output>,
    payload: Payload,
    { context = noContext }: CallOptions = {},
  ): Promise<BlockResponse<Output>> {
    this.#nodes ??= new Set();
    // Two visits under one name would be one to the journal.
    if (!isNodeName(node) || this.#nodes.has(node)) throw refuse('invalid_graph', { node });
    this.#nodes.add(node);
    return this.visit(node, block as AnyBlock, payload, context) as Promise<BlockResponse<Output>>;
  }

  visit(
    node: string,
    block: AnyBlock,
    payload: unknown,
    context: JsonObject = noContext,
  ): Promise<BlockResponse<unknown>> {
    return this.run.visit({ parent: this, node, block, payload, context });
  }

  hold(worstNanoDollars: number | null): Hold {
    const held = this.place.budget?.hold(worstNanoDollars);
    this.#holds ??= new Set();
    const open = this.#holds;
    const hold: Hold = {
      settle: (spending) => {
        if (!open.delete(hold)) return;
        held?.settle(spending);
        this.#count(spending);
      },
      release: () => {
        if (open.delete(hold)) held?.release();
      },
    };
    open.add(hold);
    return hold;
  }

  /** At the end of the attempt: what nobody settled, such as a call that goes on behind a deadline, may have cost its worst. */
  closeHolds(): void {
    if (this.#holds === undefined) return;
    for (const hold of this.#holds) hold.settle({ nanoDollars: null, calls: 1 });
  }

  spend(spending: Spending): void {
    const amount = readAmount(spending.nanoDollars);
    if (amount !== null) this.place.budget?.commit(amount);
    this.#count(spending);
  }

  note(key: AnnotationKey, value: Json): void {
    // Without a dot it would be the runner's.
    if (!key.includes('.') || reservedKeys.has(key)) throw refuse('invalid_payload', { key });
    this.notes ??= {};
    this.notes[key] = value;
  }

  get isFollowed(): boolean {
    return this.run.hearsText();
  }

  tell(delta: string): void {
    const { onEvent, environment } = this.run;
    if (onEvent === undefined) return;
    const { path, metadata } = this.place;
    onEvent({ type: 'text-delta', at: environment.clock.now(), path, metadata, delta });
  }

  get idempotencyKey(): string {
    return `${this.place.metadata.executionId}${this.place.path}`;
  }

  async waitFor(wait: Wait): Promise<Answer> {
    if (this.place.isAtomic) throw refuse('waits_inside_effect', { path: this.path });
    // Two waits under one path would be one to the journal.
    if (this.#hasWaited) throw refuse('invalid_graph', { path: this.path });
    this.#hasWaited = true;
    const outcome = await this.run.journal?.wait(this.childPath, wait);
    if (outcome?.state === 'answered') return outcome.answer;
    if (outcome?.state === 'failed') throw new BlockError(outcome.failure);
    if (wait.for !== 'time' || outcome?.state === 'waiting') throw waiting(wait, this.childPath);
    await this.sleep(wait.ms);
    return { approved: true, by: 'time' };
  }

  now(): number {
    return this.run.environment.clock.now();
  }

  async sleep(ms: number): Promise<void> {
    const { clock } = this.run.environment;
    const signal = this.#signal;
    for (let left = ms; left > 0; left -= longestSleepMs) {
      const part = Math.min(left, longestSleepMs);
      await (signal === undefined ? clock.sleep(part) : untilAborted(clock.sleep(part, signal), signal));
    }
  }

  /** What an attempt of a child, or of a child's child, did to the world. */
  noteEffect(effects: Effects, state: EffectState): void {
    if (effects === 'none' || state === 'not_started') return;
    this.touched = worseEffects(this.touched, effects);
    this.state = joinStates(this.state, state);
  }

  #count({ calls = 0, inputTokens, outputTokens, ...spent }: Spending): void {
    const nanoDollars = readAmount(spent.nanoDollars);
    for (let frame: Frame | undefined = this; frame !== undefined; frame = frame.parent) {
      frame.nanoDollars =
        nanoDollars === null || frame.nanoDollars === null ? null : frame.nanoDollars + nanoDollars;
      frame.calls += calls;
      if (typeof inputTokens === 'number') frame.inputTokens = (frame.inputTokens ?? 0) + inputTokens;
      if (typeof outputTokens === 'number') frame.outputTokens = (frame.outputTokens ?? 0) + outputTokens;
    }
  }
}

/** Timers of the system take no more than 24 days at once. */
const longestSleepMs = 2 ** 31 - 1;

function waiting(wait: Wait, path: string): BlockError {
  switch (wait.for) {
    case 'approval':
      return fail('suspended', 'approval_required', { path, show: wait.show }, 'not_started');
    case 'event':
      return fail('suspended', 'event_awaited', { path, event: wait.name }, 'not_started');
    case 'time':
      return fail('suspended', 'time_awaited', { path }, 'not_started');
  }
}

/** What is known of two effects together: that one may have happened is more than that the other did not. */
export function joinStates(one: EffectState, other: EffectState): EffectState {
  if (one === 'unknown' || other === 'unknown') return 'unknown';
  return one === 'done' || other === 'done' ? 'done' : 'not_started';
}
