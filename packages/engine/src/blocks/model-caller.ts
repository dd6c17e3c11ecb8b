/** A prompt as the pipeline's caller: takes its answer in as fast as it comes, and hands text on where somebody follows it. */
import {
  type ChatEvent,
  type ChatMessage,
  createFold,
  createFrameReader,
  dialects,
  type FrameReader,
  KeelsonError,
  retryAfterMs,
  type StreamParser,
} from '@keelson/core';
import type { Caller } from '../calls/index.ts';

const { outbound, quirks } = dialects['openai-chat'];

/** Of an answer in OpenAI's format, whole or streamed, as it was asked for. */
export class ModelCaller implements Caller {
  readonly #onText: ((delta: string) => void) | undefined;
  readonly #pieces: Buffer[] = [];
  readonly #fold = createFold();
  #stream: { readonly reader: FrameReader; readonly parser: StreamParser } | undefined;
  #status = 0;
  #unreadable: unknown;
  #onLeave = (): void => {};
  hasLeft = false;
  /** How long whoever refused wants to be left alone. */
  retryAfterMs: number | undefined;

  constructor(onText: ((delta: string) => void) | undefined) {
    this.#onText = onText;
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.#status = status;
    this.retryAfterMs = retryAfterMs(headers);
    if (headers['content-type']?.startsWith('text/event-stream') !== true) return;
    this.#stream = { reader: createFrameReader('sse'), parser: outbound.createStreamParser(quirks) };
  }

  write(bytes: Uint8Array | string): boolean {
    const piece = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    const { reader, parser } = this.#stream ?? {};
    if (reader === undefined || parser === undefined) this.#pieces.push(Buffer.from(piece));
    else this.#read(() => reader.push(piece).flatMap((frame) => parser.push(frame)));
    return true;
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.write(bytes);
  }

  onDrain(): void {}

  onLeave(run: () => void): void {
    this.#onLeave = run;
  }

  leave(): void {
    this.hasLeft = true;
    this.#onLeave();
  }

  /** The answer, once all of it has come. */
  message(): ChatMessage {
    const { reader, parser } = this.#stream ?? {};
    this.#read(() => {
      if (reader !== undefined && parser !== undefined)
        return [...reader.end().flatMap((frame) => parser.push(frame)), ...parser.end()];
      const body = Buffer.concat(this.#pieces).toString('utf8');
      return outbound.parseResponse({ status: this.#status, headers: {}, body });
    });
    if (this.#unreadable === undefined) return this.#fold.message();
    throw new KeelsonError('invalid_response', 'The answer could not be read.', { cause: this.#unreadable });
  }

  /** What cannot be read must not stop the pipeline, which still has to account for it. */
  #read(events: () => readonly ChatEvent[]): void {
    if (this.#unreadable !== undefined) return;
    try {
      for (const event of events()) {
        this.#fold.push(event);
        if (event.type === 'text-delta' && (event.choice ?? 0) === 0) this.#onText?.(event.text);
      }
    } catch (thrown) {
      this.#unreadable = thrown;
    }
  }
}
