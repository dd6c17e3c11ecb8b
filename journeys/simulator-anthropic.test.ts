// The official Anthropic client against the simulator, over real sockets: what a user of that library would notice.
import Anthropic from '@anthropic-ai/sdk';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let simulator: Simulator;
let client: Anthropic;
beforeAll(async () => {
  simulator = await startSimulator();
  client = new Anthropic({ baseURL: simulator.url, apiKey: 'sk-test', maxRetries: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const ask = (content: string) => ({
  model: 'm',
  max_tokens: 1000,
  messages: [{ role: 'user' as const, content }],
});
const weather: Anthropic.Tool = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const twoCalls = '[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Rome"}]]';

test('a plain answer with text, usage and stop reason', async () => {
  const answer = await client.messages.create(
    ask('[[text: Ahoy]] [[usage: input=10 cacheRead=4 cacheWrite5m=2 output=7]]'),
  );
  expect(answer).toMatchObject({
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: 'Ahoy' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 4, cache_read_input_tokens: 4, cache_creation_input_tokens: 2, output_tokens: 7 },
  });
});

test('a stream: text in pieces, usage at the start and at the end, and the client puts the same message together', async () => {
  const stream = client.messages.stream(
    ask('[[text: one two three]] [[usage: input=10 cacheRead=4 output=7]]'),
  );
  const pieces: string[] = [];
  stream.on('text', (delta) => pieces.push(delta));
  const starts: Anthropic.Usage[] = [];
  stream.on(
    'streamEvent',
    (event) => event.type === 'message_start' && starts.push({ ...event.message.usage }),
  );
  const answer = await stream.finalMessage();
  expect(pieces).toEqual(['one', ' two', ' three']);
  expect(starts[0]).toMatchObject({ input_tokens: 6, cache_read_input_tokens: 4 });
  expect(answer).toMatchObject({
    content: [{ type: 'text', text: 'one two three' }],
    usage: { input_tokens: 6, output_tokens: 7 },
  });
});

test('parallel tool calls, plain and streamed, and their results', async () => {
  const request = { ...ask(twoCalls), tools: [weather] };
  const plain = await client.messages.create(request);
  const streamed = await client.messages.stream(request).finalMessage();
  for (const answer of [plain, streamed]) {
    expect(answer.stop_reason).toBe('tool_use');
    expect(answer.content).toMatchObject([
      { type: 'tool_use', name: 'get_weather', input: { city: 'Paris' } },
      { type: 'tool_use', name: 'get_weather', input: { city: 'Rome' } },
    ]);
  }
  const results = plain.content.flatMap((block, index) =>
    block.type === 'tool_use'
      ? [
          {
            type: 'tool_result' as const,
            tool_use_id: block.id,
            content: `${index} degrees`,
            is_error: index === 1,
          },
        ]
      : [],
  );
  const messages = [
    ...request.messages,
    { role: 'assistant' as const, content: plain.content },
    { role: 'user' as const, content: results },
  ];
  const answer = await client.messages.create({ ...request, messages });
  expect(answer.content).toMatchObject([
    { type: 'text', text: expect.stringMatching(/answered: 0 degrees\n.*failed with: 1 degrees/) as string },
  ]);
});

test('reasoning with a signature comes back unchanged, and is refused when it was changed', async () => {
  const request = {
    ...ask('[[reason: Let me think.]] [[redacted]] [[text: Done]]'),
    thinking: { type: 'enabled' as const, budget_tokens: 1024 },
    max_tokens: 2000,
  };
  const answer = await client.messages.stream(request).finalMessage();
  expect(answer.content).toMatchObject([
    { type: 'thinking', thinking: 'Let me think.', signature: expect.stringMatching(/./) as string },
    { type: 'redacted_thinking', data: expect.stringMatching(/./) as string },
    { type: 'text', text: 'Done' },
  ]);
  const reply = (content: Anthropic.ContentBlock[]) =>
    client.messages.create({
      ...request,
      messages: [
        ...request.messages,
        { role: 'assistant', content },
        { role: 'user', content: '[[text: Fine]]' },
      ],
    });
  expect((await reply(answer.content)).content).toMatchObject([{ text: 'Fine' }]);
  const changed = answer.content.map((block) =>
    block.type === 'thinking' ? { ...block, thinking: 'Let me not.' } : block,
  );
  await expect(reply(changed)).rejects.toBeInstanceOf(Anthropic.BadRequestError);
});

test('structured output', async () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
    additionalProperties: false,
  };
  const answer = await client.messages.create({
    ...ask('Who?'),
    output_config: { format: { type: 'json_schema', schema } },
  });
  const [block] = answer.content;
  expect(block?.type === 'text' && JSON.parse(block.text)).toEqual({ name: 'sample name', age: 1 });
});

test('stop sequences, refusals, images and token counting', async () => {
  const stopped = await client.messages.create({ ...ask('[[text: one END two]]'), stop_sequences: ['END'] });
  expect(stopped).toMatchObject({
    stop_reason: 'stop_sequence',
    stop_sequence: 'END',
    content: [{ text: 'one ' }],
  });
  expect((await client.messages.create(ask('[[refuse: I will not.]]'))).stop_reason).toBe('refusal');
  const image = {
    type: 'image' as const,
    source: { type: 'base64' as const, media_type: 'image/png' as const, data: 'aGVsbG8=' },
  };
  const seen = await client.messages.create({
    ...ask(''),
    messages: [{ role: 'user', content: [image, { type: 'text', text: '[[images]]' }] }],
  });
  expect(seen.content).toMatchObject([{ text: 'I saw 1 media: image image/png 5 bytes.' }]);
  const { messages, model } = ask('one two three');
  expect(await client.messages.countTokens({ messages, model })).toEqual({ input_tokens: 3 });
});

test.each([
  ['bad-request', Anthropic.BadRequestError, 400, 'invalid_request_error'],
  ['unauthorized', Anthropic.AuthenticationError, 401, 'authentication_error'],
  ['forbidden', Anthropic.PermissionDeniedError, 403, 'permission_error'],
  ['not-found', Anthropic.NotFoundError, 404, 'not_found_error'],
  ['rate-limit', Anthropic.RateLimitError, 429, 'rate_limit_error'],
  ['server-error', Anthropic.InternalServerError, 500, 'api_error'],
  ['overloaded', Anthropic.InternalServerError, 529, 'overloaded_error'],
])('%s is the error class of the client', async (fault, errorClass, status, type) => {
  const asked = client.messages.create(ask(`[[fault: ${fault}]]`));
  await expect(asked).rejects.toBeInstanceOf(errorClass);
  await expect(asked).rejects.toMatchObject({ status, error: { error: { type } } });
});

test('an error in the middle of a stream is told by the client', async () => {
  const stream = client.messages.stream(ask('[[text: one two three]] [[fault: error-mid-stream after=4]]'));
  let told = '';
  stream.on('text', (delta) => {
    told += delta;
  });
  await expect(stream.finalMessage()).rejects.toThrow('overloaded');
  expect(told).toMatch(/^one/);
});

test('the client waits as it is told and tries again', async () => {
  simulator.script('[[fault: overloaded retry-after=300ms]] [[then]] [[text: at last]]');
  const patient = new Anthropic({ baseURL: simulator.url, apiKey: 'sk-test', maxRetries: 1 });
  expect((await patient.messages.create(ask('Hello'))).content).toMatchObject([{ text: 'at last' }]);
  const [first, second] = simulator.requests;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(280);
});
