/**
 * What every dialect must keep, whatever it is: a request or an answer that goes through its wire means the same after
 * it, and where it does not, the losses say so. What is special to one format is tested beside it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable, KeelsonError } from '../errors/index.ts';
import { type Json, type JsonObject, setField } from '../json/index.ts';
import {
  type ChatMessage,
  type ChatRequest,
  fold,
  type Loss,
  type StopReason,
  type Usage,
  unfold,
} from '../message/index.ts';
import { anyAnswered, anyRequest } from './__fixtures__/arbitrary-conversation.ts';
import {
  type BoundDialect,
  eventsOf,
  framesOf,
  renderRequest,
  replyOf,
  requestThrough,
  someDialects,
  streamThrough,
  throughBytes,
  wholeThrough,
} from './__fixtures__/bound-dialect.ts';
import {
  beyondLimits,
  conversationLosses,
  limitsOf,
  withinAnswer,
  withinRequest,
} from './__fixtures__/format-limits.ts';
import {
  answerMeaning,
  bare,
  type RequestMeaning,
  requestMeaning,
  seenParts,
} from './__fixtures__/meaning.ts';
import { changedAt, objectsIn } from './__fixtures__/mutation.ts';
import { fieldCases, plainRequest } from './__fixtures__/request-fields.ts';

export function describeDialect(dialect: BoundDialect): void {
  describe(`${dialect.name}: the contract of every dialect`, () => {
    describeRequests(dialect);
    describeLosses(dialect);
    describeAnswers(dialect);
    describeForeignState(dialect);
    describeErrors(dialect);
    describeSecrets(dialect);
  });
}

function describeRequests(dialect: BoundDialect): void {
  it('keeps the conversation of any request', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const before = requestMeaning(request);
        const { request: parsed, losses } = requestThrough(dialect, request);
        const after = requestMeaning(parsed);
        const limited = limitsOf(dialect.name);
        const [kept, expected] = [withinRequest(after, limited), withinRequest(before, limited)];
        expect(kept.texts).toEqual(expected.texts);
        expect(kept.system).toEqual(expected.system);
        expect(kept.calls).toEqual(expected.calls);
        expect(kept.images).toEqual(expected.images);
        expect(kept.documents).toEqual(expected.documents);
        expectResults(expected, kept, losses);
        if (beyondLimits(before, limited) > 0) expect(conversationLosses(losses).length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps what any request asks for besides, or says exactly what it does not', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const before = requestMeaning(request).rest;
        const { request: parsed, losses } = requestThrough(dialect, request);
        const after = requestMeaning(parsed).rest;
        const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
        const changed = fields.filter((field) => !equal(before[field], after[field]));
        const told = fields.filter((field) =>
          losses.some((loss) => loss.action !== 'renamed' && names(loss, field)),
        );
        const isOpen = (field: string): boolean => !isSettled(field, request, dialect);
        const seen = changed.filter((field) => !isVoid(field, request, losses));
        expect(seen.filter(isOpen)).toEqual(told.filter(isOpen));
      }),
      { numRuns: 150 },
    );
  });

  it('says the same the second time, word for word', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const { value } = renderRequest(dialect, request);
        const again = renderRequest(dialect, dialect.inbound.parseRequest(value));
        expect(again.value.body).toEqual(value.body);
        expect(again.losses.filter(({ action }) => action !== 'renamed')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('does not change the request it is given', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const before = structuredClone(request);
        requestThrough(dialect, request);
        expect(request).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });
}

const counted = { input: { total: 100 }, output: { total: 50 } };
const inputCount = (key: string) =>
  [`input.${key}`, { ...counted, input: { total: 100, [key]: 40 } }] as const;
const outputCount = (key: string) =>
  [`output.${key}`, { ...counted, output: { total: 50, [key]: 40 } }] as const;

/** Each bucket that a provider may tell, with the totals that every format has. */
const usageCases: readonly (readonly [field: string, usage: Usage])[] = [
  ['input.total', counted],
  ['output.total', counted],
  ...['cacheRead', 'cacheWrite', 'cacheWrite5m', 'cacheWrite30m', 'cacheWrite1h', 'cacheWrite12h'].map(
    inputCount,
  ),
  ...['text', 'audio', 'image', 'video', 'document', 'tools'].map(inputCount),
  ...['reasoning', 'audio', 'image', 'acceptedPrediction', 'rejectedPrediction'].map(outputCount),
  ['toolUnits', { ...counted, toolUnits: { web_search_requests: 2 } }],
  ['billed', { ...counted, billed: { search_units: 2 } }],
  ['durations', { ...counted, durations: { total_duration: 2 } }],
  ['tier', { ...counted, tier: 'priority' }],
  ['speed', { ...counted, speed: 'fast' }],
  ['region', { ...counted, region: 'eu' }],
  ['iterations', { ...counted, iterations: [{ input_tokens: 1 }] }],
];

