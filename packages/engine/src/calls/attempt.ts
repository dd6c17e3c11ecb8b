/**
 * One attempt at one target: what is sent, what comes back, and how far it came. Its answer is held back until somebody
 * takes it, so that an attempt which fails, or loses against another, never reaches the caller.
 */
import {
  type ChatEvent,
  KeelsonError,
  type Loss,
  replyValue,
  toKeelsonError,
  type WireReply,
} from '@keelson/core';
import { isSuccess, type ReplyHandler, type ReplyHeaders, type Sending } from '../providers/index.ts';
import type { Target } from '../routing/index.ts';
import { AnswerReading } from './answer-reading.ts';
import type { AnyDialect, Caller } from './asked-call.ts';
import type { ReadCall } from './open-call.ts';
import type { Outgoing } from './outgoing.ts';
import {
  contentTypeOf,
  PassedLane,
  type PassedReply,
  PassedStream,
  readPassedWhole,
} from './passed-answer.ts';
import { RelayedStream, type StreamLane, TranslatedStream } from './stream-lane.ts';
import { StreamReading } from './stream-reading.ts';
import { textHeaders } from './text-headers.ts';
import { parseWhole, renderWhole, skimWhole } from './whole-answer.ts';

/** Whole answers and errors are held in memory until they are complete. */
const maxWholeBytes = 64 * 1024 * 1024;

export type AttemptReason = 'first' | 'retry' | 'fallback' | 'hedge' | 'shadow';

interface WholeAnswer {
  readonly body: string | Uint8Array;
  /** In bytes. */
  readonly length: number;
  readonly losses: readonly Loss[];
  readonly contentType?: string;
}

interface AttemptSettings {
  readonly call: ReadCall;
  readonly target: Target;
  readonly outgoing: Outgoing;
  readonly reason: AttemptReason;
  /** Milliseconds that only differences of mean anything. */
  elapsed(): number;
}

export class Attempt implements ReplyHandler {
  readonly target: Target;
  readonly outgoing: Outgoing;
  readonly reason: AttemptReason;
  readonly reading = new AnswerReading();
  /** Undefined when there is an answer to take, else why there is none. It never rejects. */
  readonly ready: Promise<KeelsonError | undefined>;
  /** When nothing more can come: the answer ended, failed or was cancelled. */
  readonly over: Promise<void>;
  outcome: 'under way' | 'answered' | 'failed' | 'cancelled' = 'under way';
  error: KeelsonError | undefined;
  status: number | undefined;
  headers: ReplyHeaders = {};
  firstByteMs: number | undefined;
  /** All of the answer, where somebody will keep it. */
  answered: ChatEvent[] | undefined;
  durationMs = 0;
  /** Since the call began. */
  readonly startedAfterMs: number;

  readonly #call: ReadCall;
  readonly #elapsed: () => number;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #lane: StreamLane | undefined;
  #stream: StreamReading | PassedStream | undefined;
  #sending: Sending | undefined;
  #caller: Caller | undefined;
  #answer: WholeAnswer | undefined;
  #mostTokens: { readonly input: number; readonly output: number } | undefined;
  #settleReady!: (error: KeelsonError | undefined) => void;
  #settleOver!: () => void;

  constructor({ call, target, outgoing, reason, elapsed }: AttemptSettings) {
    this.#call = call;
    this.target = target;
    this.outgoing = outgoing;
    this.reason = reason;
    this.#elapsed = elapsed;
    this.startedAfterMs = elapsed();
    if (outgoing.keepsAnswer) this.answered = [];
    this.ready = new Promise((resolve) => {
      this.#settleReady = resolve;
    });
    this.over = new Promise((resolve) => {
      this.#settleOver = resolve;
    });
  }

  send(): void {
    try {
      this.#sending = this.target.provider.send(this.outgoing.call, this);
    } catch (thrown) {
      this.#fail(toKeelsonError(thrown));
    }
  }

  get isOver(): boolean {
    return this.outcome !== 'under way';
  }

  /** What could not be said of the answer. */
  get losses(): readonly Loss[] {
    return this.#lane?.losses ?? this.#answer?.losses ?? noLosses;
  }

