/**
 * The stream of a flow's answer. A flow may work for long before its first word, so clients are kept from giving up; but a failure that
 * comes soon still has a status of its own, because the answer begins with its first word or its first sign of life.
 */
import { type ChatEvent, type ChatRequest, type KeelsonError, toKeelsonError } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { AnyDialect, Caller } from './asked-call.ts';
import { TranslatedStream } from './stream-lane.ts';

/** Shorter than anything between us and a caller usually waits. */
const beatMs = 10_000;
/** Readers of such streams leave it out. */
const sseComment = ': the flow is at work\n\n';
const noBytes = new Uint8Array();

interface FlowStreamSettings {
  readonly dialect: AnyDialect;
  readonly request: ChatRequest;
  readonly caller: Caller;
  readonly clock: Clock;
  /** Fires when the caller leaves. */
  readonly signal: AbortSignal;
  /** The headers, asked for when the answer begins. */
  readonly onStart: () => Readonly<Record<string, string>>;
}

export class FlowStream {
  readonly #settings: FlowStreamSettings;
  readonly #lane: TranslatedStream;
  /** What says nothing yet. */
  readonly #held: ChatEvent[] = [];
  #isQuiet = true;
  #goOn = (): void => {};
  hasStarted = false;
  readonly told: ChatEvent[] = [];

  constructor(settings: FlowStreamSettings) {
    this.#settings = settings;
    this.#lane = new TranslatedStream(settings.dialect, settings.request);
  }

  get losses(): TranslatedStream['losses'] {
    return this.#lane.losses;
  }

  /** Gives back how it failed. Until `hasStarted`, the caller has been told nothing of that. */
  async tell(events: AsyncIterable<ChatEvent>): Promise<KeelsonError | undefined> {
    const { caller, clock, signal } = this.#settings;
    caller.onDrain(() => this.#goOn());
    signal.addEventListener('abort', () => this.#goOn(), { once: true });
    const stop = clock.every(beatMs, () => this.#beat());
    try {
      for await (const event of events) {
        this.told.push(event);
        await this.#take(event);
      }
      this.#start();
      caller.end(this.#lane.end([]));
      return undefined;
    } catch (thrown) {
      const error = toKeelsonError(thrown);
      if (this.hasStarted) caller.end(this.#lane.fail(error));
      return error;
    } finally {
      stop();
    }
  }

  async #take(event: ChatEvent): Promise<void> {
    if (!this.hasStarted && (event.type === 'message-start' || event.type === 'text-start')) {
      this.#held.push(event);
      return;
    }
    this.#start();
    const keepsUp = this.#write([event]);
    const { caller } = this.#settings;
    if (keepsUp || caller.hasLeft) return;
    await new Promise<void>((resolve) => {
      this.#goOn = resolve;
    });
  }

  #start(): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    const { caller, onStart } = this.#settings;
    caller.start(200, { 'content-type': this.#lane.contentType, 'cache-control': 'no-cache', ...onStart() });
    this.#write(this.#held.splice(0));
  }

  #write(events: readonly ChatEvent[]): boolean {
    this.#isQuiet = false;
    const piece = this.#lane.push(noBytes, events);
    return piece === undefined || this.#settings.caller.write(piece);
  }

  #beat(): void {
    const { caller } = this.#settings;
    if (caller.hasLeft) return;
    const hasBegun = this.hasStarted;
    this.#start();
    if (hasBegun && this.#isQuiet && this.#lane.contentType.startsWith('text/event-stream'))
      caller.write(sseComment);
    this.#isQuiet = true;
  }
}
