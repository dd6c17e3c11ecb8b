/**
 * Records what runs ask models and hosts, so that `replayRuns` can run them again without any. What the folder holds already is
 * answered from there and not asked for again; to record a call anew, delete its file.
 */
import {
  BlockError,
  type CallModel,
  type EffectState,
  type FindModel,
  type HttpAnswer,
  type JsonObject,
  KeelsonError,
  type ModelAnswer,
  type SendHttp,
} from '@keelson/core';
import { createIds, type Log } from '../../observability/index.ts';
import type { BlockEnvironment } from '../environment.ts';
import { untilAborted } from '../interruption.ts';
import type { KnownAlias } from './alias-file.ts';
import { CallBook, type Inquiry } from './call-book.ts';
import {
  type AskedCall,
  askedOfHost,
  askedOfModel,
  keepFailure,
  type RecordedCall,
} from './recorded-call.ts';
import type { RecordedEnvironment } from './recorded-environment.ts';
import { type FiledCall, RecordingFolder } from './recording-folder.ts';
import { leaveCall, replayCall, tellOutcome } from './replay-call.ts';
import { seededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** `await runBlock(support, { text }, { environment: recordRuns('recordings', environment) })`. */
export function recordRuns(folder: string, environment: BlockEnvironment): RecordedEnvironment {
  const { clock, random, log } = environment;
  const place = new RecordingFolder(folder);
  place.begin(() => ({ startsAt: clock.now(), seed: Buffer.from(random.bytes(8)).toString('hex') }));
  const { beginning, calls, aliases } = place.read();
  const { startsAt, seed } = beginning;
  const virtual = new VirtualClock({ startsAt, driver: clock, leaps: false });
  const recorder = new Recorder(place, new CallBook(calls), virtual, log);
  const { callModel, sendHttp, findModel } = environment;
  return {
    ...environment,
    clock: virtual,
    random: seededRandom(`${seed}/chance`),
    newId: createIds(virtual, seededRandom(`${seed}/ids`)),
    findModel: recorder.recordFacts(findModel, aliases),
    callModel: callModel && recorder.recordModel(callModel),
    sendHttp: sendHttp && recorder.recordHttp(sendHttp),
    missing: () => [],
    unused: () => recorder.unused(),
  };
}

interface LiveCall<Answer> {
  readonly asked: AskedCall;
  readonly run: string | undefined;
  readonly signal: AbortSignal;
  readonly onText?: ((delta: string) => void) | undefined;
  readonly ask: (onText: (delta: string) => void) => Promise<Answer>;
}

class Recorder {
  readonly #folder: RecordingFolder;
  readonly #book: CallBook;
  readonly #clock: VirtualClock;
  readonly #log: Log;

  constructor(folder: RecordingFolder, book: CallBook, clock: VirtualClock, log: Log) {
    this.#folder = folder;
    this.#book = book;
    this.#clock = clock;
    this.#log = log;
  }

  unused(): string[] {
    return this.#book.unused();
  }

  recordFacts(findModel: FindModel, aliases: readonly KnownAlias[]): FindModel {
    const known = new Map(aliases.map(({ alias, facts }) => [alias, facts]));
    return (alias) => {
      if (known.has(alias)) return known.get(alias);
      const facts = findModel(alias);
      this.#reach('not_started', () => this.#folder.addAlias({ alias, facts }));
      known.set(alias, facts);
      return facts;
    };
  }

  recordModel(callModel: CallModel): CallModel {
    return (call) => {
      const { signal, onText, metadata } = call;
      return this.#answer<ModelAnswer>({
        asked: askedOfModel(call),
        run: metadata.executionId,
        signal,
        onText,
        // Also where nobody listens now: somebody may when this is replayed.
        ask: async (hear) => keepAnswer(await callModel({ ...call, onText: hear })),
      });
    };
  }

  recordHttp(sendHttp: SendHttp): SendHttp {
    return (question) => {
      const { signal, metadata } = question;
      const asked = askedOfHost(question);
      const run = metadata?.executionId;
      return this.#answer<HttpAnswer>({ asked, run, signal, ask: async () => sendHttp(question) });
    };
  }

  async #answer<Answer extends object>(live: LiveCall<Answer>): Promise<Answer> {
    const { asked, run, signal, onText } = live;
    if (signal.aborted) return leaveCall<Answer>(asked.kind);
    const inquiry = this.#book.ask(asked, run);
    const filed = this.#book.find(inquiry) ?? this.#look(inquiry);
    // What nobody waited for has no answer yet.
    if (filed === undefined || filed.call.isLeft) return this.#askUntilLeft(live, inquiry, filed);
    return replayCall<Answer>({ call: filed.call, clock: this.#clock, signal, onText });
  }

  /** What another process has recorded since this one began. */
  #look({ key, occurrence }: Inquiry): FiledCall | undefined {
    const filed = this.#reach('not_started', () => this.#folder.find(key, occurrence));
    if (filed !== undefined) this.#keep(filed);
    return filed;
  }

  async #askUntilLeft<Answer extends object>(
    live: LiveCall<Answer>,
    inquiry: Inquiry,
    before: FiledCall | undefined,
  ): Promise<Answer> {
    try {
      return await untilAborted(this.#ask(live, inquiry, before), live.signal);
    } catch (error) {
      if (live.signal.aborted) return leaveCall<Answer>(inquiry.kind);
      throw error;
    }
  }

  async #ask<Answer extends object>(
    live: LiveCall<Answer>,
    { key: _, ...inquiry }: Inquiry,
    before: FiledCall | undefined,
  ): Promise<Answer> {
    const { signal, onText } = live;
    const start = this.#clock.startCall();
    const onAbort = (): void => this.#leave({ ...inquiry, ...leftCall, ms: this.#clock.leaveCall(start) });
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const { outcome, pieces, thrown } = await listen(live.ask);
      const isLate = signal.aborted;
      // Nobody waited for that failure: it comes of leaving.
      if (isLate && thrown !== undefined) throw thrown.error;
      const ms = isLate ? this.#clock.tookReally(start) : await this.#clock.endCall(start);
      const call: RecordedCall = { ...inquiry, ms, isLeft: false, pieces, ...outcome };
      const kept = this.#reach('done', () => this.#file(call, before));
      this.#keep(kept);
      // Another process may have been first; then both go on with what it was told.
      if (kept.call !== call) return tellOutcome<Answer>(kept.call, onText);
      if (thrown === undefined) return tellOutcome<Answer>(call, onText);
      for (const piece of pieces) onText?.(piece);
      throw thrown.error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** At once: whoever left may be done before the call is. Nobody hears of it if it fails, but the log. */
  #leave(call: RecordedCall): void {
    try {
      this.#keep(this.#reach('unknown', () => this.#file(call, undefined)));
    } catch (error) {
      this.#log.error('A call that nobody waited for could not be recorded.', { block: call.block, error });
    }
  }

  #file(call: RecordedCall, before: FiledCall | undefined): FiledCall {
    const there = before ?? this.#folder.add(call);
    if (there.call === call || !there.call.isLeft) return there;
    // Nobody had waited so long: what is known now holds for those who left as well.
    if (call.isLeft && call.ms <= there.call.ms) return there;
    this.#folder.replace(there, call);
    return { ...there, call };
  }

  #keep(filed: FiledCall): void {
    this.#book.add(filed);
    this.#book.markUsed(filed);
  }

  /** To the folder and back; `effect` is what has happened by then. */
  #reach<Value>(effect: EffectState, work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      throw recordingFailed(this.#folder.path, effect, error);
    }
  }
}

