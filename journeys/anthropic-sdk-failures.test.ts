/** The official Anthropic SDK against the failures of a vendor: each ends in the class of error that its users catch. */
import Anthropic from '@anthropic-ai/sdk';
import {
  ContentTooLargeError,
  OverloadedError,
  RequestTimeoutError,
  ServiceUnavailableError,
} from '@anthropic-ai/sdk/error';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { model, roomForAnswer } from './samples.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const connect = (
  options: { maxRetries?: number; timeout?: number; apiKey?: string; baseURL?: string } = {},
): Anthropic =>
  new Anthropic({
    apiKey: 'test',
    baseURL: simulator.url,
    maxRetries: 0,
    timeout: 20_000,
    logLevel: 'off',
    ...options,
  });

type Ask = (content: string, client?: Anthropic) => Promise<string>;

const bodyOf = (content: string) => ({
  model,
  max_tokens: roomForAnswer,
  messages: [{ role: 'user' as const, content }],
});
const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('');

const whole: Ask = async (content, client = connect()) =>
  textOf(await client.messages.create(bodyOf(content)));

/** The accumulating helper, whose failures are those of most callers. */
const streamed: Ask = async (content, client = connect()) =>
  textOf(await client.messages.stream(bodyOf(content)).finalMessage());

const ways = [
  { way: 'whole', ask: whole },
  { way: 'streamed', ask: streamed },
];

const statuses = [
  { fault: 'bad-request', status: 400, errorClass: Anthropic.BadRequestError },
  { fault: 'unauthorized', status: 401, errorClass: Anthropic.AuthenticationError },
  { fault: 'forbidden', status: 403, errorClass: Anthropic.PermissionDeniedError },
  { fault: 'not-found', status: 404, errorClass: Anthropic.NotFoundError },
  { fault: 'timeout', status: 408, errorClass: RequestTimeoutError },
  { fault: 'conflict', status: 409, errorClass: Anthropic.ConflictError },
  { fault: 'too-large', status: 413, errorClass: ContentTooLargeError },
  { fault: 'unprocessable', status: 422, errorClass: Anthropic.UnprocessableEntityError },
  { fault: 'rate-limit retry-after=7', status: 429, errorClass: Anthropic.RateLimitError },
  { fault: 'server-error', status: 500, errorClass: Anthropic.InternalServerError },
  { fault: 'unavailable', status: 503, errorClass: ServiceUnavailableError },
  { fault: 'overloaded', status: 529, errorClass: OverloadedError },
];

const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'api_error',
  529: 'overloaded_error',
};

describe.each(ways)('the Anthropic SDK, $way', ({ ask }) => {
  it.each(statuses)('maps status $status', async ({ fault, status, errorClass }) => {
    const failure = (await failureOf(ask(`[[fault: ${fault}]]`))) as InstanceType<typeof Anthropic.APIError>;
    expect(failure.constructor).toBe(errorClass);
    expect(failure.status).toBe(status);
    expect(failure.apiMessage).toMatch(/\(simulated\)/);
    expect(failure.type).toBe(types[status] ?? 'invalid_request_error');
    expect(failure.requestID).toMatch(/^sim-/);
    expect(simulator.counts.requests).toBe(1);
  });

  it('learns how long to wait', async () => {
    const failure = await failureOf(ask('[[fault: rate-limit retry-after=7]]'));
    const { headers } = failure as InstanceType<typeof Anthropic.RateLimitError>;
    expect(headers.get('retry-after')).toBe('7');
  });

  it('is refused a key that is not valid', async () => {
    const failure = await failureOf(ask('Hello.', connect({ apiKey: 'invalid' })));
    expect(failure).toBeInstanceOf(Anthropic.AuthenticationError);
  });

  it('reports a refused connection', async () => {
    const gone = await startSimulator();
    await gone.close();
    const client = connect({ baseURL: gone.url });
    expect(await failureOf(ask('Hello.', client))).toBeInstanceOf(Anthropic.APIConnectionError);
  });

  it('outlasts a vendor that refuses connections for a moment', async () => {
    simulator.refuse('100ms');
    expect(await ask('[[text: back]]', connect({ maxRetries: 6 }))).toBe('back');
  });

  it('reports a connection that is reset before the answer', async () => {
    const failure = await failureOf(ask('[[fault: reset-before-headers]]'));
    expect(failure).toBeInstanceOf(Anthropic.APIConnectionError);
  });

  it('reports its own timeout, and the vendor sees it leave', async () => {
    const client = connect({ timeout: 200 });
    const failure = await failureOf(ask('[[fault: stall-before-first-byte]]', client));
    expect(failure).toBeInstanceOf(Anthropic.APIConnectionTimeoutError);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });

  it('gives up after the retries that it was allowed', async () => {
    const failure = await failureOf(
      ask('[[fault: unavailable retry-after=50ms]]', connect({ maxRetries: 2 })),
    );
    expect(failure).toBeInstanceOf(ServiceUnavailableError);
    expect(simulator.counts.statuses).toEqual({ 503: 3 });
  });
});

