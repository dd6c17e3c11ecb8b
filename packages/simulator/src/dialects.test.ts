// Every dialect of core is served: asked by its own outbound half over a real socket, whole and as a stream. A dialect
// without a route fails here. What a format cannot say is not asked of it, or what it says instead is.
import type { ChatRequest, Part, Tool, Turn } from '@keelson/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addressOf,
  ask,
  type DialectName,
  dialectNames,
  dialectOf,
  inBothWays,
  type Limit,
  limitsOf,
  renderCall,
  speakersOf,
  type Told,
  userSays,
} from './__fixtures__/ask.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seed: 3 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const weather: Tool = {
  type: 'function',
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2 } },
    required: ['city'],
  },
};
const clock: Tool = { type: 'function', name: 'get_time', parameters: { type: 'object', properties: {} } };

const say = (told: Told) => told.message.parts;
const types = (told: Told) => told.message.parts.map((part) => part.type);
const calls = (told: Told) =>
  told.message.parts.flatMap((part) =>
    part.type === 'tool-call' ? [[part.name, JSON.parse(part.arguments) as unknown]] : [],
  );

const events = 'text/event-stream; charset=utf-8';

/** Where the words of a request stand, what calls, answers and requests are named, and what a stream calls itself. */
const forms: Readonly<
  Record<DialectName, { field: string; call: RegExp; answer: RegExp; request: string; stream: string }>
> = {
  'anthropic-messages': {
    field: 'messages',
    call: /^toolu_\w{24}$/,
    answer: /^msg_/,
    request: 'request-id',
    stream: events,
  },
  'bedrock-converse': {
    field: 'messages',
    call: /^tooluse_\w{22}$/,
    answer: /^$/,
    request: 'x-amzn-requestid',
    stream: 'application/vnd.amazon.eventstream',
  },
  'cohere-chat': {
    field: 'messages',
    call: /^get_time_[a-z0-9]{12}$/,
    answer: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    request: 'x-debug-trace-id',
    stream: 'text/event-stream',
  },
  'gemini-generate': {
    field: 'contents',
    call: /^[a-z0-9]{8}$/,
    answer: /^[\w-]+$/,
    request: 'x-request-id',
    stream: 'text/event-stream',
  },
  'mistral-chat': {
    field: 'messages',
    call: /^[a-zA-Z0-9]{9}$/,
    answer: /^[0-9a-f]{32}$/,
    request: 'mistral-correlation-id',
    stream: events,
  },
  'ollama-chat': {
    field: 'messages',
    call: /^call_[a-z0-9]{8}$/,
    answer: /^$/,
    request: 'x-request-id',
    stream: 'application/x-ndjson',
  },
  'ollama-generate': {
    field: 'prompt',
    call: /^$/,
    answer: /^$/,
    request: 'x-request-id',
    stream: 'application/x-ndjson',
  },
  'openai-chat': {
    field: 'messages',
    call: /^call_/,
    answer: /^chatcmpl-/,
    request: 'x-request-id',
    stream: events,
  },
  'openai-completions': {
    field: 'prompt',
    call: /^$/,
    answer: /^cmpl-/,
    request: 'x-request-id',
    stream: events,
  },
  'openai-responses': {
    field: 'input',
    call: /^call_/,
    answer: /^resp_/,
    request: 'x-request-id',
    stream: events,
  },
};

const tellerOf =
  (dialect: DialectName, stream: boolean) =>
  (text: string, more: Partial<ChatRequest> = {}): Promise<Told> =>
    ask(simulator, dialect, userSays(text, { stream, streamOptions: { usage: true }, ...more }));

/** What is there unless the format has no place for it. */
const unless = <T>(dialect: DialectName, limit: Limit, value: T): T | undefined =>
  limitsOf(dialect).has(limit) ? undefined : value;

