/**
 * What the conformance grid asks of every pair of formats, one small thing at a time: a request or an answer that holds it,
 * and what a reader must still see of it on the other side.
 */
import { KeelsonError } from '../../../errors/index.ts';
import type { ChatMessage, ChatRequest, Part, StopReason, Turn, Usage } from '../../../message/index.ts';
import { bare, callsIn } from '../meaning.ts';
import { plainRequest } from '../request-fields.ts';

export type Feature =
  | 'stream'
  | 'tools'
  | 'parallel tools'
  | 'tool stream'
  | 'structured output'
  | 'images'
  | 'documents'
  | 'audio'
  | 'reasoning replay'
  | 'cache marks'
  | 'usage'
  | 'stop reason'
  | 'errors';

interface Named {
  readonly feature: Feature;
  readonly name: string;
}

export type Probe =
  | (Named & { readonly kind: 'request'; readonly request: ChatRequest; readonly see: (request: ChatRequest) => unknown })
  | (Named & {
      readonly kind: 'answer' | 'stream';
      readonly message: ChatMessage;
      readonly see: (message: ChatMessage) => unknown;
    })
  /** The answer's parts come back as an earlier turn. */
  | (Named & { readonly kind: 'replay'; readonly parts: (provider: string) => readonly Part[] })
  | (Named & { readonly kind: 'error'; readonly error: KeelsonError });

const words = (text: string): Part => ({ type: 'text', text });
const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
const weather = {
  type: 'function',
  name: 'weather',
  description: 'Tells it.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
} as const;
const clock = { type: 'function', name: 'clock', parameters: { type: 'object', properties: {} } } as const;
const call = (id: string, city: string): Part => ({
  type: 'tool-call',
  id,
  name: 'weather',
  arguments: JSON.stringify({ city }),
});
const result = (callId: string, ...parts: Part[]) => ({ type: 'tool-result', callId, parts }) as const;
const png: Part = { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } };

const asking = (more: Partial<ChatRequest>): ChatRequest => ({ ...plainRequest, ...more });
const answering = (parts: readonly Part[], more: Partial<ChatMessage> = {}): ChatMessage => ({
  facts: { id: 'answer_1', model: 'model-1' },
  parts,
  stop: { unified: 'stop' },
  ...more,
});
const partsOf = ({ turns }: ChatRequest): readonly Part[] => turns.flatMap((turn): readonly Part[] => turn.parts);
const seenCalls = (parts: readonly Part[]): unknown => callsIn(parts).map(({ name, input }) => [name, input]);
const seenResults = ({ turns }: ChatRequest): unknown =>
  turns.flatMap((turn) =>
    turn.role === 'tool' ? turn.parts.map(({ parts, isError }) => [textIn(parts), isError === true]) : [],
  );
const textIn = (parts: readonly Part[]): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
/** Whether each result names the call that it answers. */
const arePaired = ({ turns }: ChatRequest): boolean => {
  const calls = turns.flatMap((turn) => turn.parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])));
  const results = turns.flatMap((turn) => (turn.role === 'tool' ? turn.parts.map(({ callId }) => callId) : []));
  return JSON.stringify(calls) === JSON.stringify(results);
};

function request(
  feature: Feature,
  name: string,
  { see, ...more }: Partial<ChatRequest> & { readonly see: (request: ChatRequest) => unknown },
): Probe {
  return { kind: 'request', feature, name, request: asking(more), see };
}

function answer(
  kind: 'answer' | 'stream',
  name: string,
  probe: { readonly feature: Feature; readonly message: ChatMessage; readonly see: (message: ChatMessage) => unknown },
): Probe {
  return { kind, name, ...probe };
}

const medium = (feature: Feature, name: string, part: Part): Probe =>
  request(feature, name, {
    turns: [user(words('Look.'), part)],
    see: (seen) => bare(partsOf(seen).filter(({ type }) => type === part.type)),
  });

const choice = (name: string, toolChoice: NonNullable<ChatRequest['toolChoice']>): Probe =>
  request('tools', name, { tools: [weather, clock], toolChoice, see: (seen) => bare(seen.toolChoice) });

