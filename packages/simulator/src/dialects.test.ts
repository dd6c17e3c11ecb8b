// Every dialect of core is served: asked by its own outbound half over a real socket, whole and as a stream. A dialect
// without a route fails here.
import type { ChatRequest, Part, Tool, Turn } from '@keelson/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ask,
  type DialectName,
  dialectNames,
  dialectOf,
  renderCall,
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

describe.each(dialectNames)('%s', (dialect) => {
  test('its path has a route', async () => {
    const { status, message } = await ask(simulator, dialect, userSays('Hello'));
    expect(status).toBe(200);
    expect(message.dialect).toBe(dialect);
    expect(simulator.requests[0]).toMatchObject({
      dialect,
      path: renderCall(dialect, userSays('Hello')).path,
    });
  });

  describe.each([false, true])('stream %s', (stream) => {
    const tell = (text: string, more: Partial<ChatRequest> = {}) =>
      ask(simulator, dialect, userSays(text, { stream, streamOptions: { usage: true }, ...more }));

    test('without keywords it answers with the prompt, and counts words', async () => {
      const { text, message, headers } = await tell('What is a keelson?');
      expect(text).toBe('This is a simulated answer to: What is a keelson?');
      expect(message.stop.unified).toBe('stop');
      expect(message.usage?.input.total).toBe(4);
      expect(message.usage?.output.total).toBe(10);
      expect(message.facts.model).toBe('test-model');
      expect(headers['content-type']).toContain(stream ? 'event-stream' : 'json');
    });

    test('[[text]], [[echo]], [[long]]', async () => {
      expect((await tell('[[text: Ahoy, sailor]]')).text).toBe('Ahoy, sailor');
      expect((await tell('Say [[echo]] this')).text).toBe('Say  this');
      const { text } = await tell('[[long: 5000]]');
      expect(text.split(' ')).toHaveLength(5000);
    });

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
    });

    test('a forced tool is called, and tools alone are not', async () => {
      const tools = [clock, weather];
      expect(types(await tell('Hello', { tools }))).toEqual(['text']);
      expect(calls(await tell('Hello', { tools, toolChoice: { type: 'required' } }))).toEqual([
        ['get_time', {}],
      ]);
      const named = await tell('Hello', { tools, toolChoice: { type: 'tool', name: 'get_weather' } });
      expect(calls(named)).toEqual([['get_weather', { city: 'sample city', days: 2 }]]);
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
          parts: [
            { type: 'tool-result', callId: 'call_1', parts: [{ type: 'text', text: 'twelve o’clock' }] },
          ],
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

    test('[[tool-signed]] has state on the call where the format has a place, refused on any other call', async () => {
      const prompt = '[[tool-signed: get_weather {"city":"Oslo"}]]';
      const [call] = say(await tell(prompt, { tools: [weather] }));
      const opaque = { dialect, value: expect.stringMatching(/^simulated-call-/) };
      expect(call).toMatchObject({ type: 'tool-call', name: 'get_weather' });
      if (dialect !== 'gemini-generate') {
        expect(call).not.toHaveProperty('opaque');
        return;
      }
      expect(call).toMatchObject({ opaque });
      const other = { ...call, arguments: '{"city":"Rome"}' } as Part;
      const user: Turn = { role: 'user', parts: [{ type: 'text', text: '[[text: Hi]]' }] };
      const refused = await tell('', { turns: [user, { role: 'assistant', parts: [other] }, user] });
      expect(refused.status).toBe(400);
    });

    test('[[redacted]] has state and no text', async () => {
      const [reasoning] = say(await tell('[[redacted]] [[text: Done]]'));
      expect(reasoning).toMatchObject({ type: 'reasoning', text: '', redacted: true, opaque: { dialect } });
    });

    test('[[refuse]] ends as a refusal and says why', async () => {
      const { body, message } = await tell('[[refuse: never]]');
      expect(body).toContain('never');
      expect(['refusal', 'content-filter']).toContain(message.stop.unified);
    });

    test('[[usage]] is told in all its buckets', async () => {
      const { message } = await tell('[[usage: input=10 cacheRead=5 cacheWrite5m=2 output=7 reasoning=3]]');
      expect(message.usage?.input).toMatchObject({ total: 10, uncached: 3, cacheRead: 5, cacheWrite: 2 });
      expect(message.usage?.output).toMatchObject({ total: 7, reasoning: 3 });
    });

    test('[[stop]] and [[model]]', async () => {
      const { message } = await tell('[[text: cut]] [[stop: length]] [[model: served-2026-01-01]]');
      expect(message.stop.unified).toBe('length');
      expect(message.facts.model).toBe('served-2026-01-01');
    });

    test('[[images]] tells what arrived', async () => {
      const image: Part = {
        type: 'image',
        source: { kind: 'base64', data: 'aGVsbG8=', mediaType: 'image/png' },
      };
      const linked: Part = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } };
      const document: Part = {
        type: 'document',
        source: { kind: 'base64', data: 'aGVsbG8h', mediaType: 'application/pdf' },
        title: 'a.pdf',
      };
      const parts: Part[] = [{ type: 'text', text: '[[images]]' }, image, linked, document];
      const { text } = await tell('', { turns: [{ role: 'user', parts }] });
      expect(text).toContain(
        'I saw 3 media: image image/png 5 bytes; image url https://example.com/a.png; document application/pdf 6 bytes.',
      );
      expect((await tell('[[images]]')).text).toBe('I saw no media.');
    });

    test('the most output and stop sequences are honoured', async () => {
      const cut = await tell('[[text: one two three four]]', { maxOutputTokens: 2 });
      expect([cut.text, cut.message.stop.unified, cut.message.usage?.output.total]).toEqual([
        'one two',
        'length',
        2,
      ]);
      const stopped = await tell('[[text: one two three]]', { stop: ['three', ' two'] });
      expect(stopped.text).toBe('one');
      expect(['stop', 'stop-sequence']).toContain(stopped.message.stop.unified);
      expect(stopped.body).not.toContain('three');
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

  test('a stream comes in pieces: text word by word, arguments in parts', async () => {
    const { events } = await ask(
      simulator,
      dialect,
      userSays('[[text: one two three]] [[tool: get_weather {"city":"Copenhagen"}]]', {
        tools: [weather],
        stream: true,
      }),
    );
    expect(events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []))).toEqual([
      'one',
      ' two',
      ' three',
    ]);
    expect(events.filter(({ type }) => type === 'tool-call-delta').length).toBeGreaterThan(1);
  });

  test('a key that contains `invalid` is a 401 in the words of the dialect', async () => {
    const call = renderCall(dialect, userSays('Hello'));
    for (const header of [
      { authorization: 'Bearer invalid-key' },
      { 'x-api-key': 'invalid' },
      { 'api-key': 'an-invalid-key' },
    ]) {
      const reply = await fetch(`${simulator.url}${call.path}`, {
        method: 'POST',
        headers: { ...call.headers, ...header } as Record<string, string>,
        body: JSON.stringify(call.body),
      });
      expect(reply.status).toBe(401);
      expect(await errorCode(dialect, reply)).toBe('provider_authentication_failed');
    }
  });

  test('a body that is no JSON, or no request, is a 400 that says where', async () => {
    const { path } = renderCall(dialect, userSays('Hello'));
    for (const [body, named] of [
      ['{"model": ', 'position'],
      ['{"model":"m"}', 'messages'],
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