describe.each(dialectNames)('%s', (dialect) => {
  test('its path has a route', async () => {
    const { status, message } = await ask(simulator, dialect, userSays('Hello'));
    expect(status).toBe(200);
    expect(message.dialect).toBe(dialect);
    expect(simulator.requests[0]).toMatchObject({
      dialect,
      path: addressOf(dialect, renderCall(dialect, userSays('Hello'))),
    });
  });

  describe.each([false, true])('stream %s', (stream) => {
    const tell = tellerOf(dialect, stream);

    test('without keywords it answers with the prompt, and counts words', async () => {
      const { text, message, headers } = await tell('What is a keelson?');
      expect(text).toBe('This is a simulated answer to: What is a keelson?');
      expect(message.stop.unified).toBe('stop');
      expect(message.usage?.input.total).toBe(4);
      expect(message.usage?.output.total).toBe(10);
      expect(message.facts.model).toBe(unless(dialect, 'model', 'test-model'));
      expect(message.facts.id ?? '').toMatch(forms[dialect].answer);
      expect(headers[forms[dialect].request]).toMatch(/^sim-/);
      expect(headers['content-type']).toBe(stream ? forms[dialect].stream : 'application/json');
    });

    test('[[text]], [[echo]], [[long]]', async () => {
      expect((await tell('[[text: Ahoy, sailor]]')).text).toBe('Ahoy, sailor');
      expect((await tell('Say [[echo]] this')).text).toBe('Say  this');
      const { text } = await tell('[[long: 5000]]');
      expect(text.split(' ')).toHaveLength(5000);
    });

    test('[[refuse]] ends as a refusal and says why', async () => {
      const { body, message } = await tell('[[refuse: never]]');
      expect(body).toContain('never');
      const reasons = limitsOf(dialect).has('refusal-stop') ? ['stop'] : ['refusal', 'content-filter'];
      expect(reasons).toContain(message.stop.unified);
    });

    test('[[usage]] is told in all its buckets', async () => {
      const { message } = await tell('[[usage: input=10 cacheRead=5 cacheWrite5m=2 output=7 reasoning=3]]');
      const cacheRead = unless(dialect, 'cacheRead', 5);
      const cacheWrite = unless(dialect, 'cacheWrite', 2);
      const uncached = 10 - (cacheRead ?? 0) - (cacheWrite ?? 0);
      const { input, output } = message.usage ?? {};
      expect([input?.total, input?.uncached, input?.cacheRead, input?.cacheWrite]).toEqual([
        10,
        uncached,
        cacheRead,
        cacheWrite,
      ]);
      expect([output?.total, output?.reasoning]).toEqual([7, unless(dialect, 'reasoning-count', 3)]);
    });

    test('[[stop]] and [[model]]', async () => {
      const { message } = await tell('[[text: cut]] [[stop: length]] [[model: served-2026-01-01]]');
      expect(message.stop.unified).toBe('length');
      expect(message.facts.model).toBe(unless(dialect, 'model', 'served-2026-01-01'));
    });

    test('[[images]] tells what arrived', async () => {
      const image: Part = {
        type: 'image',
        source: { kind: 'base64', data: 'iVBORw0KGgo=', mediaType: 'image/png' },
      };
      const linked: Part = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } };
      const document: Part = {
        type: 'document',
        source: { kind: 'base64', data: 'aGVsbG8h', mediaType: 'application/pdf' },
        title: 'a.pdf',
      };
      const parts: Part[] = [{ type: 'text', text: '[[images]]' }, image, linked, document];
      const { text } = await tell('', { turns: [{ role: 'user', parts }] });
      const limits = limitsOf(dialect);
      const seen = [
        limits.has('images') ? [] : ['image image/png 8 bytes'],
        limits.has('images') || limits.has('image-urls') ? [] : ['image url https://example.com/a.png'],
        limits.has('documents') ? [] : ['document application/pdf 6 bytes'],
      ].flat();
      expect(text).toContain(
        seen.length === 0 ? 'I saw no media.' : `I saw ${seen.length} media: ${seen.join('; ')}.`,
      );
      expect((await tell('[[images]]')).text).toBe('I saw no media.');
    });

    test('the most output is honoured', async () => {
      const cut = await tell('[[long: 20]]', { maxOutputTokens: 16 });
      expect(cut.text.split(' ')).toHaveLength(16);
      expect([cut.message.stop.unified, cut.message.usage?.output.total]).toEqual(['length', 16]);
    });

    test('an unknown keyword is a 400 in the words of the dialect that names it', async () => {
      const { status, error } = await tell('[[shout: hi]]');
      expect(status).toBe(400);
      expect(error?.code).toBe('invalid_request');
      expect(error?.message).toContain('`[[shout]]`');
    });
  });

  test('a stream and a whole answer are the same message', async () => {
    const script = '[[reason: think]] [[text: hello there]] [[tool: get_weather {"city":"Rome"}]]';
    const whole = await ask(simulator, dialect, userSays(script, { tools: [weather] }));
    simulator.reset();
    const stream = await ask(
      simulator,
      dialect,
      userSays(script, { tools: [weather], stream: true, streamOptions: { usage: true } }),
    );
    const bare = ({ message }: Told) => ({
      // How the wire spelled it may differ; what it means may not.
      parts: message.parts.map((part) => ({ ...part, spelling: undefined, extensions: undefined })),
      stop: message.stop.unified,
      input: message.usage?.input,
      output: message.usage?.output,
      id: message.facts.id,
    });
    expect(bare(stream)).toEqual(bare(whole));
  });

  test('a stream comes in pieces: text word by word', async () => {
    const { events } = await ask(simulator, dialect, userSays('[[text: one two three]]', { stream: true }));
    const deltas = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
    expect(deltas).toEqual(['one', ' two', ' three']);
  });

  test('a key that contains `invalid` is refused as the vendor refuses it', async () => {
    const call = renderCall(dialect, userSays('Hello'));
    for (const header of [
      { authorization: 'Bearer invalid-key' },
      { 'x-api-key': 'invalid' },
      { 'api-key': 'an-invalid-key' },
    ]) {
      const reply = await fetch(`${simulator.url}${addressOf(dialect, call)}`, {
        method: 'POST',
        headers: { ...call.headers, ...header } as Record<string, string>,
        body: JSON.stringify(call.body),
      });
      const statuses: Partial<Record<DialectName, number>> = {
        'bedrock-converse': 403,
        'gemini-generate': 400,
      };
      expect(reply.status).toBe(statuses[dialect] ?? 401);
      expect(await errorCode(dialect, reply)).toBe('provider_authentication_failed');
    }
  });

  test('a body that is no JSON, or no request, is a 400 that says where', async () => {
    const path = addressOf(dialect, renderCall(dialect, userSays('Hello')));
    const { field } = forms[dialect];
    for (const [body, named] of [
      ['{"model": ', 'position'],
      [`{"model":"m","${field}":7}`, field],
      ['[]', 'object'],
      ['', 'position'],
    ]) {
      const reply = await fetch(`${simulator.url}${path}`, { method: 'POST', body: body ?? '' });
      const text = await reply.text();
      expect(reply.status).toBe(400);
      expect(text).toContain(named);
    }
  });
});

