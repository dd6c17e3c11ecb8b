/**
 * The two ways of a stream to its caller: bytes that pass as they are, and events that are written anew in the caller's
 * format. Whoever feeds a lane does not know which it is.
 */
import {
  type ChatEvent,
  type ChatRequest,
  createFrameWriter,
  type Frame,
  type FrameWriter,
  type FramingName,
  type KeelsonError,
  type Loss,
  type StreamRenderer,
} from '@keelson/core';
import type { AnyDialect } from './asked-call.ts';
import { withoutUsageChunk } from './hidden-usage.ts';
import { type RelayedFraming, WholeFrames } from './whole-frames.ts';

export interface StreamLane {
  readonly contentType: string;
  /** What could not be said so far. */
  readonly losses: readonly Loss[];
  /** What a read of the provider, and the events it completed, mean for the caller. */
  push(bytes: Uint8Array, events: readonly ChatEvent[]): Uint8Array | undefined;
  /** What is left at a good end. */
  end(events: readonly ChatEvent[]): Uint8Array | undefined;
  /** The stream broke: its end in the caller's format. */
  fail(error: KeelsonError): Uint8Array | undefined;
  /** Whether nothing that `fail` says can tell a caller that more was to come. */
  readonly mustBreakOff?: boolean;
}

const contentTypes: Readonly<Record<FramingName, string>> = {
  sse: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson',
  eventstream: 'application/vnd.amazon.eventstream',
  'bedrock-chunks': 'application/vnd.amazon.eventstream',
  'json-array': 'application/json',
};

/** The provider's own bytes. */
export class RelayedStream implements StreamLane {
  readonly contentType: string;
  readonly losses: readonly Loss[] = [];
  readonly #dialect: AnyDialect;
  readonly #frames: WholeFrames;
  readonly #hidesUsage: boolean;

  constructor(dialect: AnyDialect, hidesUsage: boolean) {
    const framing = dialect.framing as RelayedFraming;
    this.contentType = contentTypes[framing];
    this.#dialect = dialect;
    this.#frames = new WholeFrames(framing);
    this.#hidesUsage = hidesUsage;
  }

  push(bytes: Uint8Array): Uint8Array | undefined {
    const whole = this.#frames.push(bytes);
    return whole === undefined || !this.#hidesUsage ? whole : withoutUsageChunk(whole);
  }

  end(): Uint8Array | undefined {
    return this.#frames.takeRest();
  }

  fail(error: KeelsonError): Uint8Array {
    const request = { model: '', turns: [], stream: true };
    return writeError(this.#dialect.inbound.createStreamRenderer(request), this.#dialect.framing, error);
  }
}

/** The answer said again in the caller's format. */
export class TranslatedStream implements StreamLane {
  readonly contentType: string;
  readonly #renderer: StreamRenderer;
  readonly #writer: FrameWriter;

  constructor(dialect: AnyDialect, request: ChatRequest) {
    const framing = request.streamOptions?.framing ?? dialect.framing;
    this.contentType = contentTypes[framing];
    this.#renderer = dialect.inbound.createStreamRenderer(request);
    this.#writer = createFrameWriter(framing);
  }

  get losses(): readonly Loss[] {
    return this.#renderer.losses;
  }

  push(_: Uint8Array, events: readonly ChatEvent[]): Uint8Array | undefined {
    const frames: Frame[] = [];
    for (const event of events) for (const frame of this.#renderer.push(event)) frames.push(frame);
    return frames.length === 0 ? undefined : this.#writer.push(frames);
  }

  end(events: readonly ChatEvent[]): Uint8Array {
    const last = this.push(empty, events) ?? empty;
    return Buffer.concat([last, this.#writer.push(this.#renderer.end()), this.#writer.end()]);
  }

  fail(error: KeelsonError): Uint8Array {
    return this.end([{ type: 'error', error }]);
  }
}

const empty = new Uint8Array();

function writeError(renderer: StreamRenderer, framing: FramingName, error: KeelsonError): Uint8Array {
  const writer = createFrameWriter(framing);
  const frames = [...renderer.push({ type: 'error', error }), ...renderer.end()];
  return Buffer.concat([writer.push(frames), writer.end()]);
}