function recordingFailed(folder: string, effect: EffectState, error: unknown): BlockError {
  const problem = KeelsonError.is(error) ? error.message : (error as { readonly code?: unknown }).code;
  const details = { folder, ...(typeof problem === 'string' && { problem }) };
  const sentence = `The recording in \`${folder}\` cannot be read or written: ${problem}.`;
  return new BlockError({ reason: 'recording_failed', errorType: 'internal', effect, details }, sentence);
}

/** Until it is known what would have come of it. */
const leftCall = {
  isLeft: true,
  pieces: [],
  failure: { code: 'cancelled', message: 'The call was ended.', details: {} },
} as const;

interface Heard {
  readonly pieces: readonly string[];
  readonly outcome: Pick<RecordedCall, 'answer'> | Pick<RecordedCall, 'failure'>;
  readonly thrown?: { readonly error: unknown };
}

/** Pieces are told at the end, as they will be when this is replayed. */
async function listen<Answer>(ask: LiveCall<Answer>['ask']): Promise<Heard> {
  const pieces: string[] = [];
  try {
    const answer = (await ask((delta) => void pieces.push(delta))) as unknown as JsonObject;
    return { pieces, outcome: { answer } };
  } catch (error) {
    return { pieces, outcome: { failure: keepFailure(error) }, thrown: { error } };
  }
}

/** What a function of somebody's own may give besides is no part of an answer. */
function keepAnswer({
  text,
  model,
  callId,
  inputTokens,
  outputTokens,
  nanoDollars,
}: ModelAnswer): ModelAnswer {
  return {
    text,
    ...(model !== undefined && { model }),
    ...(callId !== undefined && { callId }),
    inputTokens,
    outputTokens,
    nanoDollars,
  };
}
