/**
 * Recorded traffic is the specification of a dialect: what real clients and providers said must come out as it went in,
 * and every recorded stream must mean what the vendor's own SDK makes of it.
 */
import { describe, expect, it } from 'vitest';
import { createFrameReader, type FramingName } from '../framing/index.ts';
import { isJsonObject, type Json, jsonEqual } from '../json/index.ts';
import {
  type Annotated,
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  type Dialect,
  fold,
  type ToolCallPart,
  textOf,
} from '../message/index.ts';
import { type Judge, judges, type Reading } from './__fixtures__/judges/index.ts';
import { inputOf } from './__fixtures__/judges/judge.ts';
import { hasCorpus, type Recording, readFolder, recordedFolders } from './__fixtures__/recorded-traffic.ts';
import { type DialectName, dialects } from './index.ts';

interface Judged {
  readonly dialect: Dialect<object>;
  readonly judge: Judge;
}

const judged: readonly Judged[] = Object.entries(dialects).map(([name, dialect]) => ({
  dialect: dialect as unknown as Dialect<object>,
  judge: judges[name as DialectName],
}));

if (!hasCorpus) console.warn('SKIPPED: recorded traffic. Set KEELSON_CORPUS to the folder of recordings.');

const bodiesIn = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

function requestOf({ dialect }: Judged, recording: Recording): ChatRequest {
  const body = bodiesIn(recording.requestBody);
  const call = {
    method: 'POST',
    path: recording.path,
    query: recording.query,
    headers: recording.requestHeaders,
    body,
  } as const;
  return dialect.inbound.parseRequest(call);
}

function quirksOf({ dialect, judge }: Judged, folder: string): object {
  return { ...dialect.quirks, ...judge.quirksOf?.(folder) };
}

function readStream(format: Judged, { kind, folder }: Recording, chunks: readonly Uint8Array[]): ChatEvent[] {
  const { outbound } = format.dialect;
  const quirks = quirksOf(format, folder);
  // A recording tells the bytes' outer framing only; what is in its messages is the dialect's to know.
  const inner = kind === 'eventstream' ? outbound.framingOf?.(quirks) : undefined;
  const reader = createFrameReader(inner ?? (kind as FramingName));
  const parser = outbound.createStreamParser(quirks);
  const events: ChatEvent[] = [];
  for (const chunk of chunks) for (const frame of reader.push(chunk)) events.push(...parser.push(frame));
  for (const frame of reader.end()) events.push(...parser.push(frame));
  return [...events, ...parser.end()];
}

/** The share of equal ones, and what differs in the others. */
function compare(
  { exceptions = {} }: Judge,
  pairs: readonly { file: string; before: Json; after: () => unknown }[],
): string[] {
  const different: string[] = [];
  for (const { file, before, after } of pairs) {
    if (file in exceptions) continue;
    const value = JSON.parse(JSON.stringify(after())) as Json;
    if (!jsonEqual(before, value)) different.push(`${file}: ${JSON.stringify(value).slice(0, 300)}`);
  }
  return different;
}

describe('recorded traffic', () => {
  // Without recordings this one is skipped for all of them, so that the count shows that something was left out.
  it.skipIf(!hasCorpus)('is there for every dialect', () => {
    const missing = judged.filter(({ judge }) => recordedFolders(judge.folders).length === 0);
    expect(missing.map(({ dialect }) => dialect.name)).toEqual([]);
  });

  // Counts that are never there would add up as well.
  it.skipIf(!hasCorpus)('has counts that can be added up, for every dialect', () => {
    const without = judged.filter((format) => {
      const folders = recordedFolders(format.judge.folders);
      return !folders.some((folder) => wholeAnswers(format, folder).some((answer) => addsUp(format, answer)));
    });
    expect(without.map(({ dialect }) => dialect.name)).toEqual([]);
  });

  for (const format of judged) {
    for (const folder of recordedFolders(format.judge.folders)) describeFolder(format, folder);
  }
});

function wholeAnswers({ judge }: Judged, folder: string): Recording[] {
  const recordings = readFolder(folder).filter((recording) => judge.isOurs?.(recording) ?? true);
  return recordings.filter(({ kind, status }) => kind === 'json' && status < 400);
}

function addsUp(format: Judged, recording: Recording): boolean {
  return messageOf(format, recording).some(
    ({ usage }) => usage !== undefined && format.judge.expectUsage(usage),
  );
}

const framings: ReadonlySet<string> = new Set(['sse', 'ndjson', 'eventstream', 'json-array']);

/** A test about answers has nothing to say of a folder that holds none; it is left out there, not skipped. */
function whenAny(recordings: readonly Recording[]): typeof it | (() => void) {
  return recordings.length > 0 ? it : () => undefined;
}

