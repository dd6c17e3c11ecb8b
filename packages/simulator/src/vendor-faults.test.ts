// Faults as each vendor tells them: status, headers and body, and the last event of a stream that breaks off. The bodies
// are pinned whole, because clients of these vendors know errors by them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addressOf,
  ask,
  type DialectName,
  dialectNames,
  post,
  renderCall,
  userSays,
} from './__fixtures__/ask.ts';
import type { FaultName } from './faults/index.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

interface Pinned {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const words: Partial<Record<FaultName, string>> = {
  unauthorized: 'The API key is not valid (simulated).',
  unprocessable: 'The request cannot be processed (simulated).',
  overloaded: 'The service is overloaded (simulated).',
  'rate-limit': 'The rate limit is reached (simulated).',
};

const openAi = (status: number, error: object): Pinned => ({
  status,
  body: { error: { param: null, code: null, ...error } },
});
const refused = { type: 'invalid_request_error' };
const openAiFaults = {
  unauthorized: openAi(401, {
    ...refused,
    code: 'invalid_api_key',
    message: 'Incorrect API key provided. (simulated)',
  }),
  'not-found': openAi(404, {
    ...refused,
    code: 'model_not_found',
    message: 'The model does not exist (simulated).',
  }),
  unprocessable: openAi(422, { ...refused, message: words.unprocessable }),
  'rate-limit': openAi(429, { type: 'requests', code: 'rate_limit_exceeded', message: words['rate-limit'] }),
  overloaded: openAi(503, {
    type: 'service_unavailable_error',
    code: 'server_is_overloaded',
    message: words.overloaded,
  }),
};

const anthropic = (status: number, type: string, message: string | undefined): Pinned => ({
  status,
  body: { type: 'error', error: { type, message }, request_id: expect.stringMatching(/^sim-/) as unknown },
});

const bedrock = (status: number, type: string, message: string | undefined): Pinned => ({
  status,
  body: { message },
  headers: { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` },
});

const cohere = (status: number, message: string | undefined): Pinned => ({
  status,
  body: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown, message },
});

const gemini = (code: number, status: string, message: string | undefined, detail?: object): Pinned => ({
  status: code,
  body: { error: { code, message, status, ...(detail !== undefined && { details: [detail] }) } },
  headers: { 'content-type': 'application/json; charset=UTF-8' },
});
const googleType = (type: string) => ({ '@type': `type.googleapis.com/google.rpc.${type}` });

const mistral = (status: number, type: string, code: string | null, message: string): Pinned => ({
  status,
  body: { object: 'error', message, type, param: null, code, raw_status_code: status },
});

const ollama = (status: number, error: string | undefined): Pinned => ({
  status,
  body: { error },
  headers: { 'content-type': 'application/json; charset=utf-8' },
});
const ollamaFaults = {
  unauthorized: ollama(401, 'unauthorized (simulated)'),
  'not-found': ollama(404, 'model not found, try pulling it first (simulated)'),
  unprocessable: ollama(422, words.unprocessable),
  'rate-limit': ollama(429, words['rate-limit']),
  overloaded: ollama(503, 'server busy, please try again. maximum pending requests exceeded (simulated)'),
};

const tried = ['unauthorized', 'not-found', 'unprocessable', 'rate-limit', 'overloaded'] as const;

const pinned: Readonly<Record<DialectName, Readonly<Record<(typeof tried)[number], Pinned>>>> = {
  'anthropic-messages': {
    unauthorized: anthropic(401, 'authentication_error', 'invalid x-api-key (simulated)'),
    'not-found': anthropic(404, 'not_found_error', 'The model does not exist (simulated).'),
    unprocessable: anthropic(422, 'invalid_request_error', words.unprocessable),
    'rate-limit': anthropic(429, 'rate_limit_error', words['rate-limit']),
    overloaded: anthropic(529, 'overloaded_error', 'Overloaded (simulated)'),
  },
  'bedrock-converse': {
    unauthorized: bedrock(
      403,
      'UnrecognizedClientException',
      'The security token included in the request is invalid. (simulated)',
    ),
    'not-found': bedrock(400, 'ValidationException', 'The provided model identifier is invalid. (simulated)'),
    unprocessable: bedrock(400, 'ValidationException', words.unprocessable),
    'rate-limit': bedrock(
      429,
      'ThrottlingException',
      'Too many requests, please wait before trying again. (simulated)',
    ),
    overloaded: bedrock(
      503,
      'ServiceUnavailableException',
      'Bedrock is unable to process your request. (simulated)',
    ),
  },
  'cohere-chat': {
    unauthorized: cohere(401, 'invalid api token (simulated)'),
    'not-found': cohere(
      404,
      'model not found, make sure the correct model ID was used and that you have access to the model. (simulated)',
    ),
    unprocessable: cohere(422, words.unprocessable),
    'rate-limit': cohere(429, 'Please wait and try again later (simulated)'),
    overloaded: cohere(503, words.overloaded),
  },
  'gemini-generate': {
    unauthorized: gemini(
      400,
      'INVALID_ARGUMENT',
      'API key not valid. Please pass a valid API key. (simulated)',
      { ...googleType('ErrorInfo'), reason: 'API_KEY_INVALID', domain: 'googleapis.com' },
    ),
    'not-found': gemini(404, 'NOT_FOUND', 'The model does not exist (simulated).'),
    unprocessable: gemini(400, 'INVALID_ARGUMENT', words.unprocessable),
    'rate-limit': gemini(429, 'RESOURCE_EXHAUSTED', words['rate-limit'], {
      ...googleType('RetryInfo'),
      retryDelay: '2s',
    }),
    overloaded: gemini(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later. (simulated)'),
  },
  'mistral-chat': {
    unauthorized: { status: 401, body: { detail: 'Unauthorized (simulated)' } },
    'not-found': mistral(400, 'invalid_model', '1500', 'Invalid model (simulated)'),
    unprocessable: {
      status: 422,
      body: {
        detail: [{ type: 'value_error', loc: ['body', 'messages'], msg: words.unprocessable, input: null }],
      },
    },
    'rate-limit': mistral(429, 'rate_limited', '1300', 'Rate limit exceeded (simulated)'),
    overloaded: mistral(
      429,
      'service_tier_capacity_exceeded',
      '3505',
      'Service tier capacity exceeded for this model. (simulated)',
    ),
  },
  'ollama-chat': ollamaFaults,
  'ollama-generate': ollamaFaults,
  'openai-chat': openAiFaults,
  'openai-completions': openAiFaults,
  'openai-responses': {
    ...openAiFaults,
    'not-found': openAi(400, {
      ...refused,
      param: 'model',
      code: 'model_not_found',
      message: 'The model does not exist (simulated).',
    }),
  },
};

/** The last event of a stream that breaks off: its name, and what it says. */
const lastEvents: Readonly<Record<DialectName, readonly [event: string | undefined, data: unknown]>> = {
  'anthropic-messages': ['error', pinned['anthropic-messages'].overloaded.body],
  'bedrock-converse': ['serviceUnavailableException', pinned['bedrock-converse'].overloaded.body],
  'cohere-chat': [
    'message-end',
    {
      type: 'message-end',
      delta: expect.objectContaining({ finish_reason: 'ERROR', error: words.overloaded }) as unknown,
    },
  ],
  'gemini-generate': [undefined, pinned['gemini-generate'].overloaded.body],
  'mistral-chat': [undefined, pinned['mistral-chat'].overloaded.body],
  'ollama-chat': [undefined, ollamaFaults.overloaded.body],
  'ollama-generate': [undefined, ollamaFaults.overloaded.body],
  'openai-chat': [undefined, openAiFaults.overloaded.body],
  'openai-completions': [undefined, openAiFaults.overloaded.body],
  'openai-responses': [
    'error',
    {
      type: 'error',
      code: 'server_is_overloaded',
      message: words.overloaded,
      param: null,
      sequence_number: expect.any(Number) as unknown,
    },
  ],
};

describe.each(dialectNames)('%s', (dialect) => {
  test.each(tried)('%s', async (fault) => {
    const asked = fault === 'rate-limit' ? 'rate-limit retry-after=2' : fault;
    const call = renderCall(dialect, userSays(`[[fault: ${asked}]]`));
    const { status, text, headers } = await post(`${simulator.url}${addressOf(dialect, call)}`, call.body);
    const expected = pinned[dialect][fault];
    expect(JSON.parse(text)).toEqual(expected.body);
    expect(status).toBe(expected.status);
    for (const [name, value] of Object.entries({ 'content-type': 'application/json', ...expected.headers }))
      expect(headers.get(name)).toBe(value);
  });

  test('the last event of a stream that breaks off', async () => {
    const request = userSays('[[text: one two three]] [[fault: error-mid-stream]]', { stream: true });
    const { frames } = await ask(simulator, dialect, request);
    const last = frames.filter(({ data }) => data !== '[DONE]').at(-1);
    expect([last?.event, JSON.parse(last?.data ?? '')]).toEqual(lastEvents[dialect]);
  });
});

describe('a request decides how it is answered', () => {
  const gemini = (text: string) => ({ contents: [{ role: 'user', parts: [{ text }] }] });
  const geminiStream = '/v1beta/models/m:streamGenerateContent';

  test('gemini-generate: a list, and errors in it', async () => {
    const whole = await post(`${simulator.url}${geminiStream}`, gemini('[[text: one two]]'));
    expect(whole.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(JSON.parse(whole.text)).toHaveLength(3);
    const broken = await post(
      `${simulator.url}${geminiStream}`,
      gemini('[[text: one two]] [[fault: error-mid-stream after=1]]'),
    );
    const [answer, error] = JSON.parse(broken.text) as [unknown, unknown];
    expect(answer).toHaveProperty('candidates');
    expect(error).toEqual(pinned['gemini-generate'].overloaded.body);
    const refused = await post(`${simulator.url}${geminiStream}`, gemini('[[fault: overloaded]]'));
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.text)).toEqual([pinned['gemini-generate'].overloaded.body]);
  });

  test('gemini-generate with alt=sse: events, and an error that calls itself one', async () => {
    const address = `${simulator.url}${geminiStream}?alt=sse`;
    const { headers } = await post(address, gemini('[[text: one two]]'));
    expect(headers.get('content-type')).toBe('text/event-stream');
    const refused = await post(address, gemini('[[fault: overloaded]]'));
    expect(refused.headers.get('content-type')).toBe('text/event-stream');
    expect(JSON.parse(refused.text)).toEqual(pinned['gemini-generate'].overloaded.body);
  });

  test('cohere-chat: lines of JSON in version 1, events in version 2', async () => {
    const text = '[[text: one two]] [[fault: error-mid-stream after=2]]';
    const first = await post(`${simulator.url}/v1/chat`, { model: 'm', message: text, stream: true });
    expect(first.headers.get('content-type')).toBe('application/stream+json');
    const lines = first.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines.at(-1)).toEqual({
      is_finished: true,
      event_type: 'stream-end',
      finish_reason: 'ERROR',
      error: words.overloaded,
    });
    const messages = [{ role: 'user', content: text }];
    const second = await post(`${simulator.url}/v2/chat`, { model: 'm', messages, stream: true });
    expect(second.headers.get('content-type')).toBe('text/event-stream');
  });

  test('ollama: silence about `stream` asks for one', async () => {
    const { headers, text } = await post(`${simulator.url}/api/generate`, {
      model: 'm',
      prompt: '[[text: one two]]',
    });
    expect(headers.get('content-type')).toBe('application/x-ndjson');
    expect(text.trim().split('\n')).toHaveLength(3);
  });
});

test.each([
  ['/v1/embeddings', { model: 'e', input: 'x' }, { error: { code: 'rate_limit_exceeded' } }],
  [
    '/v2/embed',
    { model: 'e', texts: ['x'], input_type: 'classification' },
    { message: expect.any(String) as unknown },
  ],
  ['/v2/rerank', { model: 'r', query: 'q', documents: ['a'] }, { message: expect.any(String) as unknown }],
  [
    '/v1beta/models/e:embedContent',
    { content: { parts: [{ text: 'x' }] } },
    { error: { status: 'RESOURCE_EXHAUSTED' } },
  ],
  ['/api/embed', { model: 'e', input: 'x' }, { error: words['rate-limit'] }],
])('%s fails in the form of its vendor as well', async (path, body, form) => {
  simulator.fault('rate-limit');
  const { status, text } = await post(`${simulator.url}${path}`, body);
  expect(status).toBe(429);
  expect(JSON.parse(text)).toMatchObject(form);
});
