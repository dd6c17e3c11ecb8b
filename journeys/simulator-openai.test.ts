// The official OpenAI client against the simulator, over real sockets: what a user of that library would notice.
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let simulator: Simulator;
let client: OpenAI;
beforeAll(async () => {
  simulator = await startSimulator();
  client = new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'sk-test', maxRetries: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const says = (content: string) => [{ role: 'user' as const, content }];
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const twoCalls = '[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Rome"}]]';

test('a plain answer with text, usage and stop reason', async () => {
  const answer = await client.chat.completions.create({
    model: 'm',
    messages: says('[[text: Ahoy]] [[usage: input=10 cacheRead=4 output=7 reasoning=3]]'),
  });
  expect(answer.choices[0]).toMatchObject({
    message: { role: 'assistant', content: 'Ahoy', refusal: null },
    finish_reason: 'stop',
  });
  expect(answer.usage).toMatchObject({
    prompt_tokens: 10,
    completion_tokens: 7,
    total_tokens: 17,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 3 },
  });
});

test('a stream: text in pieces, then usage, and the client puts the same message together', async () => {
  const stream = client.chat.completions.stream({
    model: 'm',
    messages: says('[[text: one two three]]'),
    stream_options: { include_usage: true },
  });
  const pieces: string[] = [];
  stream.on('content', (delta) => pieces.push(delta));
  const answer = await stream.finalChatCompletion();
  expect(pieces.filter((piece) => piece !== '')).toEqual(['one', ' two', ' three']);
  expect(answer.choices[0]?.message.content).toBe('one two three');
  expect(answer.usage?.completion_tokens).toBe(3);
});

test('parallel tool calls, plain and streamed, and their results', async () => {
  const request = { model: 'm', messages: says(twoCalls), tools: [weather] };
  const plain = await client.chat.completions.create(request);
  const streamed = await client.chat.completions.stream(request).finalChatCompletion();
  for (const { choices } of [plain, streamed]) {
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    const called = choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function);
    expect(called).toMatchObject([
      { name: 'get_weather', arguments: '{"city":"Paris"}' },
      { name: 'get_weather', arguments: '{"city":"Rome"}' },
    ]);
  }
  const message = plain.choices[0]?.message;
  if (message === undefined) throw new Error('There is no message.');
  const results = message.tool_calls?.map(({ id }, index) => ({
    role: 'tool' as const,
    tool_call_id: id,
    content: `${index} degrees`,
  }));
  const answer = await client.chat.completions.create({
    ...request,
    messages: [...request.messages, message, ...(results ?? [])],
  });
  expect(answer.choices[0]?.message.content).toContain('0 degrees');
  expect(answer.choices[0]?.message.content).toContain('1 degrees');
});

test('the tool runner of the client comes to an end', async () => {
  const runner = client.chat.completions.runTools({
    model: 'm',
    messages: says('[[tool: get_weather {"city":"Paris"}]] [[then]] [[text: It is sunny.]]'),
    tools: [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          description: 'Tells the weather.',
          parameters: weather.function.parameters,
          parse: (text: string) => JSON.parse(text) as { city: string },
          function: ({ city }: { city: string }) => `sunny in ${city}`,
        },
      },
    ],
  });
  expect(await runner.finalContent()).toBe('It is sunny.');
  expect(simulator.requests.at(-1)?.body).toContain('sunny in Paris');
});

test('structured output', async () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 18 } },
    required: ['name', 'age'],
    additionalProperties: false,
  };
  const answer = await client.chat.completions.create({
    model: 'm',
    messages: says('Who?'),
    response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } },
  });
  expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ name: 'sample name', age: 18 });
});

test('a refusal, several choices, log probabilities', async () => {
  const refused = await client.chat.completions.create({
    model: 'm',
    messages: says('[[refuse: I will not.]]'),
  });
  expect(refused.choices[0]?.message.refusal).toBe('I will not.');
  const answer = await client.chat.completions.create({
    model: 'm',
    n: 2,
    logprobs: true,
    top_logprobs: 2,
    messages: says('[[text: one two]]'),
  });
  expect(answer.choices.map(({ index }) => index)).toEqual([0, 1]);
  expect(answer.choices[1]?.logprobs?.content?.map(({ token }) => token)).toEqual(['one', ' two']);
});

test('images arrive', async () => {
  const content = [
    { type: 'text' as const, text: '[[images]]' },
    { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,aGVsbG8=' } },
  ];
  const answer = await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content }] });
  expect(answer.choices[0]?.message.content).toBe('I saw 1 media: image image/png 5 bytes.');
});

test.each([
  ['bad-request', OpenAI.BadRequestError, 400],
  ['unauthorized', OpenAI.AuthenticationError, 401],
  ['forbidden', OpenAI.PermissionDeniedError, 403],
  ['not-found', OpenAI.NotFoundError, 404],
  ['rate-limit', OpenAI.RateLimitError, 429],
  ['server-error', OpenAI.InternalServerError, 500],
  ['529', OpenAI.InternalServerError, 529],
])('%s is the error class of the client', async (fault, errorClass, status) => {
  const asked = client.chat.completions.create({ model: 'm', messages: says(`[[fault: ${fault}]]`) });
  await expect(asked).rejects.toBeInstanceOf(errorClass);
  await expect(asked).rejects.toMatchObject({
    status,
    message: expect.stringContaining('(simulated)') as string,
  });
});

test('the client waits as it is told and tries again', async () => {
  simulator.script(
    '[[fault: rate-limit retry-after=300ms]] [[then]] [[fault: 503]] [[then]] [[text: at last]]',
  );
  const patient = new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'sk-test', maxRetries: 2 });
  const answer = await patient.chat.completions.create({ model: 'm', messages: says('Hello') });
  expect(answer.choices[0]?.message.content).toBe('at last');
  const [first, second] = simulator.requests;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(280);
  expect(simulator.counts).toMatchObject({ requests: 3, statuses: { '200': 1, '429': 1, '503': 1 } });
});

test('an error in the middle of a stream, a broken connection and a wrong key are errors of the client', async () => {
  const text = '[[text: one two three four]]';
  const run = async (fault: string): Promise<string> => {
    let told = '';
    const stream = await client.chat.completions.create({
      model: 'm',
      stream: true,
      messages: says(`${text} [[fault: ${fault}]]`),
    });
    try {
      for await (const { choices } of stream) told += choices[0]?.delta.content ?? '';
    } catch (error) {
      return `${told} / ${error instanceof Error ? error.constructor.name : ''}`;
    }
    return told;
  };
  expect(await run('error-mid-stream')).toMatch(/^one two? ?\/ APIError$/);
  expect(await run('reset-mid-stream')).toMatch(/^one.* \/ \w+Error$/);
  const stranger = new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'invalid', maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
});

test('Azure: the client for deployments is served, and its key is hidden', async () => {
  const { AzureOpenAI } = await import('openai');
  const azure = new AzureOpenAI({
    endpoint: simulator.url,
    apiKey: 'secret-key',
    apiVersion: '2026-01-01',
    deployment: 'mine',
    maxRetries: 0,
  });
  const answer = await azure.chat.completions.create({ model: 'mine', messages: says('[[text: Ahoy]]') });
  expect(answer.choices[0]?.message.content).toBe('Ahoy');
  expect(simulator.requests[0]?.path).toBe('/openai/deployments/mine/chat/completions');
  expect(JSON.stringify(simulator.requests)).not.toContain('secret-key');
});