  cancel(): void {
    if (this.isOver) return;
    this.#sending?.cancel();
    this.#closeAsLeft();
    this.#settleReady(new KeelsonError('cancelled', 'The attempt was ended.'));
  }

  /** Many callers leave as soon as they have read the end, or the error, without waiting for the last byte. */
  #closeAsLeft(): void {
    const { error, stop } = this.reading;
    // Whoever speaks over a socket ends it by going.
    if (this.#isSocket && this.#caller !== undefined) this.#close('answered');
    else if (this.#caller === undefined) this.#close('cancelled');
    else if (error !== undefined) this.#close('failed', error);
    else this.#close(stop === undefined ? 'cancelled' : 'answered');
  }

  onStart(status: number, headers: ReplyHeaders): void {
    this.status = status;
    this.headers = headers;
    this.firstByteMs = this.#elapsed() - this.startedAfterMs;
    if (!isSuccess(status) || !this.#call.isStream) return;
    const reply = this.#passedReply();
    if (reply === undefined) this.#openStream();
    else {
      this.#stream = new PassedStream(reply, this.reading);
      this.#lane = new PassedLane(reply);
      if (this.#isSocket) this.#openSocket();
    }
  }

  #passedReply(): PassedReply | undefined {
    const { passed, dialect } = this.outgoing;
    if (passed === undefined) return undefined;
    return { passed, dialect: dialect as AnyDialect, status: this.status ?? 0, headers: this.headers };
  }

  /** The protocol has changed: nobody else may answer, whoever says the first word. */
  #openSocket(): void {
    if (this.headers['sec-websocket-accept'] === undefined) {
      this.#break(this.#invalid('an answer that is no WebSocket'));
      return;
    }
    this.reading.hasContent = true;
    this.#settleReady(undefined);
  }

  get #isSocket(): boolean {
    return this.outgoing.passed?.endpoint.isSocket === true;
  }

  /** Ends a session when so many tokens are used; no more of them were set aside than one answer beyond that. */
  limitTokens(most: { readonly input: number; readonly output: number }): void {
    this.#mostTokens = most;
  }

