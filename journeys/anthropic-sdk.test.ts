/** The official Anthropic SDK against the simulator: what a caller sees of answers, whole and streamed. Failures are elsewhere. */
import Anthropic from '@anthropic-ai/sdk';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  model,
  pdf,
  pdfBytes,
  pictureUrl,
  pixel,
  pixelBytes,
  roomForAnswer,
  type Ship,
  shipSchema,
  weatherSchema,
} from './samples.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;
let client: Anthropic;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  client = new Anthropic({ apiKey: 'test', baseURL: simulator.url, maxRetries: 0, timeout: 20_000 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

type Body = Omit<Anthropic.MessageCreateParamsNonStreaming, 'model' | 'max_tokens' | 'stream'> & {
  readonly max_tokens?: number;
};

const say = (content: string): Body => ({ messages: [{ role: 'user', content }] });
const weather: Anthropic.Tool = {
  name: 'get_weather',
  description: 'Weather of a city.',
  input_schema: { ...weatherSchema, required: [...weatherSchema.required] },
};

const complete = (body: Body) => ({ model, max_tokens: roomForAnswer, ...body });
const whole = (body: Body): Promise<Anthropic.Message> => client.messages.create(complete(body));
/** The SDK's own accumulation of the stream. */
const streamed = (body: Body): Promise<Anthropic.Message> =>
  client.messages.stream(complete(body)).finalMessage();

async function eventsOf(body: Body): Promise<Anthropic.RawMessageStreamEvent[]> {
  const events: Anthropic.RawMessageStreamEvent[] = [];
  for await (const event of await client.messages.create({ ...complete(body), stream: true }))
    events.push(event);
  return events;
}

const callsOf = ({ content }: Anthropic.Message) => content.filter((block) => block.type === 'tool_use');
const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('');

describe.each([
  { way: 'whole', ask: whole },
  { way: 'streamed', ask: streamed },
])('the Anthropic SDK, $way', ({ ask }) => {
  it('reads text, with the facts of the answer around it', async () => {
    const answer = await ask(say('[[text: Fair winds, 順風 and 🌊.]] [[model: simulated-large-2026-05-01]]'));
    expect(answer).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'simulated-large-2026-05-01',
      content: [{ type: 'text', text: 'Fair winds, 順風 and 🌊.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
    });
    expect(answer.id).not.toBe('');
  });

  it('hands on the system prompt with its cache mark', async () => {
    await ask({
      ...say('Hello.'),
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    });
    expect(simulator.requests[0]?.request?.system).toMatchObject([
      { text: 'Be brief.', cache: { ttl: '1h' } },
    ]);
  });

  it('reads blocks in the order in which they were written', async () => {
    const answer = await ask({
      ...say('[[text: First.]] [[tool: get_weather {"city":"Paris","days":3}]] [[text: Then.]]'),
      tools: [weather],
    });
    expect(answer.content).toMatchObject([
      { type: 'text', text: 'First.' },
      { type: 'tool_use', name: 'get_weather', input: { city: 'Paris', days: 3 } },
      { type: 'text', text: 'Then.' },
    ]);
    expect(answer.stop_reason).toBe('tool_use');
  });

  it('reads parallel calls in order, each with an id of its own', async () => {
    const cities = ['Paris', 'Oslo', 'Kyoto'];
    const keywords = cities.map((city) => `[[tool: get_weather {"city":"${city}"}]]`).join(' ');
    const calls = callsOf(await ask({ ...say(keywords), tools: [weather] }));
    expect(calls.map(({ input }) => input)).toEqual(cities.map((city) => ({ city })));
    expect(new Set(calls.map(({ id }) => id)).size).toBe(3);
  });

  it('reads a call without arguments as an empty object', async () => {
    const [call] = callsOf(await ask(say('[[tool: now {}]]')));
    expect(call).toMatchObject({ name: 'now', input: {} });
  });

  it('obeys a forced choice with arguments that fit the schema', async () => {
    const answer = await ask({
      ...say('Weather, please.'),
      tools: [weather],
      tool_choice: { type: 'tool', name: 'get_weather', disable_parallel_tool_use: true },
    });
    expect(callsOf(answer)).toMatchObject([{ input: { city: expect.any(String) } }]);
    expect(simulator.requests[0]?.request?.parallelTools).toBe(false);
  });

  it('sends results of parallel calls back, one of them an error with an image', async () => {
    const first = await ask({
      ...say('[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Oslo"}]]'),
      tools: [weather],
    });
    const [paris, oslo] = callsOf(first);
    const image = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: pixel },
    } as const;
    const second = await ask({
      messages: [
        { role: 'user', content: 'Compare.' },
        { role: 'assistant', content: first.content },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: paris!.id, content: '21 degrees' },
            {
              type: 'tool_result',
              tool_use_id: oslo!.id,
              is_error: true,
              content: [{ type: 'text', text: 'no station' }, image],
            },
          ],
        },
      ],
      tools: [weather],
    });
    expect(textOf(second)).toContain('answered: 21 degrees');
    expect(textOf(second)).toContain('failed with: no station');
    expect(simulator.requests[1]?.request?.turns[2]?.parts[1]).toMatchObject({
      isError: true,
      parts: [{ type: 'text' }, { type: 'image', source: { data: pixel } }],
    });
  });

  it('reads structured output that fits the schema', async () => {
    const answer = await ask({
      ...say('Invent a ship.'),
      output_config: { format: { type: 'json_schema', schema: { ...shipSchema } } },
    });
    const ship = JSON.parse(textOf(answer)) as Ship;
    expect(shipSchema.properties.rig.enum).toContain(ship.rig);
    expect(ship.cargo).toHaveLength(2);
  });

  it('gives thinking back unchanged, signed or hidden', async () => {
    const first = await ask({
      ...say('[[reason: The wind is from the west.]] [[redacted]] [[text: West.]]'),
      thinking: { type: 'enabled', budget_tokens: 1024 },
    });
    const [thinking, redacted] = first.content;
    expect(thinking).toMatchObject({ type: 'thinking', thinking: 'The wind is from the west.' });
    expect(redacted).toMatchObject({ type: 'redacted_thinking', data: expect.stringContaining('redacted') });
    await ask({
      messages: [
        { role: 'user', content: 'Hello.' },
        { role: 'assistant', content: first.content },
        ...say('And now?').messages,
      ],
    });
    expect(simulator.requests[1]?.request?.turns[1]?.parts).toMatchObject([
      { type: 'reasoning', opaque: { value: (thinking as Anthropic.ThinkingBlock).signature } },
      {
        type: 'reasoning',
        redacted: true,
        opaque: { value: (redacted as Anthropic.RedactedThinkingBlock).data },
      },
      { type: 'text', text: 'West.' },
    ]);
  });

  it('is refused when it changes the thinking that it gives back', async () => {
    const first = await ask(say('[[reason: The wind is from the west.]] [[text: West.]]'));
    const forged = first.content.map((block) =>
      block.type === 'thinking' ? { ...block, thinking: 'The wind is from the east.' } : block,
    );
    const messages = [
      { role: 'user' as const, content: 'Hello.' },
      { role: 'assistant' as const, content: forged },
      ...say('And now?').messages,
    ];
    expect(await failureOf(ask({ messages }))).toBeInstanceOf(Anthropic.BadRequestError);
  });

  it('has its images and documents seen', async () => {
    const answer = await ask({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
            { type: 'image', source: { type: 'url', url: pictureUrl } },
            { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'A page.' } },
            { type: 'text', text: '[[images]]' },
          ],
        },
      ],
    });
    expect(textOf(answer)).toContain(`image image/png ${pixelBytes} bytes`);
    expect(textOf(answer)).toContain(`image url ${pictureUrl}`);
    expect(textOf(answer)).toContain(`document application/pdf ${pdfBytes} bytes`);
    expect(textOf(answer)).toContain('document text/plain 7 bytes');
  });

  it('is told why an answer ended', async () => {
    const stopOf = async (body: Body) => {
      const { stop_reason: reason, stop_sequence: sequence } = await ask(body);
      return [reason, sequence];
    };
    expect(await stopOf({ ...say('[[text: one two three]]'), max_tokens: 2 })).toEqual(['max_tokens', null]);
    expect(await stopOf({ ...say('[[text: one HALT two]]'), stop_sequences: ['STOP', 'HALT'] })).toEqual([
      'stop_sequence',
      'HALT',
    ]);
    expect(await stopOf(say('[[refuse: I cannot help with that.]]'))).toEqual(['refusal', null]);
    expect(await stopOf(say('[[stop: pause]]'))).toEqual(['pause_turn', null]);
    expect(await stopOf(say('[[stop: context-exceeded]]'))).toEqual(['model_context_window_exceeded', null]);
  });

  it('reads usage in every bucket of the format', async () => {
    const usage = 'input=200 cacheRead=60 cacheWrite5m=30 cacheWrite1h=10 output=50 reasoning=30';
    const answer = await ask(say(`[[text: Hello.]] [[usage: ${usage}]]`));
    expect(answer.usage).toMatchObject({
      input_tokens: 100,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 40,
      cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 10 },
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 30 },
    });
  });
});

