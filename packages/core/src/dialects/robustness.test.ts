/**
 * Whatever arrives, a parser returns or throws a KeelsonError, nobody's prototype changes, and what a parser returned every
 * renderer can render.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import type { Frame } from '../framing/index.ts';
import { parseJson } from '../json/index.ts';
import { type ChatEvent, type ChatRequest, fold, textOf, unfold, type WireCall } from '../message/index.ts';
import { anyAnswered, anyRequest } from './__fixtures__/arbitrary-conversation.ts';
import {
  allDialects,
  type BoundDialect,
  eventsOf,
  framesOf,
  inPieces,
  overTheWire,
  renderRequest,
  replyOf,
  someDialects,
} from './__fixtures__/bound-dialect.ts';
import { limitsOf } from './__fixtures__/format-limits.ts';
import { changedAt, nestedLists, nestedObjects, placesIn, spoiled } from './__fixtures__/mutation.ts';
import { fixtureNames, readFrames } from './__fixtures__/read-fixture.ts';
import { plainRequest } from './__fixtures__/request-fields.ts';

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

/** What the function returned, or undefined when it refused with an error of ours; anything else is thrown on. */
function survive<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch (thrown) {
    if (KeelsonError.is(thrown)) return undefined;
    throw thrown;
  }
}

/** The body as it may arrive: a value, its text, or its bytes. */
function asSent(body: unknown, form: number): unknown {
  if (form === 0) return body;
  const text = JSON.stringify(body) ?? '';
  return form === 1 ? text : new TextEncoder().encode(text);
}

const form = fc.nat(2);

/** Another pair of targets with every input. */
let turn = 0;

function receiveRequest(dialect: BoundDialect, call: WireCall): void {
  const request = survive(() => dialect.inbound.parseRequest(call));
  if (request === undefined) return;
  for (const target of someDialects(turn++)) {
    const sent = survive(() => renderRequest(target, request));
    if (sent !== undefined) expect(JSON.stringify(sent).length).toBeGreaterThan(0);
  }
}

function receiveEvents(events: readonly ChatEvent[], request: ChatRequest): void {
  const message = fold(events);
  for (const target of someDialects(turn++)) {
    const whole = survive(() => target.inbound.renderResponse(message, request));
    if (whole !== undefined) expect(typeof JSON.stringify(whole.value)).toBe('string');
    for (const told of [events, unfold(message)]) {
      const frames = survive(() => framesOf(target, told, request).frames) ?? [];
      for (const { data } of frames) if (data !== '[DONE]') JSON.parse(data);
    }
  }
}

function receiveReply(dialect: BoundDialect, body: unknown, status = 200): void {
  const events = survive(() => dialect.outbound.parseResponse(replyOf(body, status)));
  if (events !== undefined) receiveEvents(events, plainRequest);
}

function receiveError(dialect: BoundDialect, body: unknown, status: number): void {
  const error = dialect.outbound.parseError(replyOf(body, status));
  expect(KeelsonError.is(error)).toBe(true);
  for (const target of someDialects(turn++))
    expect(typeof JSON.stringify(target.inbound.renderError(error).body)).toBe('string');
}

function receiveFrames(dialect: BoundDialect, frames: readonly Frame[]): void {
  const parser = dialect.outbound.createStreamParser(dialect.quirks);
  const events: ChatEvent[] = [];
  for (const frame of frames) events.push(...(survive(() => parser.push(frame)) ?? []));
  events.push(...(survive(() => parser.end()) ?? []));
  receiveEvents(events, plainRequest);
}

