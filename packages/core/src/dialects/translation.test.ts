/**
 * Any format to any other and back, as a gateway does it: what a caller says to us in one format is said to a provider in
 * another, and what the provider answers comes back to the caller. Only the public halves of the dialects are used.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json/index.ts';
import {
  type ChatMessage,
  type ChatRequest,
  fold,
  type OpaqueState,
  type Tool,
  textOf,
} from '../message/index.ts';
import {
  answersWith,
  anyAnswered,
  anyLengthName,
  anyName,
  requestsWith,
} from './__fixtures__/arbitrary-conversation.ts';
import {
  allDialects,
  type BoundDialect,
  eventsOf,
  framesOf,
  inPieces,
  renderRequest,
  replyOf,
  requestThrough,
  throughBytes,
} from './__fixtures__/bound-dialect.ts';
import { conversing, type Heard, nextRequest } from './__fixtures__/caller-history.ts';
import {
  callsWithin,
  type Limit,
  limitsOf,
  toolsWithin,
  withinAnswer,
} from './__fixtures__/format-limits.ts';
import { answerMeaning, callsIn, toolMeanings } from './__fixtures__/meaning.ts';

const pairs = allDialects.flatMap((caller) =>
  allDialects.map((provider) => [caller.name, provider.name] as const),
);
const dialectNamed = (name: string): BoundDialect => allDialects.find((dialect) => dialect.name === name)!;

/** Fewer per pair the more pairs there are. */
const runs = Math.max(12, Math.ceil(320 / pairs.length));

function expectSameTools(actual: ChatRequest, expected: ChatRequest, limited: ReadonlySet<Limit>): void {
  const tools = (request: ChatRequest) => toolsWithin(toolMeanings(request), limited);
  const calls = (request: ChatRequest) => callsWithin(callsOf(request), limited);
  expect(tools(actual)).toEqual(tools(expected));
  expect(calls(actual)).toEqual(calls(expected));
}

function expectSameAnswer(actual: ChatMessage, expected: ChatMessage, limited: ReadonlySet<Limit>): void {
  const within = (message: ChatMessage): unknown => withinAnswer(answerMeaning(message), limited);
  expect(within(actual)).toEqual(within(expected));
}

function callsOf(request: ChatRequest) {
  return callsIn(request.turns.flatMap((turn) => (turn.role === 'tool' ? [] : turn.parts)));
}

/** What a caller's own client would read: the answer in its format, parsed by that format alone. */
function answerTo(caller: BoundDialect, request: ChatRequest, answer: ChatMessage): ChatMessage {
  const { value } = caller.inbound.renderResponse(answer, request);
  return fold(caller.outbound.parseResponse(replyOf(JSON.stringify(value))));
}