describe.each(inBothWays(speakersOf('tools')))('%s, which has tools, stream %s', (dialect, stream) => {
  const tell = tellerOf(dialect, stream);

  test('[[tool]]: parallel calls with the given arguments, or with some that satisfy the schema', async () => {
    const told = await tell(
      '[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather]] [[tool: get_time]]',
      { tools: [weather, clock] },
    );
    expect(calls(told)).toEqual([
      ['get_weather', { city: 'Paris' }],
      ['get_weather', { city: 'sample city', days: 2 }],
      ['get_time', {}],
    ]);
    expect(told.message.stop.unified).toBe('tool-calls');
    const ids = say(told).flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
    expect(new Set(ids).size).toBe(3);
    expect(ids[2]).toMatch(forms[dialect].call);
  });

  test('tool results are repeated, even when a tool is forced, and [[then]] goes on with the script', async () => {
    const turns = (text: string): Turn[] => [
      { role: 'user', parts: [{ type: 'text', text }] },
      {
        role: 'assistant',
        parts: [{ type: 'tool-call', id: 'call_1', name: 'get_time', arguments: '{}' }],
      },
      {
        role: 'tool',
        parts: [{ type: 'tool-result', callId: 'call_1', parts: [{ type: 'text', text: 'twelve o’clock' }] }],
      },
    ];
    const forced = await tell('', {
      turns: turns('[[tool: get_time]]'),
      tools: [clock],
      toolChoice: { type: 'required' },
    });
    expect(forced.text).toContain('twelve o’clock');
    expect(forced.message.stop.unified).toBe('stop');
    const scripted = await tell('', {
      turns: turns('[[tool: get_time]] [[then]] [[text: Noon]]'),
      tools: [clock],
    });
    expect(scripted.text).toBe('Noon');
  });
});