describe.each(
  allDialects.map((dialect) => [dialect.name, dialect] as const),
)('%s and bad input', (_name, dialect) => {
  const callOf = (body: unknown): WireCall => ({
    method: 'POST',
    path: dialect.name,
    query: {},
    headers: {},
    body,
  });
  const requestBody = anyRequest.map((request) => renderRequest(dialect, request).value.body);
  const answerBody = anyAnswered.map(
    ({ message, request }) => dialect.inbound.renderResponse(message, request).value,
  );
  const folder = new URL(`./${dialect.name}/__fixtures__/`, import.meta.url);
  const written = fc.constantFrom(...fixtureNames(folder).map((file) => readFrames(folder, file)));
  const rendered = anyAnswered.map(
    ({ message, request }) => framesOf(dialect, inPieces(unfold(message)), request).frames,
  );
  const stream = fc.oneof(rendered, written);
  const errorBody = fc
    .constantFrom(
      new KeelsonError('rate_limited', 'Slow down.', { details: { retryAfterMs: 5 } }),
      new KeelsonError('context_too_long', 'Too long.'),
      new KeelsonError('invalid_request', '`a` is missing.', { details: { field: 'a' } }),
    )
    .map((error) => dialect.inbound.renderError(error).body);

  it('survives any body as a request', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), form, (body, as) => {
        receiveRequest(dialect, callOf(as === 0 ? body : survive(() => asSent(jsonOnly(body), as))));
      }),
      { numRuns: 150 },
    );
  });

  it('survives a spoiled request', () => {
    fc.assert(
      fc.property(spoiled(requestBody), form, (body, as) =>
        receiveRequest(dialect, callOf(asSent(body, as))),
      ),
      { numRuns: 500 },
    );
  });

  it('survives any path and headers', () => {
    const { body } = renderRequest(dialect, plainRequest).value;
    const { model: _model, ...nameless } = body as Record<string, unknown>;
    const path = fc.oneof(
      fc.string(),
      fc.string().map((name) => `/openai/deployments/${name}/chat/completions`),
    );
    fc.assert(
      fc.property(path, fc.dictionary(fc.string(), fc.string()), (at, headers) => {
        receiveRequest(dialect, { ...callOf(nameless), path: at, headers });
        receiveRequest(dialect, { ...callOf(body), path: at, headers });
      }),
      { examples: [['/openai/deployments/%zz/chat/completions', {}]] },
    );
  });

  it('survives any body as an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), form, (body, as) =>
        receiveReply(dialect, as === 0 ? body : asSent(jsonOnly(body), as)),
      ),
      { numRuns: 150 },
    );
  });

  it('survives a spoiled answer', () => {
    fc.assert(
      fc.property(spoiled(answerBody), form, (body, as) => receiveReply(dialect, asSent(body, as))),
      { numRuns: 500 },
    );
  });

  it('survives any error', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), spoiled(errorBody), fc.string()),
        form,
        fc.nat(700),
        (body, as, status) => {
          receiveError(dialect, asSent(body, as), status);
          receiveReply(dialect, asSent(body, as), status);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('survives any frames in any order', () => {
    const anyFrame = fc.oneof(
      fc.record({ data: fc.json() }),
      fc.record({ data: fc.string() }),
      fc.constantFrom<Frame>(
        { data: '[DONE]' },
        { data: '' },
        { data: 'null' },
        { event: 'error', data: '{}' },
      ),
    );
    fc.assert(
      fc.property(
        stream,
        fc.array(anyFrame, { maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (frames, others, order) => {
          const pool = [...frames, ...others, ...frames.slice(0, 3)];
          const shuffled = pool.map((frame) => [order.next().value as number, frame] as const);
          shuffled.sort(([one], [other]) => (one % 97) - (other % 97));
          receiveFrames(
            dialect,
            shuffled.map(([, frame]) => frame),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('survives a stream with frames spoiled, missing, doubled or of another format', () => {
    const strange = fc
      .constantFrom(...allDialects)
      .chain((other) =>
        anyAnswered.map(({ message, request }) => framesOf(other, unfold(message), request).frames),
      );
    fc.assert(
      fc.property(
        stream,
        strange,
        fc.array(fc.tuple(fc.nat(), fc.nat(3)), { maxLength: 4 }),
        fc.gen(),
        (frames, foreign, edits, gen) => {
          const list = [...frames];
          for (const [place, kind] of edits) {
            const at = place % (list.length + 1);
            const frame = list[at];
            if (kind === 0) list.splice(at, 1);
            else if (kind === 1)
              list.splice(at, 0, foreign[place % Math.max(1, foreign.length)] ?? { data: '{}' });
            else if (kind === 2 && frame !== undefined) list.splice(at, 0, frame);
            else if (frame?.data.startsWith('{')) {
              const value: unknown = survive(() => parseJson(frame.data)) ?? {};
              list[at] = { ...frame, data: JSON.stringify(gen(spoiled, fc.constant(value))) ?? '' };
            }
          }
          receiveFrames(dialect, list);
        },
      ),
      { numRuns: 400 },
    );
  });

  describe('in every place of a request, an answer and a chunk', () => {
    const monsters: readonly (readonly [what: string, value: unknown, text: string | undefined])[] = [
      ['nesting of 10,000 lists', nestedLists(10_000).value, nestedLists(10_000).text],
      ['nesting of 10,000 objects', nestedObjects(10_000).value, nestedObjects(10_000).text],
      ['a string of 60 kB', 'é. '.repeat(15_000), undefined],
      ['2,000 empty objects', Array.from({ length: 2_000 }, () => ({})), undefined],
      ['10,000 numbers', Array.from({ length: 10_000 }, (_, index) => index), undefined],
      ['NaN', Number.NaN, undefined],
      ['Infinity', Number.POSITIVE_INFINITY, undefined],
      ['2^53 + 2', 2 ** 53 + 2, undefined],
      ['a lone surrogate', '\udc00', undefined],
    ];
    const [sample] = fc.sample(anyRequest.filter(isRich), { numRuns: 1, seed: 7 });
    const body = renderRequest(dialect, sample!).value.body;
    const [{ message, request }] = fc.sample(
      anyAnswered.filter(({ message: each }) => each.parts.length >= 3),
      { numRuns: 1, seed: 3 },
    ) as [{ message: ReturnType<typeof fold>; request: ChatRequest }];
    const answer = dialect.inbound.renderResponse(message, request).value;
    const { frames } = framesOf(dialect, unfold(message), request);

    it.each(monsters)('survives %s', (_what, monster, text) => {
      for (const place of placesIn(body))
        receiveRequest(dialect, callOf(changedAt(body, place, () => monster)));
      for (const place of placesIn(answer))
        receiveReply(
          dialect,
          changedAt(answer, place, () => monster),
        );
      for (const [at, frame] of frames.entries()) {
        if (frame.data === '[DONE]') continue;
        const value: unknown = JSON.parse(frame.data);
        for (const place of placesIn(value)) {
          const spoilt = JSON.stringify(changedAt(value, place, () => '\u0001')).replace(
            '"\\u0001"',
            () => text ?? JSON.stringify(monster),
          );
          receiveFrames(dialect, frames.with(at, { ...frame, data: spoilt }));
        }
      }
    });
  });

  it('takes texts of 10 MB, and names of 10 MB', () => {
    const long = 'é. "\\ '.repeat(1_750_000);
    const call = { type: 'tool-call', id: 'c', name: long, arguments: '{}' } as const;
    const request: ChatRequest = {
      ...plainRequest,
      turns: [{ role: 'user', parts: [{ type: 'text', text: long }] }],
      tools: [{ type: 'function', name: long, parameters: {} }],
    };
    const parsed = dialect.inbound.parseRequest(overTheWire(renderRequest(dialect, request).value));
    expect(parsed.turns[0]?.parts[0]).toMatchObject({ text: long });
    const message = {
      parts: [{ type: 'text', text: long } as const, call],
      facts: {},
      stop: { unified: 'stop' },
    } as const;
    const answer = dialect.inbound.renderResponse(message, request).value;
    expect(textOf(fold(dialect.outbound.parseResponse(replyOf(JSON.stringify(answer)))))).toBe(long);
    expect(textOf(fold(eventsOf(dialect, framesOf(dialect, unfold(message), request).frames)))).toBe(long);
    expect(dialect.outbound.parseError(replyOf(long, 400)).message.length).toBeLessThanOrEqual(500);
  });

  it('refuses more tools than the bound, by name, and takes as many as the bound', () => {
    const tools = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        type: 'function' as const,
        name: `t.${at}`,
        parameters: {},
      }));
    if (limitsOf(dialect.name).has('tools')) return;
    const { value } = renderRequest(dialect, { ...plainRequest, tools: tools(10_000) });
    expect(dialect.inbound.parseRequest(value).tools).toHaveLength(10_000);
    const more = renderRequest(dialect, { ...plainRequest, tools: tools(10_001) }).value;
    expect(() => dialect.inbound.parseRequest(more)).toThrow(/tools\S*` counts 10001; the limit is 10000\./);
  });

  it('refuses JSON that nests too deep, as text and as a value', () => {
    for (const { value, text } of [nestedLists(10_000), nestedObjects(10_000)]) {
      const { body } = renderRequest(dialect, plainRequest).value;
      const asText = JSON.stringify({ ...(body as object), unknown: 0 }).replace(
        '"unknown":0',
        `"unknown":${text}`,
      );
      for (const sent of [{ ...(body as object), unknown: value }, asText]) {
        expect(() => dialect.inbound.parseRequest(callOf(sent))).toThrow(/nested deeper than 256/);
      }
    }
  });

  it('keeps integers beyond 2^53 as they are written in JavaScript, and refuses what is no number', () => {
    const request = { ...plainRequest, maxOutputTokens: 2 ** 53 };
    const { value } = renderRequest(dialect, request);
    expect(dialect.inbound.parseRequest(value).maxOutputTokens).toBe(2 ** 53);
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const { body } = renderRequest(dialect, { ...plainRequest, maxOutputTokens: wrong }).value;
      expect(() => dialect.inbound.parseRequest(callOf(body))).toThrow(KeelsonError);
    }
  });

  it('blames the provider, not the caller, for an answer that is no JSON', () => {
    for (const body of ['', '<html>', '{"id":', '[]', 'null', '"text"']) {
      let thrown: unknown;
      try {
        dialect.outbound.parseResponse(replyOf(body));
      } catch (error) {
        thrown = error;
      }
      expect({ body, code: (thrown as KeelsonError | undefined)?.code }).toEqual({
        body,
        code: 'invalid_response',
      });
    }
  });

  it('blames the caller for a request that is no JSON', () => {
    for (const [body, code] of [
      ['', 'invalid_json'],
      ['{"model":', 'invalid_json'],
      ['[]', 'invalid_request'],
      ['null', 'invalid_request'],
    ] as const) {
      let thrown: unknown;
      try {
        dialect.inbound.parseRequest(callOf(body));
      } catch (error) {
        thrown = error;
      }
      expect({ body, code: (thrown as KeelsonError | undefined)?.code }).toEqual({ body, code });
    }
  });
});

/** What JSON can say of a value; cycles and the like are not what a body may hold as text. */
function jsonOnly(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return null;
  }
}

function isRich({ turns, tools, outputFormat, system }: ChatRequest): boolean {
  const roles = new Set(turns.map(({ role }) => role));
  return roles.size === 3 && tools !== undefined && outputFormat !== undefined && system !== undefined;
}