/** Media may have moved behind the results, and a failed result may have become a plain one: both are said. */
function expectResults(before: RequestMeaning, after: RequestMeaning, losses: readonly Loss[]): void {
  expect(after.results.map(([callId]) => callId)).toEqual(before.results.map(([callId]) => callId));
  const moved = losses.filter(({ field }) => /^turns\[\d+\]\.parts\[\d+\]\.parts$/.test(field));
  const differing = before.results.filter(([, text], index) => text !== after.results[index]?.[1]);
  expect(differing.length).toBeLessThanOrEqual(moved.length);
  for (const [, text] of differing) expect(text).toBe('');
  const lost = losses.filter(({ field }) => field.endsWith('.isError')).length;
  expect(after.failures).toHaveLength(before.failures.length - lost);
}

function equal(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function names({ field }: Loss, named: string): boolean {
  return field === named || field.startsWith(`${named}.`) || field.startsWith(`${named}[`);
}

/**
 * What changes nothing although it differs: tools that the choice forbids anyway, calls at once where there are none, and
 * a choice that is the default, spelled out because something hangs on it.
 */
function isVoid(field: string, request: ChatRequest, losses: readonly Loss[]): boolean {
  const { toolChoice, parallelTools } = request;
  if (field === 'tools') {
    return toolChoice?.type === 'allowed' && losses.some((loss) => loss.field === 'toolChoice');
  }
  if (field === 'toolChoice')
    return isDefault(toolChoice) || (toolChoice === undefined && parallelTools === false);
  return field === 'parallelTools' && toolChoice?.type === 'none';
}

/** What one flag of the format says for all tools at once, or a choice for them, is tested field by field instead. */
function isSettled(field: string, { toolChoice, tools = [] }: ChatRequest, { name }: BoundDialect): boolean {
  const limited = limitsOf(name);
  if (field === 'toolChoice') return limited.has('tools') || isDefault(toolChoice);
  if (field === 'parallelTools') return limited.has('tools') || toolChoice?.type === 'none';
  const isChosen = toolChoice?.type === 'allowed' || toolChoice?.type === 'none';
  const isLax = tools.some((tool) => 'strict' in tool && tool.strict === false);
  return field === 'tools' && (limited.has('strict') || limited.has('tools') || isChosen || isLax);
}

function describeLosses(dialect: BoundDialect): void {
  it.each(
    fieldCases.map(({ field, request }) => [field, JSON.stringify(request), request] as const),
  )('says a loss of `%s` exactly when it changes it: %s', (field, _text, fields) => {
    const request: ChatRequest = { ...plainRequest, ...fields };
    const { request: parsed, losses } = requestThrough(dialect, request);
    const before = valueAt(request, field);
    const after = valueAt(parsed, field);
    const isKept =
      equal(sorted(bare(after)), sorted(bare(before))) || (after === undefined && isDefault(before));
    const told = losses.filter((loss) => concerns(loss, field));
    // Another name for the same thing is told, and is no loss of it.
    if (told.length > 0 && told.every(({ action }) => action === 'renamed')) return;
    // Without tools there is nothing about a tool that could be kept.
    if (field.startsWith('tool') && limitsOf(dialect.name).has('tools')) {
      expect(losses.some((loss) => loss.field.startsWith('tool'))).toBe(true);
      return;
    }
    expect({ field, isKept, losses: told }).toEqual({ field, isKept: told.length === 0, losses: told });
  });
}

/** What every format does when it is not told: leaving it out says the same. */
function isDefault(value: unknown): boolean {
  return equal(value, { type: 'auto' });
}

/** The value at `turns[0].parts[1].cache`. */
function valueAt(request: ChatRequest, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], request);
}