describe.each(
  inBothWays(speakersOf('tools', 'forced-tool')),
)('%s, which can force a tool, stream %s', (dialect, stream) => {
  const tell = tellerOf(dialect, stream);

  test('a forced tool is called, and tools alone are not', async () => {
    const tools = [clock, weather];
    expect(types(await tell('Hello', { tools }))).toEqual(['text']);
    expect(calls(await tell('Hello', { tools, toolChoice: { type: 'required' } }))).toEqual([
      ['get_time', {}],
    ]);
    const named = await tell('Hello', { tools, toolChoice: { type: 'tool', name: 'get_weather' } });
    expect(calls(named)).toEqual([['get_weather', { city: 'sample city', days: 2 }]]);
  });
});

test.each(
  inBothWays(speakersOf('tools').filter((name) => limitsOf(name).has('forced-tool'))),
)('%s cannot force a tool, so none is called, stream %s', async (dialect, stream) => {
  const told = await tellerOf(dialect, stream)('Hello', {
    tools: [clock],
    toolChoice: { type: 'required' },
  });
  expect(types(told)).toEqual(['text']);
});

test.each(speakersOf('tools'))('%s: arguments come in parts where a format has parts', async (dialect) => {
  const request = userSays('[[tool: get_weather {"city":"Copenhagen"}]]', { tools: [weather], stream: true });
  const { events } = await ask(simulator, dialect, request);
  const parts = events.filter(({ type }) => type === 'tool-call-delta');
  if (limitsOf(dialect).has('argument-deltas')) expect(parts).toHaveLength(1);
  else expect(parts.length).toBeGreaterThan(1);
});

describe.each(
  inBothWays(speakersOf('schemas')),
)('%s, which has output formats, stream %s', (dialect, stream) => {
  const tell = tellerOf(dialect, stream);

  test('[[json]] and the output format give an instance of the schema', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer' } },
      required: ['name', 'age'],
      additionalProperties: false,
    };
    const outputFormat = { type: 'json-schema', name: 'person', schema } as const;
    for (const prompt of ['Hello', '[[json]]']) {
      const { text } = await tell(prompt, { outputFormat });
      expect(JSON.parse(text)).toEqual({ name: 'sample name', age: 1 });
    }
    expect((await tell('[[json: {"name":"Ann"}]]', { outputFormat })).text).toBe('{"name":"Ann"}');
    expect((await tell('[[text: no JSON]]', { outputFormat })).text).toBe('no JSON');
  });
});

