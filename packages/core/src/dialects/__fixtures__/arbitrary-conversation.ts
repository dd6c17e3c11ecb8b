/** Arbitrary canonical requests and answers, written in no dialect: what any caller may say to any model. */
import fc from 'fast-check';
import type { Json, JsonObject } from '../../json/index.ts';
import type {
  AssistantTurn,
  ChatMessage,
  ChatRequest,
  Part,
  ReasoningPart,
  StopReason,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
  Turn,
  Usage,
} from '../../message/index.ts';

/** Text that is worth sending: any characters, but not nothing. */
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('Hello', 'What is 2+2?', 'Ünïcödé 😀', '"quoted"\n\tlines', '<b>&amp;</b>') },
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }),
);

const anyJson = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;

/** A value as it is after it has been JSON text once: no -0, keys in JavaScript's order. */
const settled = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const anyArguments = fc
  .dictionary(fc.oneof(fc.string(), fc.constantFrom('city', '__proto__', 'constructor', '1')), anyJson, {
    maxKeys: 3,
    noNullPrototype: true,
  })
  .map((value) => settled(value) as JsonObject);

const schema = fc
  .uniqueArray(fc.constantFrom('city', 'unit', 'größe', '$ref', '__proto__'), { maxLength: 3 })
  .map((names): JsonObject => ({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) as JsonObject,
    required: names,
    additionalProperties: false,
  }));

const legalName = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,20}$/);

