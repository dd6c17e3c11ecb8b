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
  type Relay,
  type StreamParser,
} from '@keelson/core';
import type { AnswerReading } from './answer-reading.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

interface StreamSettings {
  readonly framing: FramingName;
  readonly parser: StreamParser;
  /** Where what is learnt goes. */
  readonly reading: AnswerReading;
  /** Of a stream that passes untouched; left out where somebody needs every event. */
  readonly relay: Relay | undefined;
}

export class StreamReading {
  readonly #reader: FrameReader;
  readonly #settings: StreamSettings;
  /** Left out where all is parsed: chunks with a checksum never look alike. */
  #alike: AlikeChunks | undefined;
  /** Whether the next byte begins a frame. */
  #isBetweenFrames = true;
  /** Characters that were not parsed, since a part last ended. */
  #skipped = 0;

  constructor(settings: StreamSettings) {
    const { framing, relay } = settings;
    this.#settings = settings;
    this.#reader = createFrameReader(framing);
    if (relay !== undefined && (framing === 'sse' || framing === 'ndjson')) this.#alike = new AlikeChunks();
  }

  /** Whether the bytes are whole chunks that only say more text, which has been counted; otherwise they have to be read. */
  skip(bytes: Uint8Array): boolean {
    const alike = this.#alike;
    if (alike === undefined || !this.#isBetweenFrames) return false;
    let characters = 0;
    let at = 0;
    while (at < bytes.length) {
      at = alike.endOf(bytes, at);
      if (at === -1) return false;
      characters += alike.characters;
    }
    this.#skipped += characters;
    this.#settings.reading.characters += characters;
    return true;
  }

  read(bytes: Uint8Array): ChatEvent[] {
    const events: ChatEvent[] = [];
    const frames = this.#reader.push(bytes);
    for (const frame of frames) for (const event of this.#settings.parser.push(frame)) events.push(event);
    this.#settings.reading.learn(events);
    if (this.#alike !== undefined) this.#learn(bytes, frames.length, events);
    return events;
  }

  /** What the end of the bytes means. */
  end(): ChatEvent[] {
    const { parser, reading } = this.#settings;
    const events = this.#reader.end().flatMap((frame) => parser.push(frame));
    events.push(...parser.end());
    reading.learn(events);
    return events;
  }

  #learn(bytes: Uint8Array, frames: number, events: readonly ChatEvent[]): void {
    const begunBetween = this.#isBetweenFrames;
    this.#isBetweenFrames = this.#endsFrame(bytes);
    const isOneChunk = begunBetween && this.#isBetweenFrames && frames === 1 && events.length === 1;
    if (isOneChunk) this.#alike?.learn(bytes, events[0] as ChatEvent);
    else this.#learnEnds(events);
  }

  #learnEnds(events: readonly ChatEvent[]): void {
    let saysText = false;
    for (const { type } of events) {
      if (type === 'text-delta' || type === 'reasoning-delta') saysText = true;
      // Nothing that follows belongs to the answer.
      else if (type === 'message-end' || type === 'error') this.#alike = undefined;
      else if (type === 'text-end' || type === 'reasoning-end') this.#endPart(saysText);
    }
  }

  /** Where a part's text is repeated at its end, what had not been parsed of it has now been told a second time. */
  #endPart(saysText: boolean): void {
    const { relay, reading } = this.#settings;
    if (saysText && relay?.repeatsText === true) reading.characters -= this.#skipped;
    this.#skipped = 0;
  }

  #endsFrame(bytes: Uint8Array): boolean {
    const { length } = bytes;
    if (bytes[length - 1] !== lineFeed) return false;
    if (this.#settings.framing === 'ndjson') return true;
    const before = bytes[length - 2];
    return before === lineFeed || (before === carriageReturn && bytes[length - 3] === lineFeed);
  }
}
