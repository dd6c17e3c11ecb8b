/** The official OpenAI SDK against the failures of a vendor: each ends in the class of error that its users catch. */
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { model } from './samples.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const connect = (
  options: { maxRetries?: number; timeout?: number; apiKey?: string; baseURL?: string } = {},
): OpenAI =>
  new OpenAI({
    apiKey: 'test',
    baseURL: `${simulator.url}/v1`,
    maxRetries: 0,
    timeout: 20_000,
    logLevel: 'off',
    ...options,
  });

type Ask = (content: string, client?: OpenAI) => Promise<string>;

const whole: Ask = async (content, client = connect()) => {
  const answer = await client.chat.completions.create({ model, messages: [{ role: 'user', content }] });
  return answer.choices[0]?.message.content ?? '';
};

const streamed: Ask = async (content, client = connect()) => {
  let text = '';
  for await (const piece of piecesOf(content, client)) text += piece;
  return text;
};

async function* piecesOf(content: string, client = connect()): AsyncGenerator<string> {
  const body = { model, messages: [{ role: 'user' as const, content }], stream: true as const };
  const stream = await client.chat.completions.create(body);
  for await (const chunk of stream) yield chunk.choices[0]?.delta.content ?? '';
}

const ways = [
  { way: 'whole', ask: whole },
  { way: 'streamed', ask: streamed },
];

const statuses = [
  { fault: 'bad-request', status: 400, errorClass: OpenAI.BadRequestError },
  { fault: '401', status: 401, errorClass: OpenAI.AuthenticationError },
  { fault: 'forbidden', status: 403, errorClass: OpenAI.PermissionDeniedError },
  { fault: '404', status: 404, errorClass: OpenAI.NotFoundError },
  { fault: '408', status: 408, errorClass: OpenAI.APIError },
  { fault: 'conflict', status: 409, errorClass: OpenAI.ConflictError },
  { fault: '413', status: 413, errorClass: OpenAI.APIError },
  { fault: '422', status: 422, errorClass: OpenAI.UnprocessableEntityError },
  { fault: 'rate-limit retry-after=7', status: 429, errorClass: OpenAI.RateLimitError },
  { fault: 'server-error', status: 500, errorClass: OpenAI.InternalServerError },
  { fault: 'unavailable', status: 503, errorClass: OpenAI.InternalServerError },
  { fault: '529', status: 529, errorClass: OpenAI.InternalServerError },
];