  #openStream(): void {
    const { quirks, lane, hidesUsage } = this.outgoing;
    const dialect = this.outgoing.dialect as AnyDialect;
    const { asked } = this.#call;
    const framing = dialect.outbound.framingOf?.(quirks) ?? dialect.framing;
    const isSkimmed = lane === 'pass-through' && this.answered === undefined;
    this.#stream = new StreamReading({
      framing,
      parser: dialect.outbound.createStreamParser(quirks),
      reading: this.reading,
      relay: isSkimmed ? dialect.relay : undefined,
    });
    this.#lane =
      lane === 'pass-through'
        ? new RelayedStream(dialect, hidesUsage)
        : new TranslatedStream(asked.dialect as AnyDialect, this.#call.request());
  }

  onData(bytes: Uint8Array): void {
    if (this.#lane === undefined) this.#keep(bytes);
    else this.#pass(bytes);
  }

  onEnd(): void {
    if (this.#lane !== undefined) this.#endStream();
    else if (!isSuccess(this.status)) this.#fail(this.#refusal());
    else this.#endWhole();
  }

  onError(error: KeelsonError): void {
    this.#break(error);
  }

  /** The caller gets this answer. Resolves when all of it has been handed over, or it broke. */
  async deliver(caller: Caller, headers: Readonly<Record<string, string>>): Promise<void> {
    if (this.#lane === undefined) {
      this.#deliverWhole(caller, headers);
      return;
    }
    this.#caller = caller;
    if (this.#isSocket) this.#joinSocket(caller, headers);
    else
      caller.start(200, { 'content-type': this.#lane.contentType, 'cache-control': 'no-cache', ...headers });
    for (const chunk of this.#chunks.splice(0)) this.#write(chunk);
    caller.onDrain(() => this.#sending?.resume());
    if (this.isOver) this.#endAtOnce(caller);
    await this.over;
  }

  #joinSocket(caller: Caller, headers: Readonly<Record<string, string>>): void {
    const { 'sec-websocket-accept': accept, 'sec-websocket-protocol': protocol } = textHeaders(this.headers);
    const said = {
      ...(accept && { 'sec-websocket-accept': accept }),
      ...(protocol && { 'sec-websocket-protocol': protocol }),
    };
    caller.start(this.status as number, { ...headers, ...said });
    caller.input?.listen((bytes) => this.#sending?.write?.(bytes) ?? true);
    this.#sending?.onDrain?.(() => caller.input?.resume());
  }

  /** It was over before anybody took it. */
  #endAtOnce(caller: Caller): void {
    if (this.outcome === 'failed' && this.#lane?.mustBreakOff === true) caller.breakOff?.();
    caller.end();
  }

  #deliverWhole(caller: Caller, headers: Readonly<Record<string, string>>): void {
    const { body, length, contentType = 'application/json' } = this.#answer as WholeAnswer;
    const status = this.outgoing.passed === undefined ? 200 : (this.status as number);
    caller.start(status, { 'content-type': contentType, 'content-length': String(length), ...headers });
    caller.end(body);
  }

  #keep(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size <= maxWholeBytes) this.#chunks.push(bytes);
    else this.#break(this.#invalid(`an answer of more than ${maxWholeBytes} bytes`));
  }

  #pass(bytes: Uint8Array): void {
    const stream = this.#stream as StreamReading;
    if (stream.skip(bytes)) {
      this.#hand(bytes);
      return;
    }
    let events: ChatEvent[];
    try {
      events = stream.read(bytes);
    } catch (thrown) {
      this.#break(toKeelsonError(thrown));
      return;
    }
    this.#keepAnswer(events);
    if (this.reading.error !== undefined) this.#passFailing(this.reading.error, bytes, events);
    else this.#hand((this.#lane as StreamLane).push(bytes, events));
    this.#checkTokens();
  }

  /** What the provider itself says of its failure passes like the rest; what we could not read, or repeats a secret, does not. */
  #passFailing(told: KeelsonError, bytes: Uint8Array, events: readonly ChatEvent[]): void {
    const { provider } = this.target;
    const error = provider.clean(told);
    this.reading.error = error;
    if (error.vendor === undefined || error !== told || !this.reading.hasContent) this.#break(error);
    else {
      const piece = (this.#lane as StreamLane).push(bytes, events);
      if (piece !== undefined && provider.reveals(piece)) this.#break(error);
      else this.#hand(piece);
    }
  }

  #checkTokens(): void {
    const { input = 0, output = 0 } = this.#mostTokens ?? {};
    if (this.#mostTokens === undefined || this.isOver) return;
    const { usage } = this.reading;
    if ((usage?.input.total ?? 0) <= input && (usage?.output.total ?? 0) <= output) return;
    this.#break(
      new KeelsonError('budget_exhausted', 'The session has used what its budget had set aside for it.'),
    );
  }

  #keepAnswer(events: readonly ChatEvent[]): void {
    if (this.answered !== undefined) for (const event of events) this.answered.push(event);
  }

  /** Towards the caller, or kept until there is one. */
  #hand(piece: Uint8Array | undefined): void {
    if (piece !== undefined && piece.length > 0) {
      if (this.#caller === undefined) this.#chunks.push(piece);
      else this.#write(piece);
    }
    if (this.reading.hasContent) this.#settleReady(undefined);
  }

  #write(piece: Uint8Array): void {
    if (this.#caller?.write(piece) === false) this.#sending?.pause();
  }

  #endStream(): void {
    const wasFailing = this.reading.error !== undefined;
    let events: ChatEvent[];
    try {
      events = (this.#stream as StreamReading).end();
    } catch (thrown) {
      this.#break(toKeelsonError(thrown));
      return;
    }
    this.#keepAnswer(events);
    if (this.reading.error !== undefined && !wasFailing) {
      this.#break(this.reading.error);
      return;
    }
    this.#hand((this.#lane as StreamLane).end(events));
    this.#close(wasFailing ? 'failed' : 'answered', this.reading.error);
    this.#settleReady(undefined);
  }

  #endWhole(): void {
    try {
      this.#answer = this.outgoing.lane === 'pass-through' ? this.#passWhole() : this.#translateWhole();
    } catch (thrown) {
      this.#fail(toKeelsonError(thrown));
      return;
    }
    this.#close('answered');
    this.#settleReady(undefined);
  }

  /** The bytes as they came; they are read for what they used and how they end, and for what is wrong with them. */
  #passWhole(): WholeAnswer {
    const { dialect } = this.outgoing;
    const { endpoint } = this.#call.asked;
    const bytes = this.#bytes();
    const reply = this.#passedReply();
    if (reply !== undefined) {
      readPassedWhole(bytes, reply, this.reading);
      const contentType = contentTypeOf(this.headers);
      return { body: bytes, length: bytes.length, losses: noLosses, contentType };
    }
    const body = replyValue(bytes.toString('utf8'));
    const isSkimmed = endpoint === 'chat' && skimWhole(dialect as AnyDialect, body, this.reading);
    if (!isSkimmed) parseWhole(endpoint, dialect, this.#reply(body), this.reading);
    return { body: bytes, length: bytes.length, losses: noLosses };
  }

  #translateWhole(): WholeAnswer {
    const { dialect } = this.outgoing;
    const answer = parseWhole(this.#call.asked.endpoint, dialect, this.#reply(this.#text()), this.reading);
    if (this.answered !== undefined) this.answered.push(...(answer as ChatEvent[]));
    return this.#render(answer);
  }

  #render(answer: unknown): WholeAnswer {
    const { dialect, endpoint } = this.#call.asked;
    const { value, losses } = renderWhole(endpoint, dialect, answer, this.#call.request());
    const body = JSON.stringify(value);
    return { body, length: Buffer.byteLength(body), losses };
  }

  #refusal(): KeelsonError {
    try {
      return this.outgoing.dialect.outbound.parseError(this.#reply(this.#text()));
    } catch (thrown) {
      return toKeelsonError(thrown);
    }
  }

  #reply(body: unknown): WireReply {
    return { status: this.status as number, headers: textHeaders(this.headers), body };
  }

  #text(): string {
    return this.#bytes().toString('utf8');
  }

  #bytes(): Buffer {
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** It failed on the way: the caller of a stream that had begun is told in its own format. */
  #break(broken: KeelsonError): void {
    if (this.isOver) return;
    const error = this.target.provider.clean(broken);
    this.#sending?.cancel();
    if (this.reading.hasContent) this.#tellBroken(error);
    this.#fail(this.reading.hasContent ? error : this.#beforeContent(error));
  }

  #tellBroken(error: KeelsonError): void {
    this.#hand(this.#lane?.fail(error));
    if (this.#lane?.mustBreakOff === true) this.#caller?.breakOff?.();
  }

  /** An answer that broke off before it said anything can be asked of somebody else. */
  #beforeContent(error: KeelsonError): KeelsonError {
    if (error.code !== 'stream_interrupted') return error;
    const message = `${this.target.provider.name} broke off before it said anything.`;
    return new KeelsonError('provider_unavailable', message, { cause: error });
  }

  #fail(error: KeelsonError): void {
    if (this.isOver) return;
    const cleaned = this.target.provider.clean(error);
    this.#close('failed', cleaned);
    this.#settleReady(cleaned);
  }

  #close(outcome: 'answered' | 'failed' | 'cancelled', error?: KeelsonError): void {
    this.outcome = outcome;
    this.error = error;
    this.durationMs = this.#elapsed() - this.startedAfterMs;
    // At once, so that the end leaves with the last piece.
    this.#caller?.end();
    this.#settleOver();
  }

  #invalid(what: string): KeelsonError {
    return new KeelsonError('invalid_response', `${this.target.provider.name} sent ${what}.`);
  }
}

const noLosses: readonly Loss[] = [];

/** What could not be said to the provider, and what not of its answer. */
export function allLosses({ outgoing, losses }: Attempt): readonly Loss[] {
  if (losses.length === 0) return outgoing.losses;
  return outgoing.losses.length === 0 ? losses : [...outgoing.losses, ...losses];
}
