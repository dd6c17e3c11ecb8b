/**
 * How large a call can become: a bound of its input that is never too low for what the call itself holds, and the longest
 * answer that it allows. Read from the text as it came where that tells, so that a call which passes need not be understood.
 */
import { type ChatRequest, isJsonObject, type Json, type JsonObject, type Part } from '@keelson/core';
import type { ReadCall } from './open-call.ts';
import { isPlainBody } from './plain-body.ts';
import { isChat } from './whole-answer.ts';

export interface CallSize {
  /** Infinite where the call refers to something that only the provider knows: the model's context then bounds it. */
  readonly inputTokens: number;
  /** As the call says; undefined where it does not. */
  readonly maxOutput: number | undefined;
  /** Answers that it asks for at once. */
  readonly answers: number;
  readonly isText: boolean;
  readonly isSpecial: boolean;
}

/** What providers put around a conversation: roles, and their own instructions for tools; the longest known has 700 tokens. */
const surroundings = 1024;
/** The most that any format counts one picture as, at its finest resolution. */
const tokensPerImage = 50_000;

export function sizeOf(call: ReadCall): CallSize {
  const { asked, relayed } = call;
  const { body } = asked.wire;
  if (!isChat(asked.endpoint)) return plainSize(body);
  const read = relayed === undefined ? undefined : readNumbers(asked.dialect.name, relayed.body);
  if (read !== undefined && relayed !== undefined && isPlainBody(relayed.body)) {
    return {
      inputTokens: Buffer.byteLength(body) + surroundings,
      maxOutput: read.maxOutput,
      answers: read.answers,
      isText: true,
      isSpecial: false,
    };
  }
  return requestSize(call.request(), body);
}

/** What is embedded or ranked may hold pictures; the dearest price counts. */
function plainSize(body: string): CallSize {
  const inputTokens = Buffer.byteLength(body) + surroundings;
  return { inputTokens, maxOutput: 0, answers: 1, isText: false, isSpecial: false };
}

interface ReadNumbers {
  readonly maxOutput: number | undefined;
  readonly answers: number;
}

type Path = readonly [string] | readonly [string, string];

interface Places {
  readonly maxOutput: readonly Path[];
  readonly answers?: readonly Path[];
}

/** Where formats whose calls pass say how long an answer may be, the first that is there counts. */
const places: Readonly<Record<string, Places>> = {
  'openai-chat': { maxOutput: [['max_completion_tokens'], ['max_tokens']], answers: [['n']] },
  'openai-responses': { maxOutput: [['max_output_tokens']] },
  'anthropic-messages': { maxOutput: [['max_tokens']] },
  'gemini-generate': {
    maxOutput: [['generationConfig', 'maxOutputTokens']],
    answers: [['generationConfig', 'candidateCount']],
  },
  'bedrock-converse': { maxOutput: [['inferenceConfig', 'maxTokens']] },
};

/** Undefined where the place is not known, or holds something odd: the format itself then says what is meant. */
function readNumbers(dialect: string, body: JsonObject): ReadNumbers | undefined {
  if (!Object.hasOwn(places, dialect)) return undefined;
  const { maxOutput, answers } = places[dialect] as Places;
  const most = first(body, maxOutput);
  const count = answers === undefined ? undefined : first(body, answers);
  if (!isCount(most) || !isCount(count)) return undefined;
  return { maxOutput: most, answers: count ?? 1 };
}

function isCount(value: Json | undefined): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1);
}

function first(body: JsonObject, paths: readonly Path[]): Json | undefined {
  for (const [outer, inner] of paths) {
    const value = body[outer];
    if (inner === undefined) {
      if (value !== undefined && value !== null) return value;
    } else if (isJsonObject(value ?? null)) {
      const found = (value as JsonObject)[inner];
      if (found !== undefined && found !== null) return found;
    }
  }
  return undefined;
}

function requestSize(request: ChatRequest, body: string): CallSize {
  const { tools = [], service = {}, cache, output, sampling, completion } = request;
  const isOutside =
    tools.some(({ type }) => type === 'native') ||
    service.container !== undefined ||
    service.webSearch !== undefined ||
    service.mcpServers !== undefined ||
    service.previousResponseId !== undefined ||
    service.conversation !== undefined ||
    service.prompt !== undefined ||
    service.promptState !== undefined ||
    service.retrieval !== undefined ||
    cache?.content !== undefined;
  const media = mediaOf(request);
  const stored = request.answer === undefined ? 0 : storedLength(request, body);
  const inputTokens =
    isOutside || media.isEndless
      ? Number.POSITIVE_INFINITY
      : Buffer.byteLength(body) + stored + surroundings + media.images * tokensPerImage;
  const modalities = output?.modalities ?? [];
  const answers = Math.max(1, sampling?.choices ?? 1, completion?.bestOf ?? 1);
  return {
    inputTokens,
    maxOutput: request.maxOutputTokens,
    answers,
    isText: media.isNone && modalities.every((each) => each.toLowerCase() === 'text'),
    isSpecial: service.tier !== undefined || service.speed !== undefined || service.latency !== undefined,
  };
}

/** A conversation that was kept here and is gone on with stands in no body; its turns are measured themselves. */
function storedLength(request: ChatRequest, body: string): number {
  if (!body.includes('previous_response_id') || request.service?.previousResponseId !== undefined) return 0;
  return Buffer.byteLength(JSON.stringify(request.turns));
}

interface Media {
  images: number;
  /** Something whose tokens its bytes do not bound: pages, sound, moving pictures, whatever lies elsewhere. */
  isEndless: boolean;
  isNone: boolean;
}

function mediaOf({ turns }: ChatRequest): Media {
  const media: Media = { images: 0, isEndless: false, isNone: true };
  for (const { parts } of turns) for (const part of parts) addMedia(part, media);
  return media;
}

function addMedia(part: Part, media: Media): void {
  if (part.type === 'tool-result') for (const inner of part.parts) addMedia(inner, media);
  switch (part.type) {
    case 'text':
    case 'tool-call':
    case 'tool-result':
    case 'reasoning':
    case 'refusal':
      return;
    case 'image':
      media.images += 1;
      media.isNone = false;
      return;
    default:
      media.isEndless = true;
      media.isNone = false;
  }
}
