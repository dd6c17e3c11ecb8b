/**
 * What every framing must keep: any cut of the bytes gives the same frames, what is written reads back, and
 * no bytes whatever crash or hang a reader. What is special to one framing is tested beside it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { createFrameReader } from './create-frame-reader.ts';
import { createFrameWriter } from './create-frame-writer.ts';
import type { Frame, FrameReader, FrameWriter, FramingName } from './frame.ts';

export interface FramingCase {
  readonly framing: FramingName;
  /** Frames that the framing can say without loss. */
  readonly frame: fc.Arbitrary<Frame>;
  /** Pieces of this framing's grammar: fuzzing with them reaches further than random bytes. */
  readonly tokens: readonly (string | Uint8Array)[];
  readonly createBoundedReader: (maxFrameBytes: number) => FrameReader;
}

/** What a reader made of its input: the frames it gave, and how it failed, if it did. */
export interface Outcome {
  readonly frames: Frame[];
  readonly failure?: { readonly code: string; readonly message: string; readonly details: unknown };
}

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function write(writer: FrameWriter, frames: readonly Frame[]): Uint8Array {
  return concat([writer.push(frames), writer.end()]);
}

/** Reads everything; a failure that is no `KeelsonError` is thrown. */
export function read(reader: FrameReader, chunks: Iterable<Uint8Array>): Outcome {
  const frames: Frame[] = [];
  try {
    for (const chunk of chunks) frames.push(...reader.push(chunk));
    frames.push(...reader.end());
    return { frames };
  } catch (thrown) {
    if (!KeelsonError.is(thrown)) throw thrown;
    return { frames, failure: { code: thrown.code, message: thrown.message, details: thrown.details } };
  }
}

/**
 * Chunks of the given sizes, again and again; a size of 0 is an empty read. Each chunk is wiped after its
 * use.
 */
export function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let start = 0;
  for (let turn = 0; start < bytes.length; turn += 1) {
    const chunk = bytes.slice(start, start + sizes[turn % sizes.length]!);
    start += chunk.length;
    yield chunk;
    chunk.fill(0x58);
  }
}

/** Sizes for `cut`: whole, byte by byte, or anything between. */
export const chunkSizes: fc.Arbitrary<number[]> = fc.oneof(
  fc.constant<number[]>([Number.MAX_SAFE_INTEGER]),
  fc.constant<number[]>([1]),
  fc
    .tuple(fc.array(fc.nat(40), { maxLength: 8 }), fc.integer({ min: 1, max: 200 }))
    .map(([sizes, last]) => [...sizes, last]),
);

export function describeFraming({ framing, frame, tokens, createBoundedReader }: FramingCase): void {
  const frames = fc.array(frame, { maxLength: 12 });
  const token = fc.constantFrom(...tokens).map((part) => (typeof part === 'string' ? utf8(part) : part));
  const written = frames.map((list) => write(createFrameWriter(framing), list));
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(fc.oneof({ weight: 5, arbitrary: token }, fc.uint8Array({ maxLength: 4 })), { maxLength: 40 })
      .map(concat),
    fc.tuple(written, fc.nat(), fc.nat(255), fc.nat(3)).map(damage),
  );

  describe(`${framing}: the contract of every framing`, () => {
    it('reads back what was written, however the bytes are cut', () => {
      fc.assert(
        fc.property(frames, chunkSizes, (list, sizes) => {
          const bytes = write(createFrameWriter(framing), list);
          for (const each of [[1], [bytes.length + 1], sizes]) {
            expect(read(createFrameReader(framing), cut(bytes, each))).toEqual({ frames: list });
          }
        }),
        { numRuns: 200 },
      );
    });

    it('writes the same bytes whether frames come one by one or together', () => {
      fc.assert(
        fc.property(frames, (list) => {
          const writer = createFrameWriter(framing);
          const singly = concat([...list.map((one) => writer.push(one)), writer.end()]);
          expect(singly).toEqual(write(createFrameWriter(framing), list));
        }),
      );
    });

    it('makes the same of any bytes, however they are cut: frames, or frames and a KeelsonError', () => {
      fc.assert(
        fc.property(anyBytes, chunkSizes, (bytes, sizes) => {
          const whole = read(createFrameReader(framing), [bytes]);
          expect(read(createFrameReader(framing), cut(bytes, sizes))).toEqual(whole);
        }),
        { numRuns: 2_000 },
      );
    });

    it('keeps its bound, and names the same byte, however the bytes are cut', () => {
      fc.assert(
        fc.property(anyBytes, chunkSizes, fc.integer({ min: 1, max: 60 }), (bytes, sizes, limit) => {
          const whole = read(createBoundedReader(limit), [bytes]);
          expect(read(createBoundedReader(limit), cut(bytes, sizes))).toEqual(whole);
          for (const { data } of whole.frames.slice(0, -1)) expect(data.length).toBeLessThanOrEqual(limit);
        }),
        { numRuns: 1_000 },
      );
    });

    it('takes a large frame byte by byte in linear time', () => {
      const large: Frame[] = [{ data: JSON.stringify('x'.repeat(400_000)) }];
      const bytes = write(createFrameWriter(framing), large);
      expect(read(createFrameReader(framing), cut(bytes, [1])).frames).toEqual(large);
    });

    it('refuses to go on after its end', () => {
      const reader = createFrameReader(framing);
      if (framing === 'json-array') reader.push(utf8('[]'));
      expect(reader.end()).toEqual([]);
      expect(() => reader.push(utf8(' '))).toThrow('A frame reader was used after `end()`.');
      expect(() => reader.end()).toThrow('A frame reader was used after `end()`.');
      const writer = createFrameWriter(framing);
      writer.end();
      expect(() => writer.push({ data: '{}' })).toThrow('A frame writer was used after `end()`.');
      expect(() => writer.end()).toThrow('A frame writer was used after `end()`.');
    });
  });
}

/** A valid stream with one byte changed, or cut short, or with bytes of it twice. */
function damage([bytes, place, byte, kind]: [Uint8Array, number, number, number]): Uint8Array {
  const at = bytes.length === 0 ? 0 : place % bytes.length;
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at);
  if (kind === 0) return concat([before, Uint8Array.of(byte), after.subarray(1)]);
  if (kind === 1) return before;
  if (kind === 2) return concat([bytes, before]);
  return concat([before, Uint8Array.of(byte), after]);
}
