/** What it takes to hold a dialect against recorded traffic: where its recordings are, and who else can read them. */
import { expect } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../json/index.ts';
import type { Usage } from '../../../message/index.ts';
import type { Recording } from '../recorded-traffic.ts';

/** What a stream said, in the words of its wire format. */
export interface Reading {
  readonly text: string;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly input: Json }[];
  readonly stop: string | null | undefined;
  readonly outputTokens: number | undefined;
}

export interface Judge {
  /** The folders of the corpus that hold this format. */
  readonly folders: RegExp;
  /** Which recordings of these folders are of this format, where a folder holds several. */
  readonly isOurs?: (recording: Recording) => boolean;
  /** How the host of a folder differs. */
  readonly quirksOf?: (folder: string) => object;
  /** The official SDK's reading of the same bytes. */
  readonly accumulate: (recording: Recording) => Promise<Reading>;
  /** Recordings that are not what their folder says, by file, each with the reason. */
  readonly exceptions?: Readonly<Record<string, string>>;
  /** Streams that the official SDK refuses, with what it says and whether ours must end in an error as well. */
  readonly refusedBySdk?: Readonly<Record<string, { readonly says: RegExp; readonly isError: boolean }>>;
  /** Fields that the official types name at the top of a request: none of them may be a stranger to the dialect. */
  readonly requestFields: readonly string[];
  /** The same for messages, parts and tools. */
  readonly partFields: readonly string[];
  /** What the counts of this format must add up to, besides what holds for all; whether there was anything to add up. */
  readonly expectUsage: (usage: Usage) => boolean;
  /** Folders whose host reports more reasoning than output; they are left as they are. */
  readonly countsReasoningOtherwise?: readonly string[];
}

/** Formats that state the sum of all tokens: the input includes what a cache gave, the output the reasoning. */
export function expectStatedSum({ input, output, total }: Usage): boolean {
  if (total === undefined || input.total === undefined || output.total === undefined) return false;
  expect(total).toBe(input.total + output.total);
  return true;
}

/** Formats that state none: the counts of the wire, as far as they are there, and what they make together. */
export function expectInput({ input, raw }: Usage, countsOf: (raw: JsonObject) => readonly (Json | undefined)[]): boolean {
  const counts = isJsonObject(raw) ? countsOf(raw).filter((count) => typeof count === 'number') : [];
  if (counts.length === 0) return false;
  expect(input.total).toBe(counts.reduce((sum, count) => sum + count, 0));
  return true;
}

/** An HTTP answer with the recorded bytes, for the `fetch` of an SDK. */
export const answering = (recording: Recording) => async (): Promise<Response> =>
  new Response(Uint8Array.from(recording.bytes), {
    status: recording.status,
    headers: { 'content-type': recording.headers['content-type'] ?? contentTypes[recording.kind] ?? '' },
  });

const contentTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  eventstream: 'application/vnd.amazon.eventstream',
  'json-array': 'application/json',
};

/** Arguments as written become the value they mean; what is no JSON stays text. */
export function inputOf(text: string): Json {
  if (text === '') return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
