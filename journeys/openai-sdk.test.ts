/** The official OpenAI SDK against the simulator: what a caller sees of answers, whole and streamed. Failures are elsewhere. */
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI from 'openai';
import type { ChatCompletionCreateParamsNonStreaming, ChatCompletionTool } from 'openai/resources';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  model,
  pdf,
  pdfBytes,
  pictureUrl,
  pixel,
  pixelBytes,
  type Ship,
  shipSchema,
  weatherSchema,
} from './samples.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;
let client: OpenAI;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  client = new OpenAI({ apiKey: 'test', baseURL: `${simulator.url}/v1`, maxRetries: 0, timeout: 20_000 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

type Body = Omit<ChatCompletionCreateParamsNonStreaming, 'model' | 'stream'>;

const say = (content: string): Body => ({ messages: [{ role: 'user', content }] });
const weather: ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_weather', description: 'Weather of a city.', parameters: { ...weatherSchema } },
};

function whole(body: Body): Promise<OpenAI.ChatCompletion> {
  return client.chat.completions.create({ ...body, model });
}

/** The SDK's own accumulation of the stream. */
function streamed(body: Body): Promise<OpenAI.ChatCompletion> {
  return client.chat.completions
    .stream({ ...body, model, stream_options: { include_usage: true } })
    .finalChatCompletion();
}

async function chunksOf(body: Body): Promise<OpenAI.ChatCompletionChunk[]> {
  const stream = await client.chat.completions.create({ ...body, model, stream: true });
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

describe.each([
  { way: 'whole', ask: whole },
  { way: 'streamed', ask: streamed },
])('the OpenAI SDK, $way', ({ ask }) => {
  it('reads text, with the facts of the answer around it', async () => {
    const answer = await ask(say('[[text: Fair winds, 順風 and 🌊.]] [[model: simulated-large-2026-05-01]]'));
    expect(answer.choices[0]?.message.content).toBe('Fair winds, 順風 and 🌊.');
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.model).toBe('simulated-large-2026-05-01');
    expect(answer.object).toBe('chat.completion');
    expect(answer.id).not.toBe('');
    expect(answer.created).toBeGreaterThan(1_700_000_000);
  });

  it('hands on instructions of both roles, and the name of the speaker', async () => {
    await ask({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: 'Hello.', name: 'ahab' },
      ],
    });
    const seen = simulator.requests[0]?.request;
    expect(seen?.system).toMatchObject([{ text: 'Be brief.' }]);
    expect(seen?.turns).toMatchObject([{ role: 'user', name: 'ahab', parts: [{ text: 'Hello.' }] }]);
  });

  it('reads a tool call with its arguments', async () => {
    const answer = await ask({
      ...say('[[text: Let me look.]] [[tool: get_weather {"city":"Paris","days":3}]]'),
      tools: [weather],
    });
    const { message, finish_reason: reason } = answer.choices[0]!;
    expect(message.content).toBe('Let me look.');
    expect(message.tool_calls).toMatchObject([
      { type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris","days":3}' } },
    ]);
    expect(reason).toBe('tool_calls');
  });

  it('reads parallel calls in order, each with an id of its own', async () => {
    const cities = ['Paris', 'Oslo', 'Kyoto'];
    const keywords = cities.map((city) => `[[tool: get_weather {"city":"${city}"}]]`).join(' ');
    const answer = await ask({ ...say(keywords), tools: [weather] });
    const calls = answer.choices[0]?.message.tool_calls?.filter((call) => call.type === 'function') ?? [];
    expect(calls.map((call) => JSON.parse(call.function.arguments))).toEqual(
      cities.map((city) => ({ city })),
    );
    expect(new Set(calls.map((call) => call.id)).size).toBe(3);
  });

  it('obeys a forced choice with arguments that fit the schema', async () => {
    const answer = await ask({
      ...say('Weather, please.'),
      tools: [weather],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
    });
    const [call] = answer.choices[0]?.message.tool_calls ?? [];
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toMatchObject({
      city: expect.any(String),
    });
  });

  it('sends results of parallel calls back and is answered from them', async () => {
    const first = await ask({
      ...say('[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Oslo"}]]'),
      tools: [weather],
    });
    const { message } = first.choices[0]!;
    const results = (message.tool_calls ?? []).map((call, index) => ({
      role: 'tool' as const,
      tool_call_id: call.id,
      content: ['21 degrees', '4 degrees'][index]!,
    }));
    const second = await ask({
      messages: [{ role: 'user', content: 'Compare.' }, message, ...results],
      tools: [weather],
    });
    expect(second.choices[0]?.message.content).toContain('21 degrees');
    expect(second.choices[0]?.message.content).toContain('4 degrees');
    expect(second.choices[0]?.finish_reason).toBe('stop');
  });

  it('reads structured output that fits the schema', async () => {
    const answer = await ask({
      ...say('Invent a ship.'),
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'ship', schema: shipSchema, strict: true },
      },
    });
    const ship = JSON.parse(answer.choices[0]?.message.content ?? '') as Ship;
    expect(ship.name.length).toBeGreaterThanOrEqual(3);
    expect(shipSchema.properties.rig.enum).toContain(ship.rig);
    expect(ship.masts).toBeGreaterThanOrEqual(1);
    expect(ship.cargo).toHaveLength(2);
  });

  it('has its images and documents seen', async () => {
    const answer = await ask({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '[[images]]' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}`, detail: 'high' } },
            { type: 'image_url', image_url: { url: pictureUrl } },
            { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } },
          ],
        },
      ],
    });
    const told = answer.choices[0]?.message.content;
    expect(told).toContain(`image image/png ${pixelBytes} bytes`);
    expect(told).toContain(`image url ${pictureUrl}`);
    expect(told).toContain(`document application/pdf ${pdfBytes} bytes`);
  });

  it('is told why an answer ended', async () => {
    const reasonOf = async (body: Body) => (await ask(body)).choices[0]?.finish_reason;
    expect(await reasonOf({ ...say('[[text: one two three]]'), max_completion_tokens: 2 })).toBe('length');
    expect(await reasonOf({ ...say('[[text: one STOP two]]'), stop: 'STOP' })).toBe('stop');
    expect(await reasonOf(say('[[stop: content-filter]]'))).toBe('content_filter');
  });

  it('has its limits obeyed', async () => {
    const cut = await ask({ ...say('[[text: one two three]]'), max_completion_tokens: 2 });
    expect(cut.choices[0]?.message.content).toBe('one two');
    const stopped = await ask({ ...say('[[text: one STOP two]]'), stop: ['never', 'STOP'] });
    expect(stopped.choices[0]?.message.content).toBe('one ');
  });

  it('reads a refusal beside empty content', async () => {
    const answer = await ask(say('[[refuse: I cannot help with that.]]'));
    expect(answer.choices[0]?.message.refusal).toBe('I cannot help with that.');
    expect(answer.choices[0]?.message.content ?? '').toBe('');
  });

  it('reads usage in every bucket of the format', async () => {
    const usage = 'input=100 cacheRead=60 cacheWrite=10 inputAudio=5 output=50 reasoning=30 outputAudio=2';
    const answer = await ask(say(`[[text: Hello.]] [[usage: ${usage}]]`));
    expect(answer.usage).toMatchObject({
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10, audio_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 2 },
    });
  });

  it('reads several answers and their log probabilities', async () => {
    const answer = await ask({ ...say('[[text: fair winds]]'), n: 3, logprobs: true, top_logprobs: 2 });
    expect(answer.choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, 'fair winds'],
      [1, 'fair winds'],
      [2, 'fair winds'],
    ]);
    for (const { logprobs } of answer.choices) {
      expect(logprobs?.content?.map(({ token }) => token).join('')).toBe('fair winds');
      expect(logprobs?.content?.[0]?.top_logprobs).toHaveLength(2);
      expect(logprobs?.content?.[0]?.logprob).toBeLessThanOrEqual(0);
    }
  });
});

describe('the OpenAI SDK', () => {
  it('streams text and arguments in many pieces', async () => {
    const long = { city: 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch' };
    const text = 'one two three four five six seven eight';
    const chunks = await chunksOf(say(`[[text: ${text}]] [[tool: get_weather ${JSON.stringify(long)}]]`));
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta);
    const texts = deltas.flatMap((delta) => delta?.content || []);
    const pieces = deltas.flatMap((delta) => delta?.tool_calls?.[0]?.function?.arguments || []);
    expect(texts.length).toBeGreaterThan(4);
    expect(texts.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(4);
    expect(JSON.parse(pieces.join(''))).toEqual(long);
  });

  it('is told usage in the last chunk only when it asks', async () => {
    const body = { ...say('[[text: Hello.]]'), stream_options: { include_usage: true } };
    const last = (await chunksOf(body)).at(-1);
    expect(last).toMatchObject({ choices: [], usage: { completion_tokens: 1 } });
  });

  it('parses structured output with the helper of the SDK', async () => {
    const answer = await client.chat.completions.parse({
      model,
      ...say('Invent a ship.'),
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'ship', schema: shipSchema, strict: true },
      },
    });
    expect(answer.choices[0]?.message.parsed).toMatchObject({ masts: expect.any(Number) });
  });

  it('runs tools with the helper of the SDK', async () => {
    const asked: string[] = [];
    const runner = client.chat.completions.runTools({
      model,
      ...say('[[tool: get_weather {"city":"Paris"}]]'),
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'Weather of a city.',
            parameters: { ...weatherSchema, required: ['city'] },
            function: (text: string) => {
              asked.push(text);
              return 'sunny';
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('answered: sunny');
    expect(asked).toEqual(['{"city":"Paris"}']);
  });

  it('gives reasoning back unchanged, signature included', async () => {
    const first = await whole(say('[[reason: The wind is from the west.]] [[text: West.]]'));
    const { message } = first.choices[0]!;
    const { reasoning_details: details } = message as unknown as { reasoning_details: unknown };
    expect(details).toMatchObject([{ text: 'The wind is from the west.', signature: expect.any(String) }]);
    const next = [{ role: 'user' as const, content: 'Hello.' }, message, ...say('And now?').messages];
    await whole({ messages: next });
    expect(simulator.requests[1]?.request?.turns[1]?.parts[0]).toMatchObject({
      type: 'reasoning',
      text: 'The wind is from the west.',
      opaque: { value: (details as [{ signature: string }])[0].signature },
    });
  });

  it('is refused when it changes the reasoning that it gives back', async () => {
    const first = await whole(say('[[reason: The wind is from the west.]] [[text: West.]]'));
    const { message } = first.choices[0]!;
    const { reasoning_details: details } = message as unknown as { reasoning_details: object[] };
    const forged = { ...message, reasoning_details: [{ ...details[0], text: 'The wind is from the east.' }] };
    const messages = [{ role: 'user' as const, content: 'Hello.' }, forged, ...say('And now?').messages];
    expect(await failureOf(whole({ messages }))).toBeInstanceOf(OpenAI.BadRequestError);
  });

  it('streams reasoning whose signature can be given back', async () => {
    const chunks = await chunksOf(say('[[reason: The wind is from the west.]] [[text: West.]]'));
    interface Detail {
      readonly text?: string;
      readonly signature?: string;
    }
    const details = chunks.flatMap(({ choices }) => {
      const delta = choices[0]?.delta as unknown as { reasoning_details?: Detail[] } | undefined;
      return delta?.reasoning_details ?? [];
    });
    const detail = {
      type: 'reasoning.text',
      text: details.map(({ text = '' }) => text).join(''),
      signature: details.map(({ signature = '' }) => signature).join(''),
    };
    expect(detail.text).toBe('The wind is from the west.');
    const message = { role: 'assistant' as const, content: 'West.', reasoning_details: [detail] };
    const answer = await whole({
      messages: [{ role: 'user', content: 'Hello.' }, message, ...say('[[text: Accepted.]]').messages],
    });
    expect(answer.choices[0]?.message.content).toBe('Accepted.');
  });

  it('stops the vendor when the caller stops reading', async () => {
    const stream = await client.chat.completions.create({
      ...say('[[long: 2000]] [[chunks: 20ms]]'),
      model,
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });

  it('stops the vendor when a whole answer is aborted', async () => {
    const leaving = new AbortController();
    const body = { ...say('[[text: late]] [[delay: 60s]]'), model };
    const failing = failureOf(client.chat.completions.create(body, { signal: leaving.signal }));
    await until(() => simulator.counts.requests === 1, 'the request to arrive');
    leaving.abort();
    expect(await failing).toBeInstanceOf(OpenAI.APIUserAbortError);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });
});
