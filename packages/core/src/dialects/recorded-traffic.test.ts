/**
 * Recorded traffic is the specification of a dialect: what real clients and providers said must come out as it went in,
 * and every recorded stream must mean what the vendor's own SDK makes of it.
 */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { createFrameReader } from '../framing/index.ts';
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
import { hasCorpus, type Recording, readFolder, recordedFolders } from './__fixtures__/recorded-traffic.ts';
import { dialects } from './index.ts';

interface Judged {
  readonly dialect: Dialect<object>;
  readonly folders: RegExp;
  /** The official SDK's reading of the same bytes. */
  readonly accumulate: (recording: Recording) => Promise<Reading>;
}

/** What a stream said, in the words of its wire format. */
interface Reading {
  readonly text: string;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly input: Json }[];
  readonly stop: string | null | undefined;
  readonly outputTokens: number | undefined;
}

/** Recordings that are not what their folder says, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  'pydantic-ai__test_openai_test_invalid_response__0.json':
    'The answer is an echo page, not a chat completion.',
};

/** Streams that the official SDK refuses, with what it says and whether ours must end in an error as well. */
const refusedBySdk: Readonly<Record<string, { readonly says: RegExp; readonly isError: boolean }>> = {
  'pydantic-ai__test_openrouter_test_openrouter_stream_error__0.json': {
    says: /Token limit reached/,
    isError: true,
  },
  // Its last event lacks the closing blank line; the SDK loses it, ours reads it.
  'rig__anthropic_prompt_caching_streaming_prompt_caching_reuses_tool_cache__1.json': {
    says: /without producing a Message/,
    isError: false,
  },
  // A gateway closes it with the chat format's `[DONE]`.
  'rig__anthropic_streaming_gateway_message_delta_metadata__0.json': { says: /\[DONE\]/, isError: false },
};

const judged: readonly Judged[] = [
  {
    dialect: dialects['openai-chat'] as unknown as Dialect<object>,
    folders: /^(openai-chat|azure-chat|compat-chat-.*)$/,
    accumulate: accumulateOpenAi,
  },
  {
    dialect: dialects['anthropic-messages'] as unknown as Dialect<object>,
    folders: /^(anthropic|anthropic-count-tokens|compat-messages-other)$/,
    accumulate: accumulateAnthropic,
  },
];

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
    query: {},
    headers: recording.requestHeaders,
    body,
  } as const;
  return dialect.inbound.parseRequest(call);
}

function readStream({ dialect }: Judged, chunks: readonly Uint8Array[]): ChatEvent[] {
  const reader = createFrameReader(dialect.framing);
  const parser = dialect.outbound.createStreamParser(dialect.quirks);
  const events: ChatEvent[] = [];
  for (const chunk of chunks) for (const frame of reader.push(chunk)) events.push(...parser.push(frame));
  for (const frame of reader.end()) events.push(...parser.push(frame));
  return [...events, ...parser.end()];
}

/** The share of equal ones, and what differs in the others. */
function compare(pairs: readonly { file: string; before: Json; after: () => unknown }[]) {
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
    const missing = judged.filter(({ folders }) => recordedFolders(folders).length === 0);
    expect(missing.map(({ dialect }) => dialect.name)).toEqual([]);
    expect(judged.map(({ dialect }) => dialect.name).toSorted()).toEqual(Object.keys(dialects).toSorted());
  });

  for (const format of judged) {
    for (const folder of recordedFolders(format.folders)) describeFolder(format, folder);
  }
});

/** A test about answers has nothing to say of a folder that holds none; it is left out there, not skipped. */
function whenAny(recordings: readonly Recording[]): typeof it | (() => void) {
  return recordings.length > 0 ? it : () => undefined;
}