describe.each(
  inBothWays(speakersOf('reasoning-state')),
)('%s, which has signatures, stream %s', (dialect, stream) => {
  const tell = tellerOf(dialect, stream);

  test('[[reason]] is signed, comes back unchanged, and is refused when it was changed', async () => {
    const told = await tell('[[reason: Let me think.]] [[text: Done]]');
    const [reasoning, text] = say(told);
    expect(reasoning).toMatchObject({ type: 'reasoning', text: 'Let me think.', opaque: { dialect } });
    const reply = (parts: readonly Part[]): Promise<Told> => {
      const user = (said: string): Turn => ({ role: 'user', parts: [{ type: 'text', text: said }] });
      return tell('', {
        turns: [user('[[reason: …]]'), { role: 'assistant', parts }, user('[[text: Accepted]]')],
      });
    };
    expect((await reply([reasoning as Part, text as Part])).text).toBe('Accepted');
    const changed = await reply([{ ...reasoning, text: 'Let me not.' } as Part, text as Part]);
    expect(changed.status).toBe(400);
    expect(changed.error?.message).toContain('signature');
  });

  test('[[redacted]] has state and no text', async () => {
    const [reasoning] = say(await tell('[[redacted]] [[text: Done]]'));
    expect(reasoning).toMatchObject({ type: 'reasoning', text: '', redacted: true, opaque: { dialect } });
  });
});

test.each(
  inBothWays(dialectNames.filter((name) => limitsOf(name).has('reasoning-state'))),
)('%s has no signatures: reasoning is its text, and hidden reasoning is nothing, stream %s', async (dialect, stream) => {
  const tell = tellerOf(dialect, stream);
  const reasoning = { type: 'reasoning', text: 'Let me think.' };
  const text = { type: 'text', text: 'Done' };
  const told = say(await tell('[[reason: Let me think.]] [[text: Done]]'));
  expect(told).toEqual(limitsOf(dialect).has('reasoning') ? [text] : [reasoning, text]);
  expect(say(await tell('[[redacted]] [[text: Done]]'))).toEqual([text]);
});

test.each(
  inBothWays(speakersOf('stop-sequences')),
)('%s: stop sequences are honoured, stream %s', async (dialect, stream) => {
  const stopped = await tellerOf(dialect, stream)('[[text: one two three]]', { stop: ['three', ' two'] });
  expect(stopped.text).toBe('one');
  expect(['stop', 'stop-sequence']).toContain(stopped.message.stop.unified);
  // Some formats name the sequence that was met, and it was the other one.
  expect(stopped.body).not.toContain('three');
});

const signedCall = '[[tool-signed: get_weather {"city":"Oslo"}]]';

test.each([
  false,
  true,
])('gemini-generate has a place for the state of a call and refuses it on any other, stream %s', async (stream) => {
  const tell = tellerOf('gemini-generate', stream);
  const [call] = say(await tell(signedCall, { tools: [weather] }));
  expect(call).toMatchObject({
    type: 'tool-call',
    opaque: { dialect: 'gemini-generate', value: expect.stringMatching(/^simulated-call-/) as unknown },
  });
  const other = { ...call, arguments: '{"city":"Rome"}' } as Part;
  const user: Turn = { role: 'user', parts: [{ type: 'text', text: '[[text: Hi]]' }] };
  const turns = (part: Part): Turn[] => [user, { role: 'assistant', parts: [part] }, user];
  expect((await tell('', { turns: turns(call as Part) })).text).toBe('Hi');
  expect((await tell('', { turns: turns(other) })).status).toBe(400);
});

test.each(
  inBothWays(speakersOf('tools').filter((name) => name !== 'gemini-generate')),
)('%s has no place for the state of a call, which is sent without, stream %s', async (dialect, stream) => {
  const [call] = say(await tellerOf(dialect, stream)(signedCall, { tools: [weather] }));
  expect(call).toMatchObject({ type: 'tool-call', name: 'get_weather' });
  expect(call).not.toHaveProperty('opaque');
});

async function errorCode(dialect: DialectName, reply: Response): Promise<string> {
  const wire = { status: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.text() };
  return dialectOf(dialect).outbound.parseError(wire).code;
}

