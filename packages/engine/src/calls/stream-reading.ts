/**
 * What is read of a provider's stream. Of one that passes untouched, chunks that only say more text are told by their looks;
 * everything else, and every chunk of a stream that is said again, is parsed.
 */
import {
  AlikeChunks,
  type ChatEvent,
  createFrameReader,
  type FrameReader,
  type FramingName,
  type StreamParser,
} from '@keelson/core';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export class StreamReading {
  readonly #reader: FrameReader;
  readonly #parser: StreamParser;
  readonly #framing: FramingName;
  /** Left out where somebody needs every event, and where each chunk has a checksum. */
  #alike: AlikeChunks | undefined;
  /** Whether the next byte begins a frame. */
  #isBetweenFrames = true;

  constructor(framing: FramingName, parser: StreamParser, needsAll: boolean) {
    this.#reader = createFrameReader(framing);
    this.#parser = parser;
    this.#framing = framing;
    if (!needsAll && (framing === 'sse' || framing === 'ndjson')) this.#alike = new AlikeChunks();
  }

  /** Characters of text where the bytes are whole chunks that say nothing else; undefined where they have to be parsed. */
  textIn(bytes: Uint8Array): number | undefined {
    const alike = this.#alike;
    if (alike === undefined || !this.#isBetweenFrames) return undefined;
    let characters = 0;
    let at = 0;
    while (at < bytes.length) {
      at = alike.endOf(bytes, at);
      if (at === -1) return undefined;
      characters += alike.characters;
    }
    return characters;
  }

  read(bytes: Uint8Array): ChatEvent[] {
    const events: ChatEvent[] = [];
    const frames = this.#reader.push(bytes);
    for (const frame of frames) for (const event of this.#parser.push(frame)) events.push(event);
    if (this.#alike !== undefined) this.#learn(bytes, frames.length, events);
    return events;
  }

  /** What the end of the bytes means. */
  end(): ChatEvent[] {
    const events = this.#reader.end().flatMap((frame) => this.#parser.push(frame));
    events.push(...this.#parser.end());
    return events;
  }

  #learn(bytes: Uint8Array, frames: number, events: readonly ChatEvent[]): void {
    const begunBetween = this.#isBetweenFrames;
    this.#isBetweenFrames = this.#endsFrame(bytes);
    const isOneChunk = begunBetween && this.#isBetweenFrames && frames === 1 && events.length === 1;
    if (isOneChunk) this.#alike?.learn(bytes, events[0] as ChatEvent);
    // Nothing that follows belongs to the answer.
    else if (events.some(({ type }) => type === 'message-end' || type === 'error')) this.#alike = undefined;
  }

  #endsFrame(bytes: Uint8Array): boolean {
    const { length } = bytes;
    if (bytes[length - 1] !== lineFeed) return false;
    if (this.#framing === 'ndjson') return true;
    const before = bytes[length - 2];
    return before === lineFeed || (before === carriageReturn && bytes[length - 3] === lineFeed);
  }
}