const toolProbes: readonly Probe[] = [
  request('tools', 'definition', {
    tools: [weather],
    see: ({ tools = [] }) =>
      tools.map((tool) => tool.type === 'function' && [tool.name, tool.description, tool.parameters]),
  }),
  request('tools', 'strict', {
    tools: [{ ...weather, strict: true }],
    see: ({ tools = [] }) => tools.map((tool) => tool.type === 'function' && tool.strict),
  }),
  choice('choice: none', { type: 'none' }),
  choice('choice: required', { type: 'required' }),
  choice('choice: one tool', { type: 'tool', name: 'clock' }),
  request('tools', 'call and result', {
    tools: [weather],
    turns: [
      user(words('Weather?')),
      { role: 'assistant', parts: [words('Let me see.'), call('call_1', 'Oslo')] },
      { role: 'tool', parts: [result('call_1', words('rain'))] },
    ],
    see: (seen) => [seenCalls(partsOf(seen)), seenResults(seen), arePaired(seen)],
  }),
  request('tools', 'failed result', {
    tools: [weather],
    turns: [
      user(words('Weather?')),
      { role: 'assistant', parts: [call('call_1', 'Oslo')] },
      { role: 'tool', parts: [{ ...result('call_1', words('no station')), isError: true }] },
    ],
    see: seenResults,
  }),
  answer('answer', 'called', {
    feature: 'tools',
    message: answering([words('Let me see.'), call('call_1', 'Oslo')], { stop: { unified: 'tool-calls' } }),
    see: ({ parts }) => [textIn(parts), seenCalls(parts)],
  }),
];

const cities = [call('call_1', 'Oslo'), call('call_2', 'Rome')];
const parallelProbes: readonly Probe[] = [
  request('parallel tools', 'two calls, two results', {
    tools: [weather],
    turns: [
      user(words('Weather?')),
      { role: 'assistant', parts: cities },
      { role: 'tool', parts: [result('call_1', words('rain')), result('call_2', words('sun'))] },
    ],
    see: (seen) => [seenCalls(partsOf(seen)), seenResults(seen), arePaired(seen)],
  }),
  request('parallel tools', 'forbidden', {
    tools: [weather],
    parallelTools: false,
    see: ({ parallelTools }) => parallelTools,
  }),
  answer('answer', 'two calls', {
    feature: 'parallel tools',
    message: answering(cities, { stop: { unified: 'tool-calls' } }),
    see: ({ parts }) => seenCalls(parts),
  }),
];

const streamProbes: readonly Probe[] = [
  answer('stream', 'text', {
    feature: 'stream',
    message: answering([words('Fair winds, 順風 and 🌊.')]),
    see: ({ parts }) => textIn(parts),
  }),
  answer('stream', 'reasoning and text', {
    feature: 'stream',
    message: answering([{ type: 'reasoning', text: 'Wind, tide, time.' }, words('At noon.')]),
    see: ({ parts }) => bare(parts.map((part) => [part.type, 'text' in part && part.text])),
  }),
  answer('stream', 'one call', {
    feature: 'tool stream',
    message: answering([call('call_1', 'Oslo "north"')], { stop: { unified: 'tool-calls' } }),
    see: ({ parts }) => seenCalls(parts),
  }),
  answer('stream', 'text and two calls', {
    feature: 'tool stream',
    message: answering([words('Let me see.'), ...cities], { stop: { unified: 'tool-calls' } }),
    see: ({ parts }) => [textIn(parts), seenCalls(parts)],
  }),
];

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const formatProbes: readonly Probe[] = [
  request('structured output', 'JSON schema', {
    outputFormat: { type: 'json-schema', schema, name: 'out', strict: true },
    see: ({ outputFormat }) => outputFormat?.type === 'json-schema' && outputFormat.schema,
  }),
  request('structured output', 'any JSON', {
    outputFormat: { type: 'json' },
    see: ({ outputFormat }) => outputFormat?.type,
  }),
];

const mediaProbes: readonly Probe[] = [
  medium('images', 'bytes', png),
  medium('images', 'address', { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } }),
  request('images', 'in a tool result', {
    tools: [weather],
    turns: [
      user(words('Look.')),
      { role: 'assistant', parts: [call('call_1', 'Oslo')] },
      { role: 'tool', parts: [result('call_1', words('see'), png)] },
    ],
    see: ({ turns }) =>
      turns.flatMap((turn) => (turn.role === 'tool' ? bare(turn.parts.flatMap(({ parts }) => parts)) : [])),
  }),
  medium('documents', 'PDF', {
    type: 'document',
    title: 'a.pdf',
    source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' },
  }),
  medium('documents', 'address', { type: 'document', source: { kind: 'url', url: 'https://example.com/b.pdf' } }),
  medium('documents', 'text', {
    type: 'document',
    source: { kind: 'text', text: 'Once.', mediaType: 'text/plain' },
  }),
  medium('audio', 'bytes', { type: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: 'UklGRg==' } }),
];