describe.each(pairs)('a caller of %s, a provider of %s', (callerName, providerName) => {
  const caller = dialectNamed(callerName);
  const provider = dialectNamed(providerName);
  const limited = limitsOf(callerName, providerName);

  it('keeps tool definitions and calls on the way there and back', () => {
    fc.assert(
      fc.property(requestsWith(anyName), (request) => {
        const { toolChoice: _choice, ...open } = request;
        const there = requestThrough(provider, requestThrough(caller, open).request).request;
        const back = requestThrough(caller, there).request;
        expectSameTools(there, request, limited);
        expectSameTools(back, request, limited);
      }),
      { numRuns: runs },
    );
  });

  it('says the same to the caller on the second way round, byte for byte', () => {
    fc.assert(
      fc.property(requestsWith(anyName), ({ toolChoice: _choice, ...request }) => {
        const round = (from: ChatRequest): ChatRequest =>
          requestThrough(caller, requestThrough(provider, from).request).request;
        const once = round(round(request));
        expect(renderRequest(caller, round(once)).value).toEqual(renderRequest(caller, once).value);
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
  });

  it('keeps an answer: text, calls, arguments, ids, ending and usage', () => {
    fc.assert(
      fc.property(anyAnswered, ({ request, message }) => {
        const own = requestThrough(caller, request).request;
        const answered = answerTo(provider, own, message);
        expectSameAnswer(answerTo(caller, own, answered), message, limited);
      }),
      { numRuns: runs },
    );
  });

  it('keeps an answer that is streamed all the way', () => {
    fc.assert(
      fc.property(anyAnswered, fc.integer({ min: 1, max: 200 }), ({ request, message }, size) => {
        const own = requestThrough(caller, request).request;
        const sent = requestThrough(provider, own).request;
        const { value } = provider.inbound.renderResponse(message, sent);
        const answer = provider.outbound.parseResponse(replyOf(value));
        const upstream = framesOf(provider, inPieces(answer), sent).frames;
        const events = eventsOf(provider, throughBytes(provider, upstream, size));
        const downstream = framesOf(caller, events, own).frames;
        const read = fold(eventsOf(caller, throughBytes(caller, downstream, size)));
        expectSameAnswer(read, message, limited);
      }),
      { numRuns: runs },
    );
  });

  it.skipIf(limited.has('tools'))(
    'shows the provider legal names, each its own, and the caller the names that it wrote',
    () => {
      fc.assert(
        fc.property(answersWith(anyLengthName), ({ request, message }) => {
          const own = callerRequest(caller, request);
          const { value } = renderRequest(provider, own);
          const shown = wireToolNames(value.body);
          expect(new Set(shown).size).toBe(shown.length);
          const names = toolNames(request);
          const called = message.parts.filter((part) => part.type === 'tool-call').map((part) => part.name);
          const answer = parsedAnswer(provider, message, (name) => shown[names.indexOf(name)] ?? name);
          expect(calledNames(caller.inbound.renderResponse(fold(answer), own).value)).toEqual(called);
          const frames = framesOf(caller, answer, own).frames.map(({ data }) =>
            data === '[DONE]' ? null : JSON.parse(data),
          );
          expect(calledNames(frames)).toEqual(called);
        }),
        { numRuns: runs },
      );
    },
  );
});

function toolNames({ tools = [] }: ChatRequest): string[] {
  return tools.map((tool) => ('name' in tool ? tool.name : ''));
}

/** The answer as the provider writes it, calling tools by the names that it was shown. */
function parsedAnswer(provider: BoundDialect, message: ChatMessage, shownName: (name: string) => string) {
  let at = 0;
  const parts = message.parts.map((part) =>
    part.type === 'tool-call' ? { ...part, name: `called_${at++}` } : part,
  );
  const calls = message.parts.filter((part) => part.type === 'tool-call');
  const { value } = provider.inbound.renderResponse({ ...message, parts }, { model: 'm', turns: [] });
  const body = JSON.stringify(value).replace(/"called_(\d+)"/g, (_, index: string) =>
    JSON.stringify(shownName(calls[Number(index)]?.name ?? '')),
  );
  return provider.outbound.parseResponse(replyOf(body));
}

/** Names of the calls in an answer or in chunks of one, wherever a format puts them; each call once. */
function calledNames(value: unknown): string[] {
  const seen = new Map<string, string>();
  collectCalls(value, seen);
  return [...seen.values()];
}

function collectCalls(value: unknown, seen: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { name, type, ...fields } = value as Record<string, unknown>;
  const isRepeated = typeof type === 'string' && type.endsWith('.done');
  if (typeof name === 'string' && !isRepeated && callFields.some((field) => field in fields)) {
    const { call_id: callId, toolUseId } = fields;
    // Formats that tell a call several times give it an id beside its name.
    seen.set(String(callId ?? toolUseId ?? `#${seen.size}`), name);
    return;
  }
  for (const [key, field] of Object.entries(value)) if (!dataFields.has(key)) collectCalls(field, seen);
}

const callFields = ['arguments', 'input', 'args', 'toolUseId', 'call_id'];
/** What a caller sent, repeated in answers. */
const dataFields: ReadonlySet<string> = new Set(['tools', 'tool_choice']);

/** A request as a caller of this format writes it: with the names it likes, legal or not. */
function callerRequest(caller: BoundDialect, request: ChatRequest): ChatRequest {
  const plain = {
    ...request,
    tools: (request.tools ?? []).map((tool, at) => ({ ...tool, name: `tool_${at}` })),
  };
  const { value } = renderRequest(caller, plain as ChatRequest);
  const names = toolNames(request);
  const body = JSON.parse(JSON.stringify(value.body), (key, field: unknown) => {
    const at = key === 'name' && typeof field === 'string' ? /^tool_(\d+)$/.exec(field)?.[1] : undefined;
    return at === undefined ? field : names[Number(at)];
  }) as JsonObject;
  return caller.inbound.parseRequest({ ...value, body });
}

/** Names of the tools in a body, wherever a format puts them. */
function wireToolNames(body: unknown): string[] {
  const { tools, toolConfig } = body as { tools?: unknown; toolConfig?: { tools?: unknown } };
  return namesIn(tools ?? toolConfig?.tools ?? []);
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name } = value as { name?: unknown };
  return typeof name === 'string' ? [name] : Object.values(value).flatMap(namesIn);
}

/** Answers by whom they were asked of, each with states that say whose they are. */
interface Round {
  readonly provider: BoundDialect;
  readonly thought: string;
  readonly isHidden: boolean;
  readonly words: string;
  readonly calls: readonly string[];
}

const conversers = allDialects.filter(({ name }) => conversing.has(name));
const anyConverser = fc.constantFrom(...conversers);
const anyRound: fc.Arbitrary<Round> = fc.record({
  provider: anyConverser,
  thought: fc.constantFrom('', 'Hm.', 'Ünïcödé 😀'),
  isHidden: fc.boolean(),
  words: fc.constantFrom('Let me see.', 'Well.'),
  calls: fc.array(fc.constantFrom('find', 'keep'), { maxLength: 3 }),
});

const offered = ['find', 'keep'].map(
  (name): Tool => ({ type: 'function', name, parameters: { type: 'object' } }),
);

/** In base64, as some formats want it; the name of its maker can be read all the same. */
function stateOf({ name }: BoundDialect, mark: string): OpaqueState {
  return { dialect: name, value: `state/of/${name.replaceAll('-', '+')}/${mark}/` };
}

const makersIn = (text: string): string[] =>
  [...text.matchAll(/state\/of\/([a-z+]+)\//g)].map(([, maker = '']) => maker.replaceAll('+', '-'));

function answerOf({ provider, thought, isHidden, words, calls }: Round, at: number): ChatMessage {
  const state = (mark: string) => ({ opaque: stateOf(provider, `${at}${mark}`) });
  // The only format with a place for state on calls.
  const ofCall = (index: number) => (provider.name === 'gemini-generate' ? state(`call${index}`) : {});
  return {
    facts: { id: `answer_${at}`, model: 'm' },
    parts: [
      ...(thought === '' ? [] : [{ type: 'reasoning', text: thought, ...state('thought') } as const]),
      ...(isHidden ? [{ type: 'reasoning', text: '', redacted: true, ...state('hidden') } as const] : []),
      { type: 'text', text: words },
      ...calls.map((name, index) => ({
        type: 'tool-call' as const,
        id: `call_${at}_${index}`,
        name,
        arguments: '{}',
        ...ofCall(index),
      })),
    ],
    stop: { unified: calls.length > 0 ? 'tool-calls' : 'stop' },
    usage: { input: { total: 1 }, output: { total: 1 } },
  };
}

/** The provider's own words, read by us. */
function heardFrom(round: Round, at: number): ChatMessage {
  const { provider } = round;
  const { value } = provider.inbound.renderResponse(answerOf(round, at), { model: 'm', turns: [] });
  return fold(provider.outbound.parseResponse(replyOf(JSON.stringify(value))));
}

function resultsOf({ calls }: Round, at: number): Heard[] {
  if (calls.length === 0) return [{ said: { role: 'user', parts: [{ type: 'text', text: 'Go on.' }] } }];
  const parts = calls.map((name, index) => ({
    type: 'tool-result' as const,
    callId: `call_${at}_${index}`,
    name,
    parts: [{ type: 'text' as const, text: `${name} ${at} ${index}` }],
  }));
  return [{ said: { role: 'tool', parts } }];
}

/** Who keeps state for whoever made it, and who takes its own back. */
const keepers = new Set([
  'anthropic-messages',
  'bedrock-converse',
  'gemini-generate',
  'mistral-chat',
  'openai-chat',
  'openai-responses',
]);
/** The original of chat completions knows no reasoning of earlier turns. */
const takers = new Set([...keepers].filter((name) => name !== 'openai-chat'));

/** Sends what the caller knows so far to each provider in turn; the bodies in their order. */
function bodiesSent(caller: BoundDialect, rounds: readonly Round[]): string[] {
  const heard: Heard[] = [{ said: { role: 'user', parts: [{ type: 'text', text: 'Hello' }] } }];
  return rounds.map((round, at) => {
    const { value } = renderRequest(round.provider, nextRequest(caller, heard, offered));
    heard.push({ answer: heardFrom(round, at) }, ...resultsOf(round, at));
    return JSON.stringify(value.body);
  });
}

describe('a caller who changes the provider with every turn', () => {
  const anyRounds = fc.array(anyRound, { minLength: 2, maxLength: 8 });

  it('never has the opaque state of one family sent to another', () => {
    fc.assert(
      fc.property(anyConverser, anyRounds, (caller, rounds) => {
        for (const [at, body] of bodiesSent(caller, rounds).entries()) {
          const { name } = rounds[at]?.provider ?? {};
          expect(makersIn(body).filter((maker) => maker !== name)).toEqual([]);
          // Nor what we sealed for the caller: it begins with these letters.
          expect(body).not.toContain(btoa('keelson1:'));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('has every state brought back to the family that made it, where the caller can keep it', () => {
    const keeper = anyConverser.filter(({ name }) => keepers.has(name));
    fc.assert(
      fc.property(keeper, anyRounds, (caller, rounds) => {
        for (const [at, body] of bodiesSent(caller, rounds).entries()) {
          const { name } = rounds[at]?.provider ?? {};
          const made = rounds.slice(0, at).flatMap((round, index) => {
            if (round.provider.name !== name || !takers.has(name)) return [];
            return makersIn(JSON.stringify(answerOf(round, index)));
          });
          expect(makersIn(body).filter((maker) => maker === name)).toEqual(made);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a conversation that changes its format with every turn', () => {
  it('ends as it began', () => {
    fc.assert(
      fc.property(
        requestsWith(anyName),
        fc.array(fc.constantFrom(...allDialects), { maxLength: 6 }),
        (request, way) => {
          const { toolChoice: _choice, ...open } = request;
          const end = way.reduce(
            (current, dialect) => requestThrough(dialect, current).request,
            open as ChatRequest,
          );
          expectSameTools(end, request, limitsOf(...way.map(({ name }) => name)));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('keeps an answer through any number of formats', () => {
    fc.assert(
      fc.property(
        anyAnswered,
        fc.array(fc.constantFrom(...allDialects), { maxLength: 6 }),
        ({ request, message }, way) => {
          const end = way.reduce((current, dialect) => answerTo(dialect, request, current), message);
          expectSameAnswer(end, message, limitsOf(...way.map(({ name }) => name)));
          expect(textOf(end)).toBe(textOf(message));
        },
      ),
      { numRuns: 100 },
    );
  });
});