describe('the Anthropic SDK', () => {
  it('streams text and arguments in many pieces', async () => {
    const long = { city: 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch' };
    const text = 'one two three four five six seven eight';
    const events = await eventsOf(say(`[[text: ${text}]] [[tool: get_weather ${JSON.stringify(long)}]]`));
    const deltas = events.flatMap((event) => (event.type === 'content_block_delta' ? [event.delta] : []));
    const texts = deltas.flatMap((delta) => (delta.type === 'text_delta' ? [delta.text] : []));
    const pieces = deltas.flatMap((delta) => (delta.type === 'input_json_delta' ? [delta.partial_json] : []));
    expect(texts.length).toBeGreaterThan(4);
    expect(texts.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(4);
    expect(JSON.parse(pieces.join(''))).toEqual(long);
  });

  it('is told the input usage at the beginning of a stream and the output at its end', async () => {
    const events = await eventsOf(say('[[text: Hello.]] [[usage: input=90 cacheRead=60 output=7]]'));
    expect(events[0]).toMatchObject({
      type: 'message_start',
      message: { usage: { input_tokens: 30, cache_read_input_tokens: 60 } },
    });
    expect(events.at(-2)).toMatchObject({ type: 'message_delta', usage: { output_tokens: 7 } });
    expect(events.at(-1)?.type).toBe('message_stop');
  });

  it('parses structured output with the helper of the SDK', async () => {
    const parsed = await client.messages.parse(
      complete({
        ...say('Invent a ship.'),
        output_config: { format: { type: 'json_schema', schema: { ...shipSchema } } },
      }),
    );
    expect(JSON.parse(textOf(parsed))).toMatchObject({ masts: expect.any(Number) });
  });

  it('runs tools with the helper of the SDK', async () => {
    const asked: unknown[] = [];
    const runner = client.beta.messages.toolRunner({
      ...complete({} as Body),
      messages: [{ role: 'user', content: '[[tool: get_weather {"city":"Paris"}]]' }],
      tools: [
        {
          name: 'get_weather',
          input_schema: { ...weatherSchema, required: ['city'] },
          parse: (input: unknown) => input,
          run: (input: unknown) => {
            asked.push(input);
            return 'sunny';
          },
        },
      ],
    });
    const { content } = await runner.runUntilDone();
    expect(asked).toEqual([{ city: 'Paris' }]);
    expect(content).toMatchObject([{ type: 'text', text: expect.stringContaining('answered: sunny') }]);
  });

  it('counts the tokens of a prompt without asking for an answer', async () => {
    const { input_tokens: few } = await client.messages.countTokens({ model, ...say('one two') });
    const { input_tokens: many } = await client.messages.countTokens({
      model,
      system: 'Be brief.',
      ...say('one two three four'),
    });
    expect(few).toBe(2);
    expect(many).toBe(6);
    expect(simulator.requests.map(({ path }) => path)).toEqual([
      '/v1/messages/count_tokens',
      '/v1/messages/count_tokens',
    ]);
  });

  it('speaks the newest version with a bearer key, and the older one with x-api-key', async () => {
    await whole(say('Hello.'));
    expect(simulator.requests[0]?.headers).toMatchObject({
      'anthropic-version': '2026-10-21',
      authorization: expect.stringMatching(/^Bearer /),
    });
    const older = new Anthropic({
      apiKey: null,
      authToken: null,
      baseURL: simulator.url,
      maxRetries: 0,
      defaultHeaders: { 'x-api-key': 'test', 'anthropic-version': '2023-06-01' },
    });
    const answer = await older.messages.create({
      ...complete(say('[[text: Aye.]]')),
      ...{ temperature: 0.5, top_k: 3 },
    });
    expect(textOf(answer)).toBe('Aye.');
    expect(simulator.requests[1]?.headers).toMatchObject({
      'anthropic-version': '2023-06-01',
      'x-api-key': expect.any(String),
    });
    expect(simulator.requests[1]?.request?.sampling).toEqual({ temperature: 0.5, topK: 3 });
  });

  it('stops the vendor when the caller stops reading', async () => {
    const stream = client.messages.stream(complete(say('[[long: 2000]] [[chunks: 20ms]]')));
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });

  it('stops the vendor when a whole answer is aborted', async () => {
    const leaving = new AbortController();
    const body = complete(say('[[text: late]] [[delay: 60s]]'));
    const failing = failureOf(client.messages.create(body, { signal: leaving.signal }));
    await until(() => simulator.counts.requests === 1, 'the request to arrive');
    leaving.abort();
    expect(await failing).toBeInstanceOf(Anthropic.APIUserAbortError);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });
});
