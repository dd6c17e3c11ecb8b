// That a stream read by its looks is understood as one that is parsed whole: in every format that passes, however its bytes
// are cut, and whatever is wrong with them.
import { type ChatEvent, createFrameWriter, dialects } from '@keelson/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerReading } from './answer-reading.ts';
import type { AnyDialect } from './asked-call.ts';
import { StreamReading } from './stream-reading.ts';

const passing = (Object.values(dialects) as unknown as AnyDialect[]).filter(
  ({ relay, framing }) => relay !== undefined && (framing === 'sse' || framing === 'ndjson'),
);

function bytesOf(dialect: AnyDialect, texts: readonly string[]): Buffer {
  const renderer = dialect.inbound.createStreamRenderer({ model: 'm', turns: [], stream: true });
  const writer = createFrameWriter(dialect.framing);
  const facts = { id: 'answer_1', model: 'm', createdAt: 1_790_000_000 };
  const usage = { input: { total: 7 }, output: { total: 9 } };
  const events: ChatEvent[] = [
    { type: 'message-start', dialect: dialect.name, facts },
    { type: 'text-start', choice: 0, index: 0 },
    ...texts.map((text) => ({ type: 'text-delta', choice: 0, index: 0, text }) as const),
    { type: 'text-end', choice: 0, index: 0 },
    { type: 'usage', usage },
    { type: 'message-end', choice: 0, stop: { reason: 'end' } },
  ] as unknown as ChatEvent[];
  const frames = [...events.flatMap((event) => renderer.push(event)), ...renderer.end()];
  return Buffer.concat([writer.push(frames), writer.end()]);
}

interface Understood {
  readonly usage: unknown;
  readonly stop: unknown;
  readonly error: string | undefined;
  readonly characters: number;
  readonly skimmed: number;
}

function understand(dialect: AnyDialect, reads: readonly Uint8Array[], needsAll: boolean): Understood {
  const reading = new AnswerReading();
  const stream = new StreamReading({
    framing: dialect.framing,
    parser: dialect.outbound.createStreamParser(dialect.quirks),
    reading,
    relay: needsAll ? undefined : dialect.relay,
  });
  let skimmed = 0;
  let thrown: string | undefined;
  try {
    for (const bytes of reads) {
      if (stream.skip(bytes)) skimmed += 1;
      else stream.read(bytes);
    }
    stream.end();
  } catch (error) {
    thrown = String(error);
  }
  const { usage, stop, characters } = reading;
  return { usage, stop, error: thrown ?? reading.error?.message, characters, skimmed };
}

const told = ({ skimmed: _, ...rest }: Understood) => rest;
const framesOf = (bytes: Buffer): Buffer[] =>
  bytes
    .toString('latin1')
    .split(/(?<=\n\n)|(?<=\}\n)(?!\n)/)
    .map((text) => Buffer.from(text, 'latin1'));
const word = fc.oneof(
  fc.constantFrom('a', 'keel', ' the ship', 'é', '船', '"', '\\', '\n', '[]', '"finish_reason":null'),
  fc.string({ minLength: 1, maxLength: 6, unit: 'binary-ascii' }),
);

describe.each(passing.map((dialect) => [dialect.name, dialect] as const))('%s', (_, dialect) => {
  it('is understood the same however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(4000), { maxLength: 8 }),
        (texts, cuts) => {
          const bytes = bytesOf(dialect, texts);
          const places = [
            0,
            ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b),
            bytes.length,
          ];
          const reads = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
          for (const cut of [reads, framesOf(bytes), [bytes]])
            expect(told(understand(dialect, cut, false))).toEqual(told(understand(dialect, cut, true)));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is found to be damaged where it is', () => {
    const bytes = bytesOf(dialect, ['The ', 'keel ', 'is ', 'laid ', 'first.']);
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.constantFrom('', '"', '}', '\\', '0', '{', ','),
        (at, instead) => {
          const damaged = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from(instead),
            bytes.subarray(at + 1),
          ]);
          const reads = framesOf(damaged);
          // How much was said before is an estimate anyway.
          const outcome = ({ usage, stop, error }: Understood) => ({ usage, stop, error });
          expect(outcome(understand(dialect, reads, false))).toEqual(
            outcome(understand(dialect, reads, true)),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is mostly told by its looks', () => {
    const texts = Array.from({ length: 50 }, (_, at) => ` word${at}`);
    expect(understand(dialect, framesOf(bytesOf(dialect, texts)), false).skimmed).toBeGreaterThan(40);
  });
});

it('reads the count of every chunk where a host tells it in each', () => {
  const dialect = passing.find(({ name }) => name === 'openai-chat') as AnyDialect;
  const chunk = (text: string, tokens: number, rest = ''): Buffer =>
    Buffer.from(
      `data: {"id":"c","choices":[{"index":0,"delta":{"content":"${text}"},"finish_reason":null}],"usage":{"prompt_tokens":7,"completion_tokens":${tokens}}${rest}}\n\n`,
    );
  const end =
    'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
  const chunks = Array.from({ length: 9 }, (_, at) => chunk(` word${at}`, at + 1));
  const { usage } = understand(dialect, [...chunks, Buffer.from(end)], false);
  expect(usage).toMatchObject({ input: { total: 7 }, output: { total: 9 } });
});