/** Whether the loss is of the field, of what it is part of, or of a part of it. */
function concerns(loss: Loss, field: string): boolean {
  const [told, asked] = [loss.field, field].map(simplified);
  return told === asked || `${told}.`.startsWith(`${asked}.`) || `${asked}.`.startsWith(`${told}.`);
}

/** Losses name parts by number or by kind, whichever says more; here only the names of fields count. */
function simplified(path: string): string {
  return path.replace(/\[\d+\]/g, '').replace(/\.(parts|tool-call|reasoning)(?=\.|$)/g, '');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, sorted(field)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function expectSameAnswer({ name }: BoundDialect, actual: ChatMessage, expected: ChatMessage): void {
  const limited = limitsOf(name);
  const within = (message: ChatMessage): unknown => withinAnswer(answerMeaning(message), limited);
  expect(within(actual)).toEqual(within(expected));
}

function describeAnswers(dialect: BoundDialect): void {
  it('keeps any answer, whole', () => {
    fc.assert(
      fc.property(anyAnswered, ({ request, message }) => {
        const { message: parsed } = wholeThrough(dialect, message, request);
        expectSameAnswer(dialect, parsed, message);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps any answer, streamed, however its bytes are cut', () => {
    fc.assert(
      fc.property(anyAnswered, fc.integer({ min: 1, max: 400 }), ({ request, message }, size) => {
        const { message: parsed } = streamThrough(dialect, message, { request, size });
        expectSameAnswer(dialect, parsed, message);
      }),
      { numRuns: 150 },
    );
  });

  it('makes the same message of a stream and of the whole answer', () => {
    fc.assert(
      fc.property(anyAnswered, ({ request, message }) => {
        const whole = wholeThrough(dialect, message, request).message;
        const streamed = streamThrough(dialect, message, { request }).message;
        expect(seenParts(streamed.parts)).toEqual(seenParts(whole.parts));
        expect(streamed.stop).toEqual(whole.stop);
        expect(bare(streamed.facts)).toEqual(bare(whole.facts));
        expect(bare(streamed.usage)).toEqual(bare(whole.usage));
      }),
      { numRuns: 150 },
    );
  });

  it('says the same answer the second time, whole and streamed', () => {
    fc.assert(
      fc.property(anyAnswered, ({ request, message }) => {
        const once = wholeThrough(dialect, message, request);
        const twice = wholeThrough(dialect, once.message, request);
        expect(twice.body).toEqual(once.body);
        expect(twice.losses.filter(({ action }) => action !== 'renamed')).toEqual([]);
        const { frames } = framesOf(dialect, unfold(message), request);
        const events = eventsOf(dialect, frames);
        expect(fold(eventsOf(dialect, framesOf(dialect, events, request).frames))).toEqual(fold(events));
      }),
      { numRuns: 100 },
    );
  });

  it.each<StopReason['unified']>([
    'stop',
    'stop-sequence',
    'length',
    'tool-calls',
    'content-filter',
    'refusal',
    'pause',
    'context-exceeded',
    'error',
    'unknown',
  ])('keeps the ending `%s`, or says that it became another, whole and streamed', (unified) => {
    const message = { parts: [{ type: 'text', text: 'Hello' } as const], facts: {}, stop: { unified } };
    for (const way of [
      wholeThrough(dialect, message, plainRequest),
      streamThrough(dialect, message, { request: plainRequest }),
    ]) {
      const told = way.losses.filter(({ field }) => /(^|\.)stop$/.test(field));
      expect(told.length > 0).toBe(way.message.stop.unified !== unified);
    }
  });

  it.each(usageCases)('keeps the count `%s`, or says that it is gone, whole and streamed', (field, usage) => {
    const message = { parts: [], facts: {}, stop: { unified: 'stop' } as const, usage };
    const at = (found: Usage | undefined): unknown => valueAt((found ?? {}) as never, field);
    const request: ChatRequest = { ...plainRequest, streamOptions: { usage: true } };
    for (const way of [
      wholeThrough(dialect, message, request),
      streamThrough(dialect, message, { request }),
    ]) {
      const told = way.losses.filter((loss) => loss.field.endsWith(`usage.${field}`));
      expect({ field, isTold: told.length > 0 }).toEqual({
        field,
        isTold: !equal(at(way.message.usage), at(usage)),
      });
    }
  });

  it('reports what it had to fill in for an answer that says nothing of itself', () => {
    const { losses } = wholeThrough(
      dialect,
      { parts: [], facts: {}, stop: { unified: 'stop' } },
      plainRequest,
    );
    if (limitsOf(dialect.name).has('id')) return;
    expect(losses.map(({ field, action }) => `${action} ${field}`)).toContain('emulated facts.id');
    const defaults = { ...plainRequest, answer: { id: 'given_1' } };
    const given = wholeThrough(dialect, { parts: [], facts: {}, stop: { unified: 'stop' } }, defaults);
    expect(given.message.facts.id).toBe('given_1');
  });

  it('tells of an error in a stream, after what had arrived', () => {
    const error = new KeelsonError('provider_overloaded', 'Too busy.');
    const parts = [{ type: 'text', text: 'Hel' }] as const;
    const { message } = streamThrough(
      dialect,
      { parts, facts: { id: 'a', model: 'm' }, stop: { unified: 'unknown' }, error },
      { request: plainRequest },
    );
    expect(seenParts(message.parts)).toEqual(parts);
    expect(message.error?.row.fault).toBe('provider');
    expect(message.error?.message).toContain('Too busy.');
  });

  it('takes a stream that breaks off for broken', () => {
    const { frames } = framesOf(
      dialect,
      unfold({ parts: [{ type: 'text', text: 'Hello' }], facts: {}, stop: { unified: 'stop' } }),
      plainRequest,
    );
    const events = eventsOf(dialect, throughBytes(dialect, frames.slice(0, -1).slice(0, 2), 10));
    const { error } = fold(events);
    expect(error?.code).toBe('stream_interrupted');
  });
}

function describeForeignState(dialect: BoundDialect): void {
  const strangers = [
    'anthropic-messages',
    'openai-chat',
    'openai-responses',
    'gemini-generate',
    'bedrock-converse',
    'elsewhere',
  ].filter((name) => name !== dialect.name);

  it.each(strangers)('never sends anyone the opaque state of %s', (stranger) => {
    const secret = 'b3BhcXVlLXN0YXRl';
    const opaque = { dialect: stranger, value: secret };
    const request: ChatRequest = {
      ...plainRequest,
      turns: [
        { role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm.', opaque },
            { type: 'reasoning', text: '', redacted: true, opaque },
            { type: 'text', text: 'Hi', citations: [{ kind: 'url', url: 'https://a', opaque }] },
            { type: 'tool-call', id: 'c', name: 'f', arguments: '{}', opaque },
          ],
        },
        { role: 'tool', parts: [{ type: 'tool-result', callId: 'c', parts: [{ type: 'text', text: 'x' }] }] },
      ],
    };
    const { value, losses } = renderRequest(dialect, request);
    expect(JSON.stringify(value)).not.toContain(secret);
    expect(losses.filter(({ field }) => field.startsWith('turns[1]')).length).toBeGreaterThanOrEqual(2);
  });

  it('gives unknown fields back in the same dialect, wherever they stand, and in no other', () => {
    const places = fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 });
    const field = fc.constantFrom('x_new', 'x/y', 'x~z', '__proto__', 'größe');
    fc.assert(
      fc.property(anyRequest, places, field, (request, picks, name) => {
        const { value } = renderRequest(dialect, request);
        const plain = JSON.parse(JSON.stringify(value.body)) as JsonObject;
        const body = picks.reduce<unknown>((whole, pick) => withField(whole, pick, name), plain);
        const parsed = dialect.inbound.parseRequest({ ...value, body });
        const again = renderRequest(dialect, parsed);
        expect(again.value.body).toEqual(body);
        expect(again.losses.filter(({ action }) => action !== 'renamed')).toEqual([]);
        for (const other of someDialects(picks[0] ?? 0)) {
          if (other.name === dialect.name) continue;
          const { value: sent, losses } = renderRequest(other, parsed);
          expect(JSON.stringify(sent)).not.toContain(unknownValue);
          expect(losses.some((loss) => loss.field.includes(`extensions.${dialect.name}.`))).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('drops blocks, tools and unknown fields of another dialect, and says each', () => {
    const mark = 'only-elsewhere';
    const native = { dialect: 'elsewhere', value: { type: mark } } as const;
    const extensions = { elsewhere: { [mark]: mark } };
    const request: ChatRequest = {
      ...plainRequest,
      dialect: 'elsewhere',
      extensions,
      turns: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Hello', extensions },
            { type: 'native', ...native },
          ],
          extensions,
        },
      ],
      tools: [
        { type: 'function', name: 'f', parameters: { type: 'object' }, extensions },
        { type: 'native', ...native },
      ],
      headers: { elsewhere: { 'x-mark': mark } },
    };
    const { value, losses } = renderRequest(dialect, request);
    expect(JSON.stringify(value)).not.toContain(mark);
    const told = losses.map(({ field }) => field);
    for (const field of [
      `extensions.elsewhere.${mark}`,
      `turns[0].extensions.elsewhere.${mark}`,
      `turns[0].parts[0].extensions.elsewhere.${mark}`,
      `tools[0].extensions.elsewhere.${mark}`,
      'turns[0].parts[1]',
      'tools[1]',
      'headers.elsewhere.x-mark',
    ]) {
      expect(told).toContain(field);
    }
  });
}

const unknownValue = 'a-value-nobody-knows';

/** The body with an unknown field in one of the objects that are wire: the whole, a message, a part of one, a tool. */
function withField(body: unknown, pick: number, name: string): unknown {
  const places = objectsIn(body).filter((path) => wirePlaces.test(path.join('/')));
  return changedAt(body, places[pick % places.length] ?? [], (old) => {
    const copy: Record<string, Json> = { ...(old as JsonObject) };
    setField(copy, name, unknownValue);
    return copy;
  });
}

/** Places whose objects are the format's own, in every format so far; deeper ones may be somebody's data. */
const wirePlaces =
  /^(|messages\/\d+(\/(content|tool_calls)\/\d+)?|tools\/\d+|contents\/\d+(\/parts\/\d+)?|input\/\d+(\/content\/\d+)?)$/;

/** What the caller of a provider can do about a failure must not change by the way it takes. */
const rereadAs: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  // Whose key or address was wrong is a matter of where one stands: their caller is our operator.
  authentication_failed: 'provider_authentication_failed',
  permission_denied: 'provider_permission_denied',
  not_found: 'model_not_found',
  // Our budgets are their caller's account.
  budget_exhausted: 'quota_exhausted',
  limit_reached: 'rate_limited',
  unpriced_model: 'provider_permission_denied',
  budget_unavailable: 'provider_unavailable',
  // Formats have no words for these; the status is all that is left.
  flow_failed: 'invalid_request',
  configuration_invalid: 'provider_error',
  internal_error: 'provider_error',
  stream_interrupted: 'provider_error',
  call_interrupted: 'provider_error',
  lossy_translation: 'invalid_request',
};

function describeErrors(dialect: BoundDialect): void {
  it.each(Object.keys(errorTable) as ErrorCode[])('renders and reads back `%s`', (code) => {
    const error = new KeelsonError(code, 'Something is wrong.', { details: { retryAfterMs: 1500 } });
    const reply = dialect.inbound.renderError(error);
    expect(reply.status).toBe(errorTable[code].status);
    expect(JSON.stringify(reply.body)).toContain('Something is wrong.');
    const parsed = dialect.outbound.parseError({ ...reply, body: JSON.stringify(reply.body) });
    const { retry, fault } = errorTable[rereadAs[code] ?? code];
    expect({ code: parsed.code, retry: parsed.row.retry, fault: parsed.row.fault }).toEqual({
      code: parsed.code,
      retry,
      fault,
    });
    expect(parsed.details).toMatchObject({ providerStatus: errorTable[code].status, retryAfterMs: 1500 });
    expect(parsed.details.dialect).toBe(dialect.name);
  });

  it.each<[status: number, code: ErrorCode]>([
    [400, 'invalid_request'],
    [401, 'provider_authentication_failed'],
    [402, 'quota_exhausted'],
    [403, 'provider_permission_denied'],
    [404, 'model_not_found'],
    [408, 'provider_timeout'],
    [413, 'request_too_large'],
    [418, 'invalid_request'],
    [429, 'rate_limited'],
    [500, 'provider_error'],
    [502, 'provider_error'],
    [503, 'provider_unavailable'],
    [504, 'provider_timeout'],
    [529, 'provider_overloaded'],
  ])('reads status %i as `%s`, whatever the body is', (status, code) => {
    for (const body of [
      '',
      '<html>Bad gateway</html>',
      '{}',
      '[]',
      'null',
      '"text"',
      '{"error":null}',
      '{"error":{}}',
    ]) {
      const error = dialect.outbound.parseError(replyOf(body, status));
      expect({ body, code: error.code }).toEqual({ body, code });
      expect(error.message.length).toBeGreaterThan(0);
    }
  });

  it('keeps how long to wait', () => {
    const reply = { status: 429, headers: { 'Retry-After': '7' }, body: '{}' };
    expect(dialect.outbound.parseError(reply).details.retryAfterMs).toBe(7000);
  });

  it('renders what a provider said in this format again as it was', () => {
    const reply = dialect.inbound.renderError(new KeelsonError('rate_limited', 'Slow down.'));
    const parsed = dialect.outbound.parseError({ ...reply, body: JSON.stringify(reply.body) });
    expect(dialect.inbound.renderError(parsed).body).toEqual(reply.body);
  });
}

function describeSecrets(dialect: BoundDialect): void {
  const secret = 'sk-secret-0123456789';
  const headers = {
    authorization: `Bearer ${secret}`,
    Authorization: `Bearer ${secret}`,
    'x-api-key': secret,
    'api-key': secret,
    cookie: secret,
    'proxy-authorization': secret,
  };

  it('lets no credential of a caller into the request', () => {
    const { value } = renderRequest(dialect, plainRequest);
    const request = dialect.inbound.parseRequest({ ...value, headers: { ...value.headers, ...headers } });
    expect(JSON.stringify(request)).not.toContain(secret);
    const { value: sent, losses } = renderRequest(dialect, request);
    expect(JSON.stringify([sent, losses])).not.toContain(secret);
  });

  it('lets no credential of a reply into errors', () => {
    for (const body of ['', '{"error":{"message":"no"}}', '<html>']) {
      const error = dialect.outbound.parseError({ status: 401, headers, body });
      expect(JSON.stringify([error, error.vendor, error.message, error.details])).not.toContain(secret);
      expect(JSON.stringify(dialect.inbound.renderError(error))).not.toContain(secret);
    }
  });

  it('tells nothing of what lies behind an error of ours', () => {
    const error = new KeelsonError('internal_error', 'It broke.', { cause: new Error(secret) });
    expect(JSON.stringify(dialect.inbound.renderError(error))).not.toContain(secret);
    const { frames } = framesOf(dialect, [{ type: 'error', error }], plainRequest);
    expect(JSON.stringify(frames)).not.toContain(secret);
  });
}