function describeFolder(format: Judged, folder: string): void {
  const { dialect, judge } = format;
  const recordings = readFolder(folder).filter((recording) => judge.isOurs?.(recording) ?? true);
  const quirks = quirksOf(format, folder);
  const whole = recordings.filter(
    (recording) => recording.kind === 'json' && isJsonObject(bodiesIn(recording.body)),
  );
  const answers = whole.filter((recording) => recording.status < 400);
  const failures = whole.filter((recording) => recording.status >= 400);
  const streams = recordings.filter((recording) => framings.has(recording.kind) && recording.status < 400);

  describe(`${folder} (${recordings.length})`, () => {
    it('requests are JSON-equal after parsing and rendering', () => {
      const pairs = recordings.map((recording) => ({
        file: recording.file,
        before: bodiesIn(recording.requestBody) as Json,
        after: () => dialect.outbound.renderRequest(requestOf(format, recording), quirks).value.body,
      }));
      expect(compare(judge, pairs)).toEqual([]);
    });

    whenAny(answers)('answers are JSON-equal after parsing, folding and rendering', () => {
      const pairs = answers.map((recording) => ({
        file: recording.file,
        before: bodiesIn(recording.body) as Json,
        after: () => {
          const message = fold(
            dialect.outbound.parseResponse({ status: 200, headers: {}, body: recording.body }),
          );
          return dialect.inbound.renderResponse(message, requestOf(format, recording)).value;
        },
      }));
      expect(compare(judge, pairs)).toEqual([]);
    });

    whenAny(failures)('errors keep status and body, and become a code that fits the status', () => {
      for (const { file, path, status, headers, body } of failures) {
        const error = dialect.outbound.parseError({ status, headers, body });
        const reply = dialect.inbound.renderError(error, { path });
        expect({ file, status: reply.status, body: reply.body }).toEqual({
          file,
          status,
          body: bodiesIn(body),
        });
        expect(error.row.status >= 500 && error.row.status < 600, `${file}: ${error.code}`).toBe(
          status >= 500,
        );
      }
    });

    whenAny(streams)('streams fold to what the official SDK accumulates', async () => {
      for (const recording of streams) await compareWithSdk(format, recording);
    });

    whenAny(streams)('streams give the same events under 20 random chunkings', () => {
      for (const recording of streams) {
        const { file, bytes } = recording;
        const expected = JSON.stringify(readStream(format, recording, [bytes]));
        for (let seed = 1; seed <= 20; seed++) {
          const actual = JSON.stringify(readStream(format, recording, cut(bytes, seed)));
          if (actual !== expected) expect.fail(`${file}: another result with chunking ${seed}`);
        }
      }
    });

    it('usage adds up', () => {
      for (const message of [...answers, ...streams].flatMap((recording) => messageOf(format, recording))) {
        expectUsageIdentities(message, judge, folder);
      }
    });

    it('nothing that the dialect knows travels in extensions', () => {
      for (const recording of recordings) {
        if (recording.file in (judge.exceptions ?? {})) continue;
        expectNoKnownExtensions(requestOf(format, recording), format, recording.file);
      }
    });
  });
}

/** Pieces of 1 to 200 bytes, by a small generator so that a failure can be repeated. */
function cut(bytes: Uint8Array, seed: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let state = seed * 2654435761;
  for (let at = 0; at < bytes.length; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const size = 1 + (state % 200);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function messageOf(format: Judged, recording: Recording): ChatMessage[] {
  if (recording.file in (format.judge.exceptions ?? {})) return [];
  const { outbound } = format.dialect;
  if (recording.kind !== 'json') return [fold(readStream(format, recording, [recording.bytes]))];
  return [fold(outbound.parseResponse({ status: 200, headers: {}, body: recording.body }))];
}

function expectUsageIdentities({ usage }: ChatMessage, judge: Judge, folder: string): void {
  if (usage === undefined) return;
  const { input, output } = usage;
  judge.expectUsage(usage);
  if (input.total !== undefined && input.cacheRead !== undefined)
    expect(input.cacheRead).toBeLessThanOrEqual(input.total);
  if (
    output.total !== undefined &&
    output.reasoning !== undefined &&
    !judge.countsReasoningOtherwise?.includes(folder)
  ) {
    expect(output.reasoning).toBeLessThanOrEqual(output.total);
  }
  if (input.total !== undefined && input.uncached !== undefined) {
    expect(input.uncached + (input.cacheRead ?? 0) + (input.cacheWrite ?? 0)).toBe(input.total);
  }
}

function expectNoKnownExtensions(request: ChatRequest, { dialect, judge }: Judged, file: string): void {
  const strangers = (node: Annotated): string[] => Object.keys(node.extensions?.[dialect.name] ?? {});
  const top = strangers(request).filter((field) => judge.requestFields.includes(field));
  const nodes = [...request.turns, ...request.turns.flatMap((turn) => turn.parts), ...(request.tools ?? [])];
  const inner = nodes.flatMap(strangers).filter((field) => judge.partFields.includes(field));
  expect({ file, top, inner }).toEqual({ file, top: [], inner: [] });
}

async function compareWithSdk(format: Judged, recording: Recording): Promise<void> {
  const message = fold(readStream(format, recording, [recording.bytes]));
  const { judge } = format;
  const refusal = judge.refusedBySdk?.[recording.file];
  if (refusal !== undefined) {
    await expect(judge.accumulate(recording)).rejects.toThrow(refusal.says);
    expect(message.error !== undefined).toBe(refusal.isError);
    return;
  }
  const reading = await judge
    .accumulate(recording)
    .catch((error: unknown) => expect.fail(`${recording.file}: ${error}`));
  // Gemini behind the chat format sends empty ids; ours are made up so that results can find their calls.
  const toolCalls = readingOf(message).toolCalls.map((call, at) =>
    reading.toolCalls[at]?.id === '' ? { ...call, id: '' } : call,
  );
  const { file } = recording;
  expect({ file, ...readingOf(message), toolCalls }).toEqual({ file, ...reading });
}

function readingOf(message: ChatMessage): Reading {
  const calls = message.parts.filter((part): part is ToolCallPart => part.type === 'tool-call');
  return {
    text: textOf(message),
    toolCalls: calls.map((call) => ({ id: call.id, name: call.name, input: inputOf(call.arguments) })),
    stop: message.stop.raw,
    outputTokens: message.usage?.output.total,
  };
}