test('what only openai-chat can say: several choices and log probabilities', async () => {
  for (const stream of [false, true]) {
    const { message } = await ask(
      simulator,
      'openai-chat',
      userSays('[[text: one two]]', { stream, sampling: { choices: 3, logprobs: true, topLogprobs: 2 } }),
    );
    expect(message.alternatives).toHaveLength(2);
    for (const choice of [message, ...(message.alternatives ?? [])]) {
      expect(choice.parts).toMatchObject([{ type: 'text', text: 'one two' }]);
      expect(choice.logprobs?.content?.map(({ token }) => token)).toEqual(['one', ' two']);
      expect(choice.logprobs?.content?.[0]?.top?.map(({ token }) => token)).toEqual(['one', 'one~1']);
    }
  }
});

test('what only openai-chat can say: JSON without a schema, audio, custom tools', async () => {
  const json = await ask(simulator, 'openai-chat', userSays('Hello', { outputFormat: { type: 'json' } }));
  expect(JSON.parse(json.text)).toEqual({ answer: 'This is a simulated answer to: Hello' });
  const audio: Part = { type: 'audio', source: { kind: 'base64', data: 'AAAA', mediaType: 'audio/wav' } };
  const turns: Turn[] = [{ role: 'user', parts: [{ type: 'text', text: '[[images]]' }, audio] }];
  expect((await ask(simulator, 'openai-chat', userSays('', { turns }))).text).toContain(
    'audio audio/wav 3 bytes',
  );
  const tools: Tool[] = [{ type: 'custom', name: 'run_sql' }];
  const called = await ask(simulator, 'openai-chat', userSays('[[tool-raw: run_sql SELECT 1]]', { tools }));
  expect(called.message.parts).toMatchObject([
    { type: 'tool-call', name: 'run_sql', custom: true, arguments: 'SELECT 1' },
  ]);
});

test('what only anthropic-messages can say: which stop sequence was met, and counting tokens', async () => {
  const { message } = await ask(
    simulator,
    'anthropic-messages',
    userSays('[[text: one END two]]', { stop: ['END'] }),
  );
  expect(message.stop).toMatchObject({ unified: 'stop-sequence', sequence: 'END' });
  const { path } = renderCall('anthropic-messages', userSays('Hello'));
  const body = JSON.stringify({
    model: 'm',
    system: 'Be brief',
    messages: [{ role: 'user', content: 'one two three' }],
  });
  const reply = await fetch(`${simulator.url}${path}/count_tokens`, { method: 'POST', body });
  expect(await reply.json()).toEqual({ input_tokens: 5 });
});

test('any prefix is served, such as the one of Azure', async () => {
  const path = '/openai/deployments/my-model/chat/completions?api-version=2026-01-01';
  const { body } = renderCall('openai-chat', userSays('Hello'));
  const reply = await fetch(`${simulator.url}${path}`, {
    method: 'POST',
    headers: { 'api-key': 'k' },
    body: JSON.stringify(body),
  });
  expect(reply.status).toBe(200);
  expect(simulator.requests[0]).toMatchObject({
    dialect: 'openai-chat',
    query: { 'api-version': '2026-01-01' },
  });
});

test('a choice among allowed tools is obeyed when it forces one', async () => {
  const tools = [weather, clock];
  const choose = (mode: 'auto' | 'required') =>
    ask(
      simulator,
      'openai-chat',
      userSays('Hello', {
        tools,
        toolChoice: { type: 'allowed', mode, tools: [{ type: 'function', name: 'get_time' }] },
      }),
    );
  expect(calls(await choose('required'))).toEqual([['get_time', {}]]);
  expect(types(await choose('auto'))).toEqual(['text']);
});

test('damaged arguments come as they are in a stream', async () => {
  const { message } = await ask(
    simulator,
    'openai-chat',
    userSays('[[tool-raw: get_weather {"city": "Par]]', { stream: true, tools: [weather] }),
  );
  expect(message.parts).toMatchObject([{ type: 'tool-call', arguments: '{"city": "Par' }]);
});
