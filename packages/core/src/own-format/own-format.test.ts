// Our own format both ways: what one half says, the other understands, and nothing is lost on the way.
import { expect, test } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { type ChatEvent, type ChatRequest, fold, unfold, type WireReply } from '../message/index.ts';
import { ownDialects } from './index.ts';

const { chat } = ownDialects;
const asText = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const request: ChatRequest = {
  model: 'fast',
  system: [{ type: 'text', text: 'Be brief.', cache: { ttl: '5m' } }],
  turns: [
    {
      role: 'user',
      parts: [{ type: 'image', source: { kind: 'base64', data: 'aGk=', mediaType: 'image/png' } }],
    },
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.', opaque: { dialect: 'anthropic-messages', value: 'sig' } },
        {
          type: 'tool-call',
          id: 'c1',
          name: 'look',
          arguments: '{}',
          spelling: { dialect: 'x', nulls: ['a'] },
        },
      ],
    },
    {
      role: 'tool',
      parts: [{ type: 'tool-result', callId: 'c1', parts: [{ type: 'text', text: 'sunny' }] }],
    },
  ],
  tools: [{ type: 'function', name: 'look', parameters: { type: 'object' } }],
  toolChoice: { type: 'allowed', mode: 'auto', tools: [{ type: 'function', name: 'look' }] },
  outputFormat: { type: 'json-schema', schema: {}, strict: true },
  sampling: { temperature: 0.5, topK: 3 },
  reasoning: { effort: 'low' },
  service: { tier: 'flex', keepAlive: null },
  headers: { 'anthropic-messages': { 'anthropic-beta': 'x' } },
  stream: true,
};

test('a request arrives as it was sent, as one of our own', () => {
  const call = chat.outbound.renderRequest(
    { ...request, dialect: 'openai-chat', answer: { id: 'a' } },
    {},
  ).value;
  expect(call.path).toBe('/keelson/v1/chat');
  const parsed = chat.inbound.parseRequest({ ...call, body: JSON.stringify(call.body) });
  expect(parsed).toEqual({ ...request, dialect: 'keelson' });
});

const events: ChatEvent[] = [
  { type: 'message-start', dialect: 'openai-chat', facts: { id: 'm', model: 'gpt' } },
  { type: 'text-start', index: 0 },
  { type: 'text-delta', index: 0, text: 'Aye, 世界' },
  { type: 'text-end', index: 0 },
  { type: 'usage', usage: { input: { total: 3 }, output: { total: 2 } } },
  { type: 'message-end', stop: { unified: 'stop', raw: 'stop' } },
];

test('an answer is the same whole and streamed', () => {
  const message = fold(events);
  const { value, losses } = chat.inbound.renderResponse(message, request);
  const reply: WireReply = { status: 200, headers: {}, body: JSON.stringify(value) };
  expect(fold(chat.outbound.parseResponse(reply))).toEqual(asText(message));
  const renderer = chat.inbound.createStreamRenderer(request);
  const parser = chat.outbound.createStreamParser({});
  const read = [...unfold(message).flatMap((event) => renderer.push(event)), ...renderer.end()].flatMap(
    (frame) => parser.push(frame),
  );
  expect(fold([...read, ...parser.end()])).toEqual(asText(message));
  expect([losses, renderer.losses]).toEqual([[], []]);
});

test('a stream that ends too early says so', () => {
  const parser = chat.outbound.createStreamParser({});
  for (const event of events.slice(0, 3)) parser.push({ data: JSON.stringify(event) });
  expect(parser.end()).toMatchObject([{ type: 'error', error: { code: 'stream_interrupted' } }]);
});

test('an error keeps its code and its advice, and says nothing of its cause', () => {
  const error = new KeelsonError('rate_limited', 'Slow down.', {
    hint: 'Wait.',
    details: { retryAfterMs: 2000 },
    cause: new Error('secret'),
  });
  const reply = chat.inbound.renderError(error);
  expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
  expect(JSON.stringify(reply)).not.toContain('secret');
  const { code, message, hint, details } = chat.outbound.parseError(reply);
  expect([code, message, hint, details]).toEqual([
    'rate_limited',
    'Slow down.',
    'Wait.',
    { retryAfterMs: 2000 },
  ]);
});

test.each([
  [{ ...request, extensions: { 'openai-chat': { model: 'dear' } } }, 'extensions'],
  [{ ...request, reasoning: { effort: 'low', extensions: {} } }, 'reasoning.extensions'],
  [{ ...request, answer: { id: 'x' } }, 'answer'],
  [{ ...request, turns: [{ role: 'user', parts: [{ type: 'text', text: 1 }] }] }, 'turns[0].parts[0].text'],
  [{ ...request, turns: [{ role: 'tool', parts: [{ type: 'text', text: 'x' }] }] }, 'turns[0].parts[0].type'],
  [{ ...request, tools: [{ type: 'function' }] }, 'tools[0].name'],
  [JSON.parse('{"model":"fast","turns":[],"__proto__":{"x":1}}') as object, '__proto__'],
  [{ ...request, turns: { length: 1 } }, 'turns'],
])('what is wrong is named: %#', (body, field) => {
  const parse = () =>
    chat.inbound.parseRequest({
      method: 'POST',
      path: '',
      query: {},
      headers: {},
      body: JSON.stringify(body),
    });
  expect(parse).toThrow(
    expect.objectContaining({ code: 'invalid_request', details: expect.objectContaining({ field }) }),
  );
});
