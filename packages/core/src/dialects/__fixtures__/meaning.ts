/** What a request or an answer means, without how it was laid out: what a translation must keep. */
import type { Json } from '../../json/index.ts';
import type {
  ChatChoice,
  ChatMessage,
  ChatRequest,
  MediaSource,
  Part,
  ToolCallPart,
  ToolResultPart,
  Usage,
} from '../../message/index.ts';

export interface CallMeaning {
  readonly id: string;
  readonly name: string;
  readonly input: Json | undefined;
}

function callMeaning({ id, name, arguments: written }: ToolCallPart): CallMeaning {
  return { id, name, input: written === '' ? {} : (JSON.parse(written) as Json) };
}

export function callsIn(parts: readonly Part[]): CallMeaning[] {
  return parts.filter((part): part is ToolCallPart => part.type === 'tool-call').map(callMeaning);
}

export function toolMeanings({ tools = [] }: ChatRequest): Json[] {
  return tools.map((tool): Json => {
    if (tool.type === 'native') return { native: tool.value };
    if (tool.type === 'custom') return { custom: tool.name };
    const { name, description, parameters, strict } = tool;
    return { name, ...(description !== undefined && { description }), ...(parameters !== undefined && { parameters }), ...(strict === true && { strict }) };
  });
}

/** Everything of a request that a caller would miss, each under the name by which losses call it. */
export interface RequestMeaning {
  readonly texts: readonly (readonly [role: string, text: string])[];
  readonly system: string;
  readonly calls: readonly CallMeaning[];
  readonly results: readonly (readonly [callId: string, text: string])[];
  readonly failures: readonly string[];
  readonly images: readonly MediaSource[];
  readonly documents: readonly Json[];
  readonly rest: Readonly<Record<string, unknown>>;
}

const isWords = (part: Part): part is Extract<Part, { type: 'text' }> => part.type === 'text';
const wordsOf = (parts: readonly Part[]): string => parts.filter(isWords).map((part) => part.text).join('');

export function requestMeaning(request: ChatRequest): RequestMeaning {
  const results = request.turns.flatMap((turn) => (turn.role === 'tool' ? turn.parts : []));
  const parts = request.turns.flatMap((turn): readonly Part[] =>
    turn.role === 'tool' ? turn.parts.flatMap((result) => result.parts) : turn.parts,
  );
  const { model, toolChoice, parallelTools, outputFormat, sampling, stop, maxOutputTokens, stream } = request;
  return {
    texts: spokenTexts(request),
    system: wordsOf(request.system ?? []),
    calls: callsIn(parts),
    results: results.map(({ callId, parts: content }) => [callId, wordsOf(content)]),
    failures: results.filter((result: ToolResultPart) => result.isError).map(({ callId }) => callId),
    images: parts.flatMap((part) => (part.type === 'image' ? [part.source] : [])),
    documents: parts.flatMap((part) =>
      part.type === 'document' ? [{ source: part.source as unknown as Json, title: part.title ?? null }] : [],
    ),
    rest: {
      model,
      tools: toolMeanings(request),
      ...present({ toolChoice: bare(toolChoice), parallelTools, outputFormat: bare(outputFormat), stop, maxOutputTokens }),
      ...present(Object.fromEntries(Object.entries(sampling ?? {}).map(([key, value]) => [`sampling.${key}`, value]))),
      ...present({ stream: stream === true ? true : undefined }),
    },
  };
}

/** Who said what, neighbouring words of one speaker joined. */
function spokenTexts(request: ChatRequest): (readonly [string, string])[] {
  const spoken: (readonly [string, string])[] = [];
  for (const { role, parts } of request.turns) {
    if (role === 'tool') continue;
    for (const part of parts) {
      if (part.type !== 'text') continue;
      const last = spoken.at(-1);
      if (last?.[0] === role) spoken[spoken.length - 1] = [role, last[1] + part.text];
      else spoken.push([role, part.text]);
    }
  }
  return spoken;
}

function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A value without its annotations. */
export function bare<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(bare) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const isUsage = 'input' in value && 'output' in value;
  const isNote = (key: string): boolean =>
    key === 'spelling' || key === 'extensions' || (key === 'raw' && isUsage);
  const kept = Object.entries(value).filter(([key]) => !isNote(key));
  return Object.fromEntries(kept.map(([key, field]) => [key, bare(field) as unknown])) as Value;
}

export interface AnswerMeaning {
  readonly choices: readonly {
    readonly text: string;
    readonly reasoning: string;
    readonly refusal: string;
    readonly calls: readonly CallMeaning[];
    readonly order: readonly Part['type'][];
    readonly stop: string;
  }[];
  readonly usage: unknown;
  readonly id: string | undefined;
  readonly model: string | undefined;
}

export function answerMeaning(message: ChatMessage): AnswerMeaning {
  const choices: readonly ChatChoice[] = [message, ...(message.alternatives ?? [])];
  return {
    choices: choices.map(({ parts, stop }) => ({
      text: wordsOf(parts),
      reasoning: parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
      refusal: parts.map((part) => (part.type === 'refusal' ? part.text : '')).join(''),
      calls: callsIn(parts),
      order: parts.map(({ type }) => type),
      stop: stop.unified,
    })),
    usage: message.usage && usageMeaning(message.usage),
    id: message.facts.id,
    model: message.facts.model,
  };
}

/** The buckets that every format has. A bucket that is unknown says the same as none of it. */
function usageMeaning({ input, output }: Usage): Record<string, number> {
  return {
    input: input.total ?? 0,
    uncached: input.uncached ?? 0,
    cacheRead: input.cacheRead ?? 0,
    cacheWrite: input.cacheWrite ?? 0,
    output: output.total ?? 0,
    reasoning: output.reasoning ?? 0,
  };
}

/** Parts as a reader sees them, to compare a stream with a whole answer. */
export function seenParts(parts: readonly Part[]): unknown[] {
  return parts.map((part) => {
    const seen = bare(part);
    return seen.type === 'tool-call' ? { ...seen, arguments: callMeaning(seen).input } : seen;
  });
}