const reasoningProbes: readonly Probe[] = [
  {
    kind: 'replay',
    feature: 'reasoning replay',
    name: 'signed reasoning',
    parts: (dialect) => [{ type: 'reasoning', text: 'Hm.', opaque: { dialect, value: 'c2ln' } }, words('Aye.')],
  },
  {
    kind: 'replay',
    feature: 'reasoning replay',
    name: 'hidden reasoning',
    parts: (dialect) => [
      { type: 'reasoning', text: '', redacted: true, opaque: { dialect, value: 'aGlk' } },
      words('Aye.'),
    ],
  },
  {
    kind: 'replay',
    feature: 'reasoning replay',
    name: 'state of a call',
    parts: (dialect) => [{ ...call('call_1', 'Oslo'), opaque: { dialect, value: 'Y2FsbA==' } } as Part],
  },
  request('reasoning replay', 'effort', { reasoning: { effort: 'high' }, see: ({ reasoning }) => reasoning?.effort }),
];

const cacheProbes: readonly Probe[] = [
  request('cache marks', 'on the instructions', {
    system: [{ type: 'text', text: 'Be brief.', cache: {} }],
    see: ({ system = [] }) => system.map(({ cache }) => cache !== undefined),
  }),
  request('cache marks', 'on a part', {
    turns: [user({ type: 'text', text: 'Long.', cache: {} }, words('Short.'))],
    see: (seen) => partsOf(seen).map((part) => 'cache' in part && part.cache !== undefined),
  }),
  request('cache marks', 'on a tool', {
    tools: [{ ...weather, cache: {} }],
    see: ({ tools = [] }) => tools.map((tool) => tool.type === 'function' && tool.cache !== undefined),
  }),
  request('cache marks', 'one hour', {
    turns: [user({ type: 'text', text: 'Long.', cache: { ttl: '1h' } })],
    see: (seen) => partsOf(seen).map((part) => 'cache' in part && part.cache?.ttl),
  }),
];

const counted = (name: string, usage: Usage, see: (usage: Usage) => unknown): Probe =>
  answer('answer', name, {
    feature: 'usage',
    message: answering([words('Aye.')], { usage }),
    see: (message) => message.usage && see(message.usage),
  });

const usageProbes: readonly Probe[] = [
  counted('totals', { input: { total: 90 }, output: { total: 50 } }, ({ input, output }) => [
    input.total,
    output.total,
  ]),
  counted(
    'cache read',
    { input: { total: 90, uncached: 60, cacheRead: 30 }, output: { total: 50 } },
    ({ input }) => [input.total, input.cacheRead],
  ),
  counted(
    'cache write',
    { input: { total: 90, uncached: 60, cacheWrite: 30 }, output: { total: 50 } },
    ({ input }) => [input.total, input.cacheWrite],
  ),
  counted(
    'reasoning',
    { input: { total: 90 }, output: { total: 50, text: 30, reasoning: 20 } },
    ({ output }) => [output.total, output.reasoning],
  ),
];

const stopped = (unified: StopReason['unified'], parts: readonly Part[] = [words('Aye.')]): Probe =>
  answer('answer', unified, {
    feature: 'stop reason',
    message: answering(parts, { stop: { unified } }),
    see: ({ stop }) => stop.unified,
  });

const failed = (name: string, code: ConstructorParameters<typeof KeelsonError>[0]): Probe => ({
  kind: 'error',
  feature: 'errors',
  name,
  error: new KeelsonError(code, 'It went wrong.', { details: { retryAfterMs: 2000 } }),
});

export const probes: readonly Probe[] = [
  ...streamProbes,
  ...toolProbes,
  ...parallelProbes,
  ...formatProbes,
  ...mediaProbes,
  ...reasoningProbes,
  ...cacheProbes,
  ...usageProbes,
  stopped('stop'),
  stopped('length'),
  stopped('tool-calls', [call('call_1', 'Oslo')]),
  stopped('stop-sequence'),
  stopped('content-filter'),
  failed('invalid request', 'invalid_request'),
  failed('wrong key', 'provider_authentication_failed'),
  failed('rate limit', 'rate_limited'),
  failed('too long', 'context_too_long'),
  failed('overloaded', 'provider_overloaded'),
];

export const features: readonly Feature[] = [...new Set(probes.map(({ feature }) => feature))];