describe.each(ways)('the OpenAI SDK, $way', ({ ask }) => {
  it.each(statuses)('maps status $status', async ({ fault, status, errorClass }) => {
    const failure = (await failureOf(ask(`[[fault: ${fault}]]`))) as InstanceType<typeof OpenAI.APIError>;
    expect(failure.constructor).toBe(errorClass);
    expect(failure.status).toBe(status);
    expect(failure.message).toMatch(/\(simulated\)/);
    expect(failure.type).toBeTypeOf('string');
    expect(failure.requestID).toMatch(/^sim-/);
    expect(simulator.counts.requests).toBe(1);
  });

  it('learns how long to wait', async () => {
    const failure = await failureOf(ask('[[fault: rate-limit retry-after=7]]'));
    const { headers } = failure as InstanceType<typeof OpenAI.RateLimitError>;
    expect(headers.get('retry-after')).toBe('7');
  });

  it('is refused a key that is not valid', async () => {
    const failure = await failureOf(ask('Hello.', connect({ apiKey: 'invalid' })));
    expect(failure).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  it('is told which field is wrong', async () => {
    const body = { model, messages: [{ role: 'sailor', content: 'Ahoy.' }] };
    const failing = failureOf(connect().post('/chat/completions', { body }));
    expect(await failing).toMatchObject({ status: 400, param: 'messages[0].role' });
    expect(await failing).toBeInstanceOf(OpenAI.BadRequestError);
  });

  it('reports a refused connection', async () => {
    const gone = await startSimulator();
    await gone.close();
    const client = connect({ baseURL: `${gone.url}/v1` });
    expect(await failureOf(ask('Hello.', client))).toBeInstanceOf(OpenAI.APIConnectionError);
  });

  it('outlasts a vendor that refuses connections for a moment', async () => {
    simulator.refuse('100ms');
    expect(await ask('[[text: back]]', connect({ maxRetries: 6 }))).toBe('back');
  });

  it('reports a connection that is reset before the answer', async () => {
    const failure = await failureOf(ask('[[fault: reset-before-headers]]'));
    expect(failure).toBeInstanceOf(OpenAI.APIConnectionError);
  });

  it('reports its own timeout, and the vendor sees it leave', async () => {
    const client = connect({ timeout: 200 });
    const failure = await failureOf(ask('[[fault: stall-before-first-byte]]', client));
    expect(failure).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });

  it('gives up after the retries that it was allowed', async () => {
    const failure = await failureOf(
      ask('[[fault: unavailable retry-after=50ms]]', connect({ maxRetries: 2 })),
    );
    expect(failure).toBeInstanceOf(OpenAI.InternalServerError);
    expect(simulator.counts.statuses).toEqual({ 503: 3 });
  });
});

describe('the OpenAI SDK, whole', () => {
  it('tries again after exactly the time that the vendor asks for', async () => {
    simulator.script('[[fault: rate-limit retry-after=1]] [[then]] [[text: at last]]');
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

  it('reports its own timeout when the body stalls', async () => {
    const client = connect({ timeout: 300 });
    const failure = await failureOf(whole('[[text: one two]] [[fault: stall-between-chunks]]', client));
    expect(failure).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
  });

  it('sees no completion in an answer of another content type', async () => {
    const body = {
      model,
      messages: [{ role: 'user' as const, content: '[[text: x]] [[fault: wrong-content-type]]' }],
    };
    expect(await connect().chat.completions.create(body)).toBeTypeOf('string');
  });

  it('reads an answer that comes byte by byte, or without usage', async () => {
    expect(await whole('[[text: 順風 and fair winds]] [[fault: one-byte-per-packet]]')).toBe(
      '順風 and fair winds',
    );
    expect(await whole('[[text: fair winds]] [[fault: missing-usage]]')).toBe('fair winds');
  });
});

describe('the OpenAI SDK, streamed', () => {
  const text = '[[text: one two three four five six seven eight]]';

  it('reports an error event in mid-stream after what had come', async () => {
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of piecesOf(`${text} [[fault: error-mid-stream after=4]]`)) pieces.push(piece);
    })();
    const failure = (await failureOf(reading)) as InstanceType<typeof OpenAI.APIError>;
    expect(failure.constructor).toBe(OpenAI.APIError);
    expect(failure.message).toContain('overloaded');
    expect(pieces.join('')).toBe('one two three');
  });

  it('fails on an event that is no JSON, or cut off', async () => {
    expect(await failureOf(streamed(`${text} [[fault: malformed-json after=2]]`))).toBeInstanceOf(
      SyntaxError,
    );
    expect(await failureOf(streamed(`${text} [[fault: truncated-frame after=2]]`))).toBeInstanceOf(
      SyntaxError,
    );
  });

  it('fails when the connection breaks', async () => {
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of piecesOf(`${text} [[fault: reset-mid-stream after=4]]`)) pieces.push(piece);
    })();
    expect(await failureOf(reading)).toBeInstanceOf(TypeError);
    expect('one two three four'.startsWith(pieces.join(''))).toBe(true);
  });

  it('stops waiting when its caller does', async () => {
    const leaving = new AbortController();
    const body = {
      model,
      messages: [{ role: 'user' as const, content: `${text} [[fault: stall-between-chunks after=3]]` }],
      stream: true as const,
    };
    const stream = await connect().chat.completions.create(body, { signal: leaving.signal });
    let seen = '';
    for await (const chunk of stream) {
      seen += chunk.choices[0]?.delta.content ?? '';
      if (seen === 'one two') leaving.abort();
    }
    expect(seen).toBe('one two');
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