describe('the Anthropic SDK, whole', () => {
  it('tries again after exactly the time that the vendor asks for', async () => {
    simulator.script('[[fault: overloaded retry-after=1]] [[then]] [[text: at last]]');
    expect(await whole('Hello.', connect({ maxRetries: 1 }))).toBe('at last');
    const [first, second] = simulator.requests;
    // Without our header the SDK would wait half a second at most.
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(990);
  });

  it('fails on JSON that is cut off', async () => {
    expect(await failureOf(whole('[[fault: malformed-json]]'))).toBeInstanceOf(SyntaxError);
  });

  it('fails when the connection breaks in the body', async () => {
    expect(await failureOf(whole('[[text: one two]] [[fault: reset-mid-stream]]'))).toBeInstanceOf(TypeError);
  });

  it('sees no message in an answer of another content type', async () => {
    const answer = await connect().messages.create(bodyOf('[[text: x]] [[fault: wrong-content-type]]'));
    expect(answer).toBeTypeOf('string');
  });

  it('reads an answer that comes byte by byte, or without usage', async () => {
    expect(await whole('[[text: 順風 and fair winds]] [[fault: one-byte-per-packet]]')).toBe(
      '順風 and fair winds',
    );
    expect(await whole('[[text: fair winds]] [[fault: missing-usage]]')).toBe('fair winds');
  });
});

describe('the Anthropic SDK, streamed', () => {
  const text = '[[text: one two three four five six seven eight]]';

  it('reports an error event in mid-stream after what had come', async () => {
    const stream = connect().messages.stream(bodyOf(`${text} [[fault: error-mid-stream after=5]]`));
    let seen = '';
    stream.on('text', (piece) => {
      seen += piece;
    });
    const failure = (await failureOf(stream.finalMessage())) as InstanceType<typeof Anthropic.APIError>;
    expect(failure).toBeInstanceOf(Anthropic.APIError);
    expect(failure.type).toBe('overloaded_error');
    expect(failure.message).toContain('overloaded');
    expect(seen).toBe('one two three');
  });

  it.each([
    'malformed-json after=3',
    'truncated-frame after=3',
    'missing-end',
    'reset-mid-stream after=4',
  ])('fails on %s', async (fault) => {
    expect(await failureOf(streamed(`${text} [[fault: ${fault}]]`))).toBeInstanceOf(Anthropic.AnthropicError);
  });

  it('stops waiting when its caller does', async () => {
    const stream = connect().messages.stream(bodyOf(`${text} [[fault: stall-between-chunks after=5]]`));
    let seen = '';
    stream.on('text', (piece) => {
      seen += piece;
      if (seen === 'one two three') stream.abort();
    });
    expect(await failureOf(stream.finalMessage())).toBeInstanceOf(Anthropic.APIUserAbortError);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });

  it('reads a stream that comes byte by byte, slowly, without usage or under another content type', async () => {
    const expected = 'one two three four five six seven eight';
    for (const fault of [
      'one-byte-per-packet',
      'slow-drip every=1ms',
      'missing-usage',
      'wrong-content-type',
    ]) {
      expect(await streamed(`${text} [[fault: ${fault}]]`), fault).toBe(expected);
    }
  });
});
