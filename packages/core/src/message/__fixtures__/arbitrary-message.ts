/** Arbitrary canonical answers: anything that `unfold` can be asked to tell, not only what a dialect would parse. */
import fc from 'fast-check';
import { KeelsonError } from '../../errors/index.ts';
import type { Json, JsonObject } from '../../json/index.ts';
import type { Annotated } from '../annotations.ts';
import type { ChatChoice, ChatMessage } from '../message.ts';
import type { Part } from '../parts.ts';

/** Any UTF-16, lone surrogates included. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom('a', '_u', '\ud800', '\udc00', '__proto__', '/', '~', '😀'), { maxLength: 6 }).map((all) => all.join('')),
);

export const anyJson = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
export const anyJsonObject = fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), anyJson, {
  maxKeys: 4,
  noNullPrototype: true,
}) as fc.Arbitrary<JsonObject>;

const filledObject = anyJsonObject.filter((value) => Object.keys(value).length > 0);

export const annotated: fc.Arbitrary<Annotated> = fc.record(
  {
    extensions: fc.record({ 'dialect-a': filledObject }),
    spelling: fc.record(
      {
        dialect: fc.constant('dialect-a'),
        nulls: fc.array(fc.string(), { minLength: 1, maxLength: 2 }),
        forms: fc.record({ content: fc.constantFrom('list', 'text') }),
      },
      { requiredKeys: ['dialect'] },
    ),
  },
  { requiredKeys: [] },
);

const opaque = fc.record(
  { dialect: fc.constantFrom('dialect-a', 'dialect-b'), provider: fc.string(), model: fc.string(), value: anyText },
  { requiredKeys: ['dialect', 'value'] },
);

const citation = fc.record(
  {
    kind: fc.constantFrom('url', 'characters', 'pages', 'blocks', 'search-result'),
    url: fc.webUrl(),
    title: anyText,
    start: fc.nat(),
    end: fc.nat(),
  },
  { requiredKeys: ['kind'] },
);

const withAnnotations = <Fields extends object>(part: fc.Arbitrary<Fields>) =>
  fc.tuple(part, annotated).map(([fields, notes]) => ({ ...fields, ...notes }));

const cache = fc.record({ ttl: fc.constantFrom('5m', '1h') }, { requiredKeys: [] });

/** Parts as they stand in answers; tool results belong to requests. */
const anyPart = fc.oneof(
  withAnnotations(
    fc.record(
      { type: fc.constant('text'), text: anyText, cache, citations: fc.array(citation, { minLength: 1, maxLength: 3 }) },
      { requiredKeys: ['type', 'text'] },
    ),
  ),
  withAnnotations(fc.record({ type: fc.constant('refusal'), text: anyText })),
  withAnnotations(
    fc.record(
      {
        type: fc.constant('reasoning'),
        text: anyText,
        summary: fc.constant(true),
        redacted: fc.constant(true),
        opaque,
      },
      { requiredKeys: ['type', 'text'] },
    ),
  ),
  withAnnotations(
    fc.record(
      {
        type: fc.constant('tool-call'),
        id: anyText,
        name: anyText,
        arguments: anyText,
        custom: fc.constant(true),
        hosted: fc.constant('server_tool_use'),
        caller: anyJsonObject,
        cache,
        opaque,
      },
      { requiredKeys: ['type', 'id', 'name', 'arguments'] },
    ),
  ),
  fc.record({ type: fc.constant('native'), dialect: fc.constant('dialect-a'), value: anyJsonObject }),
  fc.record({ type: fc.constant('image'), source: fc.record({ kind: fc.constant('url'), url: fc.webUrl() }) }),
) as fc.Arbitrary<Part>;

const logprob = fc.record({ token: anyText, logprob: fc.double({ noNaN: true, max: 0 }) });

const anyChoice = withAnnotations(
  fc.record(
    {
      parts: fc.array(anyPart, { maxLength: 5 }),
      stop: fc.record(
        { unified: fc.constantFrom('stop', 'length', 'tool-calls', 'unknown'), raw: fc.string() },
        { requiredKeys: ['unified'] },
      ),
      logprobs: fc.record({ content: fc.array(logprob, { minLength: 1, maxLength: 3 }) }),
    },
    { requiredKeys: ['parts', 'stop'] },
  ),
) as fc.Arbitrary<ChatChoice>;

const usage = fc.record({
  input: fc.record({ total: fc.nat(), cacheRead: fc.nat() }, { requiredKeys: [] }),
  output: fc.record({ total: fc.nat(), reasoning: fc.nat() }, { requiredKeys: [] }),
});

const facts = fc.record(
  { id: fc.string(), model: fc.string(), createdAt: fc.nat(), container: anyJsonObject },
  { requiredKeys: [] },
);

const around = fc.record(
  {
    facts,
    dialect: fc.constantFrom('dialect-a', 'dialect-b'),
    alternatives: fc.array(anyChoice, { minLength: 1, maxLength: 2 }),
    usage,
    answer: annotated.filter((notes) => Object.keys(notes).length > 0),
  },
  { requiredKeys: ['facts', 'dialect'] },
);

export const anyMessage: fc.Arbitrary<ChatMessage> = fc
  .tuple(anyChoice, around)
  .map(([choice, rest]) => ({ ...choice, ...rest }) as ChatMessage);

/** An answer that broke off has no end, so nothing that only the end tells. */
export const anyBrokenMessage: fc.Arbitrary<ChatMessage> = anyMessage.map(({ parts, facts: known, dialect }) => ({
  parts,
  facts: known,
  ...(dialect !== undefined && { dialect }),
  stop: { unified: 'unknown' },
  error: new KeelsonError('stream_interrupted', 'It broke off.'),
}));
