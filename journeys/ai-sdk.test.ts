/** The Vercel AI SDK against the simulator, through each of its packages that speak our formats: what a caller sees of answers. */
import { type Simulator, startSimulator } from '@keelson/simulator';
import { jsonSchema, type LanguageModel, type ModelMessage, stepCountIs } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AbortedStream, type AiSdkQuestion, aiSdkPackages, askStreamed, askWhole } from './ai-sdk-client.ts';
import {
  model as modelName,
  pdf,
  pdfBytes,
  pixel,
  pixelBytes,
  shipSchema,
  weatherSchema,
} from './samples.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

interface City {
  readonly city: string;
}
const weather = {
  description: 'Weather of a city.',
  inputSchema: jsonSchema<City>({ ...weatherSchema, required: ['city'] }),
};
const ways = [
  { way: 'whole', ask: askWhole },
  { way: 'streamed', ask: askStreamed },
];
const cases = aiSdkPackages.flatMap((sdk) => ways.map((row) => ({ ...sdk, ...row })));

describe.each(cases)('$name, $way', ({ connect, ask, dialect, readsReasoning, readsCacheWrites }) => {
  let model: LanguageModel;
  beforeAll(() => {
    model = connect(simulator.url);
  });
  const say = (content: string): AiSdkQuestion => ({ model, messages: [{ role: 'user', content }] });

  it('reads text', async () => {
    const answer = await ask({ ...say('[[text: Fair winds, 順風 and 🌊.]]'), instructions: 'Be brief.' });
    expect(answer.text).toBe('Fair winds, 順風 and 🌊.');
    expect(answer.finishReason).toBe('stop');
    const [seen] = simulator.requests;
    expect(seen).toMatchObject({ dialect, model: modelName, answered: { status: 200 } });
    expect(seen?.request?.system).toMatchObject([{ text: 'Be brief.' }]);
  });

  it('reads parallel calls in order, with text before them', async () => {
    const cities = ['Paris', 'Oslo', 'Kyoto'];
    const keywords = cities.map((city) => `[[tool: get_weather {"city":"${city}","days":2}]]`).join(' ');
    const answer = await ask({
      ...say(`[[text: Let me look.]] ${keywords}`),
      tools: { get_weather: weather },
    });
    expect(answer.text).toBe('Let me look.');
    expect(answer.calls.map(({ toolName, input }) => [toolName, input])).toEqual(
      cities.map((city) => ['get_weather', { city, days: 2 }]),
    );
    expect(new Set(answer.calls.map(({ toolCallId }) => toolCallId)).size).toBe(3);
    expect(answer.finishReason).toBe('tool-calls');
  });

  it('runs tools and sends their results back, until the model has no more calls', async () => {
    const asked: string[] = [];
    const execute = ({ city }: City): string => {
      asked.push(city);
      return `${city}: sunny`;
    };
    const script =
      '[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Oslo"}]]' +
      ' [[then]] [[tool: get_weather {"city":"Kyoto"}]]';
    const tools = { get_weather: { ...weather, execute } };
    const answer = await ask({ ...say(script), tools, stopWhen: stepCountIs(5) });
    expect(asked).toEqual(['Paris', 'Oslo', 'Kyoto']);
    expect(answer.text).toContain('Kyoto: sunny');
    expect(simulator.counts.requests).toBe(3);
    const results = simulator.requests[1]?.request?.turns.flatMap(({ parts }) =>
      parts.filter(({ type }) => type === 'tool-result'),
    );
    expect(results).toMatchObject([
      { parts: [{ text: 'Paris: sunny' }] },
      { parts: [{ text: 'Oslo: sunny' }] },
    ]);
  });

  it('obeys a forced choice', async () => {
    const answer = await ask({
      ...say('Weather, please.'),
      tools: { other: weather, get_weather: weather },
      toolChoice: { type: 'tool', toolName: 'get_weather' },
    });
    expect(answer.calls).toMatchObject([{ toolName: 'get_weather', input: { city: expect.any(String) } }]);
  });

  it('reads structured output that fits the schema', async () => {
    const providerOptions = { anthropic: { structuredOutputMode: 'outputFormat' } };
    const answer = await ask({ ...say('Invent a ship.'), schema: shipSchema, providerOptions });
    expect(answer.output).toMatchObject({
      masts: expect.any(Number),
      rig: expect.stringMatching(/^(sloop|brig|barque)$/),
    });
    expect(simulator.requests[0]?.request?.outputFormat).toMatchObject({ type: 'json-schema' });
  });

  it('has its images and documents seen', async () => {
    const messages: ModelMessage[] = [
      {
        role: 'user',
        content: [
          { type: 'image', image: Buffer.from(pixel, 'base64'), mediaType: 'image/png' },
          { type: 'file', data: Buffer.from(pdf, 'base64'), mediaType: 'application/pdf', filename: 'a.pdf' },
          { type: 'text', text: '[[images]]' },
        ],
      },
    ];
    const { text } = await ask({ model, messages });
    expect(text).toContain(`image image/png ${pixelBytes} bytes`);
    expect(text).toContain(`document application/pdf ${pdfBytes} bytes`);
  });

  it('is told why an answer ended', async () => {
    const reasonOf = async (question: AiSdkQuestion) => (await ask(question)).finishReason;
    expect(await reasonOf({ ...say('[[text: one two three]]'), maxOutputTokens: 2 })).toBe('length');
    expect(await reasonOf({ ...say('[[text: one STOP two]]'), stopSequences: ['STOP'] })).toBe('stop');
    expect(await reasonOf(say('[[text: No.]] [[stop: content-filter]]'))).toBe('content-filter');
  });

  it('reads usage in every bucket that it knows', async () => {
    const usage = 'input=200 cacheRead=60 cacheWrite=40 output=50 reasoning=30';
    const answer = await ask(say(`[[text: Hello.]] [[usage: ${usage}]]`));
    expect(answer.usage).toMatchObject({
      inputTokens: 200,
      inputTokenDetails: { cacheReadTokens: 60, noCacheTokens: readsCacheWrites ? 100 : 140 },
      outputTokens: 50,
      outputTokenDetails: { textTokens: 20, reasoningTokens: 30 },
      totalTokens: 250,
    });
    expect(answer.usage.inputTokenDetails.cacheWriteTokens).toBe(readsCacheWrites ? 40 : undefined);
  });

  it('reads reasoning and gives it back on the second turn, where the package can', async () => {
    const first = await ask(say('[[reason: The wind is from the west.]] [[text: West.]]'));
    expect(first.text).toBe('West.');
    expect(first.reasoning).toBe(readsReasoning ? 'The wind is from the west.' : undefined);
    if (!readsReasoning) return;
    await ask({
      model,
      messages: [...say('Hello.').messages, ...first.messages, ...say('And now?').messages],
    });
    const [part] = simulator.requests[1]?.request?.turns[1]?.parts ?? [];
    expect(part).toMatchObject({ type: 'reasoning', text: 'The wind is from the west.' });
    const signature = part?.type === 'reasoning' ? part.opaque?.value : undefined;
    // The chat format has no place of its own for signatures, and these packages read no extension.
    if (dialect === 'anthropic-messages') expect(signature).toMatch(/^simulated-signature-/);
  });

  it('stops the vendor when the answer is aborted', async () => {
    const leaving = new AbortController();
    const failing = failureOf(ask({ ...say('[[long: 2000]] [[delay: 60s]]'), abortSignal: leaving.signal }));
    await until(() => simulator.counts.requests === 1, 'the request to arrive');
    leaving.abort();
    expect(await failing).toSatisfy(
      (failure) => failure instanceof AbortedStream || (failure as Error).name === 'AbortError',
    );
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });
});