function describeFolder(format: Judged, folder: string): void {
  const { dialect } = format;
  const recordings = readFolder(folder);
  const whole = recordings.filter(
    (recording) => recording.kind === 'json' && isJsonObject(bodiesIn(recording.body)),
  );
  const answers = whole.filter((recording) => recording.status < 400);
  const failures = whole.filter((recording) => recording.status >= 400);
  const streams = recordings.filter((recording) => recording.kind === 'sse' && recording.status < 400);

  describe(`${folder} (${recordings.length})`, () => {
    it('requests are JSON-equal after parsing and rendering', () => {
      const pairs = recordings.map((recording) => ({
        file: recording.file,
        before: bodiesIn(recording.requestBody) as Json,
        after: () => dialect.outbound.renderRequest(requestOf(format, recording), dialect.quirks).value.body,
      }));
      expect(compare(pairs)).toEqual([]);
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
      expect(compare(pairs)).toEqual([]);
    });

    whenAny(failures)('errors keep status and body, and become a code that fits the status', () => {
      for (const { file, status, headers, body } of failures) {
        const error = dialect.outbound.parseError({ status, headers, body });
        const reply = dialect.inbound.renderError(error);
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
      for (const { file, body } of streams) {
        const bytes = new TextEncoder().encode(body);
        const expected = JSON.stringify(readStream(format, [bytes]));
        for (let seed = 1; seed <= 20; seed++) {
          const actual = JSON.stringify(readStream(format, cut(bytes, seed)));
          if (actual !== expected) expect.fail(`${file}: another result with chunking ${seed}`);
        }
      }
    });

    it('usage adds up', () => {
      for (const message of [...answers, ...streams].flatMap((recording) => messageOf(format, recording))) {
        expectUsageIdentities(message, dialect.name, folder);
      }
    });

    it('nothing that the dialect knows travels in extensions', () => {
      for (const recording of recordings) {
        if (recording.file in exceptions) continue;
        expectNoKnownExtensions(requestOf(format, recording), dialect.name, recording.file);
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
  if (recording.file in exceptions) return [];
  const { outbound } = format.dialect;
  if (recording.kind === 'sse') return [fold(readStream(format, [new TextEncoder().encode(recording.body)]))];
  return [fold(outbound.parseResponse({ status: 200, headers: {}, body: recording.body }))];
}

/** Hosts that report more reasoning than output, recorded July 2026; they are left as they are. */
const countsReasoningOtherwise = ['compat-chat-doubleword'];

function expectUsageIdentities({ usage }: ChatMessage, name: string, folder: string): void {
  if (usage === undefined) return;
  const { input, output, total } = usage;
  if (name === 'openai-chat' && total !== undefined && output.total !== undefined) {
    expect(total).toBe((input.total ?? 0) + output.total);
  }
  if (input.total !== undefined && input.cacheRead !== undefined)
    expect(input.cacheRead).toBeLessThanOrEqual(input.total);
  if (
    output.total !== undefined &&
    output.reasoning !== undefined &&
    !countsReasoningOtherwise.includes(folder)
  ) {
    expect(output.reasoning).toBeLessThanOrEqual(output.total);
  }
  if (input.total !== undefined && input.uncached !== undefined) {
    expect(input.uncached + (input.cacheRead ?? 0) + (input.cacheWrite ?? 0)).toBe(input.total);
  }
}

/** Fields that the official types name, at the level where a request has them. */
const knownRequestFields: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': [
    ...[
      'messages',
      'model',
      'audio',
      'frequency_penalty',
      'function_call',
      'functions',
      'logit_bias',
      'logprobs',
    ],
    ...[
      'max_completion_tokens',
      'max_tokens',
      'metadata',
      'modalities',
      'moderation',
      'n',
      'parallel_tool_calls',
    ],
    ...[
      'prediction',
      'presence_penalty',
      'prompt_cache_key',
      'prompt_cache_options',
      'prompt_cache_retention',
    ],
    ...[
      'reasoning_effort',
      'response_format',
      'safety_identifier',
      'seed',
      'service_tier',
      'stop',
      'store',
      'stream',
    ],
    ...[
      'stream_options',
      'temperature',
      'tool_choice',
      'tools',
      'top_logprobs',
      'top_p',
      'user',
      'verbosity',
    ],
    ...['web_search_options'],
  ],
  'anthropic-messages': [
    ...[
      'max_tokens',
      'messages',
      'model',
      'cache_control',
      'container',
      'diagnostics',
      'inference_geo',
      'metadata',
    ],
    ...[
      'output_config',
      'service_tier',
      'speed',
      'stop_sequences',
      'stream',
      'system',
      'thinking',
      'tool_choice',
    ],
    ...['tools', 'user_profile_id', 'workspace_id', 'temperature', 'top_p', 'top_k', 'output_format'],
  ],
};

/** Fields that every message, part or tool with them means; none may be a stranger. */
const knownPartFields = ['role', 'content', 'type', 'tool_call_id', 'tool_use_id', 'input', 'function'];

function expectNoKnownExtensions(request: ChatRequest, name: string, file: string): void {
  const top = Object.keys(request.extensions?.[name] ?? {});
  expect({ file, known: top.filter((field) => knownRequestFields[name]?.includes(field)) }).toEqual({
    file,
    known: [],
  });
  const inner = [...request.turns, ...request.turns.flatMap((turn) => turn.parts), ...(request.tools ?? [])];
  for (const node of inner) {
    const fields = Object.keys((node as Annotated).extensions?.[name] ?? {});
    expect({ file, known: fields.filter((field) => knownPartFields.includes(field)) }).toEqual({
      file,
      known: [],
    });
  }
}

async function compareWithSdk(format: Judged, recording: Recording): Promise<void> {
  const message = fold(readStream(format, [new TextEncoder().encode(recording.body)]));
  const refusal = refusedBySdk[recording.file];
  if (refusal !== undefined) {
    await expect(format.accumulate(recording)).rejects.toThrow(refusal.says);
    expect(message.error !== undefined).toBe(refusal.isError);
    return;
  }
  const reading = await format
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

function inputOf(text: string): Json {
  return text === '' ? {} : (bodiesIn(text) ?? text);
}

const answering = (recording: Recording) => async (): Promise<Response> =>
  new Response(recording.body, { headers: { 'content-type': 'text/event-stream' } });

async function accumulateOpenAi(recording: Recording): Promise<Reading> {
  const client = new OpenAI({
    apiKey: 'none',
    baseURL: 'http://recorded.invalid',
    fetch: answering(recording),
    maxRetries: 0,
  });
  const chunks = await client.chat.completions.create({ model: 'recorded', messages: [], stream: true });
  return readChunks(chunks);
}

/** The SDK decodes; adding up deltas by index is all that its own accumulation does beyond checks that hosts fail. */
async function readChunks(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<Reading> {
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  const calls: { id: string; name: string; arguments: string }[] = [];
  for await (const { choices, usage, ...rest } of chunks) {
    const tokens = usage?.completion_tokens ?? groqUsage(rest)?.completion_tokens;
    if (typeof tokens === 'number') outputTokens = tokens;
    const choice = choices?.find((candidate) => (candidate.index ?? 0) === 0);
    text += choice?.delta?.content ?? '';
    stop = choice?.finish_reason ?? stop;
    for (const piece of choice?.delta?.tool_calls ?? []) {
      const at = piece.index ?? calls.length;
      calls[at] ??= { id: '', name: '', arguments: '' };
      const call = calls[at];
      if (piece.id) call.id = piece.id;
      if (piece.function?.name) call.name = piece.function.name;
      call.arguments += piece.function?.arguments ?? '';
    }
  }
  const toolCalls = calls.map(({ id, name, arguments: input }) => ({ id, name, input: inputOf(input) }));
  return { text, toolCalls, stop, outputTokens };
}

function groqUsage(chunk: object): { completion_tokens?: number } | undefined {
  return (chunk as { x_groq?: { usage?: { completion_tokens?: number } } }).x_groq?.usage;
}

async function accumulateAnthropic(recording: Recording): Promise<Reading> {
  const client = new Anthropic({
    apiKey: 'none',
    baseURL: 'http://recorded.invalid',
    fetch: answering(recording),
    maxRetries: 0,
  });
  const message = await client.messages
    .stream({ model: 'recorded', max_tokens: 1, messages: [] })
    .finalMessage();
  const calls = message.content.filter(
    (block) => block.type === 'tool_use' || block.type === 'server_tool_use',
  );
  return {
    text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    toolCalls: calls.map((call) => ({ id: call.id, name: call.name, input: call.input as Json })),
    stop: message.stop_reason ?? undefined,
    outputTokens: message.usage.output_tokens,
  };
}
