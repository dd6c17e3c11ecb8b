/** Every recorded body under the corpus, against an independent reader and under 20 random cuts each. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader } from './create-frame-reader.ts';
import type { Frame, FramingName } from './frame.ts';
import { cut, read, utf8 } from './framing.contract.ts';

const corpus = process.env.KEELSON_CORPUS ?? '';
const present = existsSync(corpus);
if (!present)
  process.stderr.write('SKIPPED: recorded traffic for the framings; set KEELSON_CORPUS to its folder.\n');

interface Recording {
  readonly name: string;
  readonly kind: string;
  readonly bytes: Uint8Array;
}

interface StoredExchange {
  readonly response: { readonly body: string; readonly bodyEncoding?: string };
  readonly meta: { readonly kind: string };
}

/** Every folder is read, so that a kind of host that is recorded later is tested without a change here. */
function readCorpus(): Recording[] {
  return readdirSync(corpus, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .flatMap(({ name }) => readdirSync(join(corpus, name)).map((file) => `${name}/${file}`))
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const { response, meta } = JSON.parse(readFileSync(join(corpus, name), 'utf8')) as StoredExchange;
      return { name, kind: meta.kind, bytes: bytesOf(response) };
    });
}

const recorded = present ? readCorpus() : [];

function recordings(framing: FramingName): Recording[] {
  const found = recorded.filter(({ kind }) => kind === framing);
  expect(found.length).toBeGreaterThan(0);
  return found;
}

function bytesOf({ body, bodyEncoding }: StoredExchange['response']): Uint8Array {
  return bodyEncoding === 'base64' ? Uint8Array.from(Buffer.from(body, 'base64')) : utf8(body);
}

const cuts = fc.sample(
  fc.oneof(
    fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 50 }),
    fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 50 }),
  ),
  { numRuns: 19, seed: 20_26 },
);

/** The frames of one body, after a check that they are the same for 20 cuts. */
function readCut({ name, bytes }: Recording, framing: FramingName): Frame[] {
  const whole = read(createFrameReader(framing), [bytes]);
  expect(whole.failure, name).toBeUndefined();
  for (const sizes of [[1], ...cuts]) {
    const same = isDeepStrictEqual(read(createFrameReader(framing), cut(bytes, sizes)), whole);
    expect(same, `${name} cut at ${sizes}`).toBe(true);
  }
  return whole.frames;
}

describe.skipIf(!present)('recorded traffic', () => {
  it('sse: gives what eventsource-parser gives', { timeout: 60_000 }, () => {
    for (const body of recordings('sse'))
      expect(readCut(body, 'sse'), body.name).toEqual(parseWithOracle(body.bytes));
  });

  it('eventstream: decodes with both checksums right, as @smithy/eventstream-codec does', {
    timeout: 120_000,
  }, () => {
    const bodies = recordings('eventstream');
    expect(bodies.length).toBeGreaterThan(0);
    for (const body of bodies)
      expect(readCut(body, 'eventstream'), body.name).toEqual(decodeWithOracle(body.bytes));
  });

  it('ndjson: gives one frame a document', { timeout: 60_000 }, () => {
    for (const body of recordings('ndjson')) {
      const lines = new TextDecoder().decode(body.bytes).trim().split(/\r?\n/);
      expect(readCut(body, 'ndjson').map(({ data }) => data)).toEqual(lines.filter((line) => line !== ''));
    }
  });

  it('json-array: gives the elements of the array', { timeout: 60_000 }, () => {
    for (const body of recordings('json-array')) {
      const elements: unknown = JSON.parse(new TextDecoder().decode(body.bytes));
      expect(readCut(body, 'json-array').map(({ data }): unknown => JSON.parse(data))).toEqual(elements);
    }
  });
});

function parseWithOracle(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => frames.push(event === undefined ? { data } : { event, data }),
  });
  parser.feed(`${new TextDecoder().decode(bytes)}\n\n`);
  return frames;
}

function decodeWithOracle(bytes: Uint8Array): Frame[] {
  const codec = new EventStreamCodec((input) => new TextDecoder().decode(input as Uint8Array), utf8);
  const frames: Frame[] = [];
  for (let start = 0; start < bytes.length; ) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(0);
    const { headers, body } = codec.decode(bytes.subarray(start, start + length));
    frames.push({ event: String(headers[':event-type']!.value), data: new TextDecoder().decode(body) });
    start += length;
  }
  return frames;
}