describe.each(aiSdkPackages)('$name', ({ connect }) => {
  it('streams text in many pieces, and stops the vendor in the middle of them', async () => {
    const leaving = new AbortController();
    const pieces: string[] = [];
    const question = {
      model: connect(simulator.url),
      messages: [{ role: 'user' as const, content: '[[long: 2000]] [[chunks: 5ms]]' }],
      abortSignal: leaving.signal,
    };
    const failing = failureOf(
      askStreamed(question, (piece) => {
        pieces.push(piece);
        if (pieces.length === 10) leaving.abort();
      }),
    );
    expect(await failing).toBeInstanceOf(AbortedStream);
    expect(pieces.length).toBeGreaterThanOrEqual(10);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });
});

it('structured output by a forced tool, as @ai-sdk/anthropic asks models that it does not know', async () => {
  const anthropic = aiSdkPackages.find(({ name }) => name === '@ai-sdk/anthropic')!;
  const question = { model: anthropic.connect(simulator.url), schema: shipSchema };
  const answer = await askWhole({ ...question, messages: [{ role: 'user', content: 'Invent a ship.' }] });
  expect(answer.output).toMatchObject({
    masts: expect.any(Number),
    cargo: [expect.any(String), expect.any(String)],
  });
  expect(simulator.requests[0]?.headers).toMatchObject({ 'anthropic-version': '2023-06-01' });
  expect(simulator.requests[0]?.headers['x-api-key']).toBeDefined();
});