/** Names that formats forbid, besides legal ones. */
export const anyName = fc.oneof(
  legalName,
  fc.constantFrom('mcp.files/read', 'two words', 'größe', '名前', '😀', '_u002e_', 'a_u', '__proto__', 'toString'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
);

/** Those, and such as are longer than any format allows. */
export const anyLengthName = fc.oneof(
  anyName,
  fc.nat().map((seed) => `${'very.long.name/'.repeat(14)}${seed}`),
  fc.nat().map((seed) => `${'l'.repeat(200)}${seed}`),
);

function toolsNamed(name: fc.Arbitrary<string>): fc.Arbitrary<Tool[]> {
  const tool = fc.record(
    {
      type: fc.constant('function' as const),
      name,
      description: text,
      parameters: schema,
      strict: fc.boolean(),
    },
    { requiredKeys: ['type', 'name', 'parameters'] },
  ) as fc.Arbitrary<Tool>;
  return fc.uniqueArray(tool, { minLength: 1, maxLength: 4, selector: (one) => ('name' in one ? one.name : '') });
}

const nameOf = (tool: Tool): string => ('name' in tool ? tool.name : '');

function callsOf(tools: readonly Tool[], prefix: string): fc.Arbitrary<ToolCallPart[]> {
  if (tools.length === 0) return fc.constant([]);
  const call = fc.record({ name: fc.constantFrom(...tools.map(nameOf)), input: anyArguments });
  return fc.array(call, { maxLength: 3 }).map((calls) =>
    calls.map(({ name, input }, index) => ({
      type: 'tool-call',
      id: `call_${prefix}_${index}`,
      name,
      arguments: JSON.stringify(input),
    })),
  );
}

const image = fc.constantFrom<Part>(
  { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
  { type: 'image', source: { kind: 'base64', mediaType: 'image/jpeg', data: '/9j/4AAQ' } },
  { type: 'image', source: { kind: 'url', url: 'https://example.com/cat.png?x=1&y=2' } },
);

const document = fc.constantFrom<Part>(
  { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' }, title: 'a.pdf' },
  { type: 'document', source: { kind: 'url', url: 'https://example.com/b.pdf' } },
);

const textPart = text.map((value): Part => ({ type: 'text', text: value }));
const userTurn = fc
  .array(fc.oneof({ weight: 3, arbitrary: textPart }, image, document), { minLength: 1, maxLength: 3 })
  .map((parts): Turn => ({ role: 'user', parts }));

const resultParts = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(textPart) },
  fc.tuple(textPart, image),
  fc.tuple(image),
  fc.constant<Part[]>([]),
) as fc.Arbitrary<Part[]>;

/** An assistant that may call tools, their results, and the next word of the user. */
function round(tools: readonly Tool[], prefix: string): fc.Arbitrary<Turn[]> {
  return fc
    .record({
      words: fc.option(text, { nil: undefined }),
      calls: callsOf(tools, prefix),
      results: fc.array(fc.record({ parts: resultParts, isError: fc.boolean() }), { minLength: 3, maxLength: 3 }),
      next: userTurn,
    })
    .map(({ words, calls, results, next }) => {
      const parts: Part[] = [...(words === undefined ? [] : [{ type: 'text', text: words } as const]), ...calls];
      if (parts.length === 0) return [next];
      const assistant: AssistantTurn = { role: 'assistant', parts };
      if (calls.length === 0) return [assistant, next];
      const answers = calls.map(({ id }, index): ToolResultPart => {
        const { parts: content = [], isError = false } = results[index] ?? {};
        return { type: 'tool-result', callId: id, parts: content, ...(isError && { isError }) };
      });
      return [assistant, { role: 'tool', parts: answers }, next];
    });
}

function choiceAmong(tools: readonly Tool[]): fc.Arbitrary<ToolChoice> {
  const names = tools.map(nameOf);
  return fc.oneof(
    fc.constantFrom('auto' as const, 'none' as const, 'required' as const).map((type) => ({ type })),
    fc.constantFrom(...names).map((name) => ({ type: 'tool' as const, name })),
    fc.record({
      type: fc.constant('allowed' as const),
      mode: fc.constantFrom('auto' as const, 'required' as const),
      tools: fc
        .subarray(names, { minLength: 1 })
        .map((chosen) => chosen.map((name) => ({ type: 'function' as const, name }))),
    }),
  );
}

const sampling = fc.record(
  {
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    topP: fc.double({ min: 0, max: 1, noNaN: true }),
    topK: fc.integer({ min: 1, max: 100 }),
    seed: fc.integer(),
    frequencyPenalty: fc.double({ min: -2, max: 2, noNaN: true }),
    presencePenalty: fc.double({ min: -2, max: 2, noNaN: true }),
  },
  { requiredKeys: [] },
).map(settled);

function withTools(tools: Tool[]): fc.Arbitrary<ChatRequest> {
  const turns = fc
    .tuple(userTurn, round(tools, 'a'), round(tools, 'b'))
    .map(([first, one, other]) => [first, ...one, ...other]);
  const rest = fc.record(
    {
      model: fc.constantFrom('best', 'provider:model-1', 'Modell ü'),
      turns,
      system: fc.array(text, { minLength: 1, maxLength: 2 }).map((all) => all.map((value) => ({ type: 'text', text: value }))),
      outputFormat: schema.map((value) => ({ type: 'json-schema', schema: value, name: 'out', strict: true })),
      sampling,
      stop: fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
      maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
      stream: fc.boolean(),
      ...(tools.length > 0 && { toolChoice: choiceAmong(tools), parallelTools: fc.constant(false) }),
    },
    { requiredKeys: ['model', 'turns'] },
  ) as fc.Arbitrary<ChatRequest>;
  return rest.map((request) => (tools.length > 0 ? { ...request, tools } : request));
}

export function requestsWith(name: fc.Arbitrary<string>): fc.Arbitrary<ChatRequest> {
  return fc.oneof(fc.constant<Tool[]>([]), toolsNamed(name), toolsNamed(name)).chain(withTools);
}

export const anyRequest = requestsWith(anyName);

const reasoning = fc.record(
  {
    type: fc.constant('reasoning' as const),
    text,
    opaque: fc.record({
      dialect: fc.constantFrom('anthropic-messages', 'openai-responses', 'gemini-generate'),
      value: fc.constantFrom('c2lnbmF0dXJl', 'EqQBCgIYAg=='),
    }),
  },
  { requiredKeys: ['type', 'text'] },
) as fc.Arbitrary<ReasoningPart>;

/** Counts that agree with each other. */
const usage: fc.Arbitrary<Usage> = fc
  .record({
    uncached: fc.nat(10_000),
    cacheRead: fc.option(fc.nat(10_000), { nil: undefined }),
    cacheWrite: fc.option(fc.nat(10_000), { nil: undefined }),
    visible: fc.nat(10_000),
    thought: fc.option(fc.nat(10_000), { nil: undefined }),
  })
  .map(({ uncached, cacheRead, cacheWrite, visible, thought }) => ({
    input: {
      total: uncached + (cacheRead ?? 0) + (cacheWrite ?? 0),
      uncached,
      ...(cacheRead !== undefined && { cacheRead }),
      ...(cacheWrite !== undefined && { cacheWrite }),
    },
    output: { total: visible + (thought ?? 0), ...(thought !== undefined && { reasoning: thought }) },
  }));

/** Endings that every format can tell from each other. */
const commonStop = fc.constantFrom<StopReason['unified']>('stop', 'length', 'tool-calls');

export interface Answered {
  readonly request: ChatRequest;
  readonly message: ChatMessage;
}

/** An answer in the order that every format can keep: reasoning, text, calls. */
export function answersWith(name: fc.Arbitrary<string>): fc.Arbitrary<Answered> {
  return toolsNamed(name).chain((tools) =>
    fc
      .record({
        thought: fc.option(reasoning, { nil: undefined }),
        words: fc.option(text, { nil: undefined }),
        calls: callsOf(tools, 'x'),
        stop: commonStop,
        usage,
        stream: fc.boolean(),
        asksForUsage: fc.boolean(),
      })
      .map(({ thought, words, calls, stop, usage: counted, stream, asksForUsage }): Answered => ({
        request: {
          model: 'best',
          turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
          tools,
          stream,
          answer: { id: 'default_1', createdAt: 1_700_000_000 },
          ...(asksForUsage && { streamOptions: { usage: true } }),
        },
        message: {
          facts: { id: 'answer_1', model: 'model-1' },
          parts: [
            ...(thought === undefined ? [] : [thought]),
            ...(words === undefined ? [] : [{ type: 'text', text: words } as const]),
            ...calls,
          ],
          stop: { unified: stop },
          usage: counted,
        },
      })),
  );
}

export const anyAnswered = answersWith(anyName);
