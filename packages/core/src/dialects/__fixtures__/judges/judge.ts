/** What it takes to hold a dialect against recorded traffic: where its recordings are, and who else can read them. */
import type { Json } from '../../../json/index.ts';
import type { ChatMessage } from '../../../message/index.ts';
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
  /** What the counts of this format must add up to, besides what holds for all. */
  readonly expectUsage?: (usage: NonNullable<ChatMessage['usage']>, folder: string) => void;
  /** Folders whose host reports more reasoning than output; they are left as they are. */
  readonly countsReasoningOtherwise?: readonly string[];
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
