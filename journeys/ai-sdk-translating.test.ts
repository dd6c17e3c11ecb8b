/**
 * The Vercel AI SDK as judge of the translation: its packages speak to the translator, each in its own format, and vendors
 * of other formats answer. It reads strictly and was written by others, so what it takes for an answer is one.
 */
import type { DialectName } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { APICallError, jsonSchema, type LanguageModel, stepCountIs } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AiSdkQuestion, askStreamed, askWhole, translatedAiSdkPackages } from './ai-sdk-client.ts';
import { shipSchema, weatherSchema } from './samples.ts';
import { startTranslator, type Translator, vendorUrl } from './translating-harness.ts';
import { failureOf } from './until.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

/** Different in how they stream, call tools and fail. */
const vendors: readonly DialectName[] = [
  'anthropic-messages',
  'bedrock-converse',
  'gemini-generate',
  'openai-chat',
];
const cases = translatedAiSdkPackages.flatMap((sdk) =>
  vendors
    .filter((vendor) => vendor !== sdk.dialect)
    .flatMap((vendor) => [
      { ...sdk, vendor, way: 'whole', ask: askWhole },
      { ...sdk, vendor, way: 'streamed', ask: askStreamed },
    ]),
);

interface City {
  readonly city: string;
}
const weather = {
  description: 'Weather of a city.',
  inputSchema: jsonSchema<City>({ ...weatherSchema, required: ['city'] }),
};

describe.each(cases)('$name to $vendor, $way', ({ connect, ask, dialect, vendor }) => {
  let translator: Translator;
  let model: LanguageModel;
  beforeAll(async () => {
    translator = await startTranslator({
      client: dialect,
      vendor,
      vendorUrl: vendorUrl(simulator.url, vendor),
    });
    model = connect(translator.url);
  });
  afterAll(() => translator.close());
  const say = (content: string): AiSdkQuestion => ({ model, messages: [{ role: 'user', content }] });

  it('reads text, usage and the reason of the end', async () => {
    const script = '[[text: Fair winds, 順風 and 🌊.]] [[usage: input=20 output=9]]';
    const answer = await ask({ ...say(script), instructions: 'Be brief.' });
    expect([answer.text, answer.finishReason]).toEqual(['Fair winds, 順風 and 🌊.', 'stop']);
    expect(answer.usage).toMatchObject({ inputTokens: 20, outputTokens: 9 });
    expect(simulator.requests).toMatchObject([
      { dialect: vendor, request: { system: [{ text: 'Be brief.' }] } },
    ]);
  });

  it('is told that an answer was cut off', async () => {
    const words = 'sail '.repeat(30);
    const { finishReason } = await ask({ ...say(`[[text: ${words}]]`), maxOutputTokens: 16 });
    expect(finishReason).toBe('length');
  });

  it('runs tools, in parallel and in turn, until the model has no more calls', async () => {
    const asked: string[] = [];
    const execute = ({ city }: City): string => {
      asked.push(city);
      return `${city}: sunny`;
    };
    const script =
      '[[text: Let me look.]] [[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Oslo"}]]' +
      ' [[then]] [[tool: get_weather {"city":"京都"}]]';
    const tools = { get_weather: { ...weather, execute } };
    const answer = await ask({ ...say(script), tools, stopWhen: stepCountIs(5) });
    expect(asked).toEqual(['Paris', 'Oslo', '京都']);
    expect(answer.text).toContain('京都: sunny');
    const results = simulator.requests.map(({ request }) =>
      (request?.turns ?? []).flatMap(({ parts }) => parts.filter(({ type }) => type === 'tool-result')),
    );
    expect(results.map(({ length }) => length)).toEqual([0, 2, 3]);
  });

  it('is told that the answer waits for a tool', async () => {
    const question = { ...say('[[tool: get_weather {"city":"Paris"}]]'), tools: { get_weather: weather } };
    const { calls, finishReason } = await ask(question);
    expect(calls).toMatchObject([{ toolName: 'get_weather', input: { city: 'Paris' } }]);
    expect(finishReason).toBe('tool-calls');
  });

  it('reads structured output that fits the schema', async () => {
    const providerOptions = { anthropic: { structuredOutputMode: 'outputFormat' } };
    const { output } = await ask({ ...say('Invent a ship.'), schema: shipSchema, providerOptions });
    expect(output).toMatchObject({
      masts: expect.any(Number),
      rig: expect.stringMatching(/^(sloop|brig|barque)$/),
      // How many, some packages do not tell the vendor.
      cargo: expect.arrayContaining([expect.any(String)]),
    });
  });

  it.each([
    ['bad-request', 400, false],
    ['unauthorized', 401, false],
    ['rate-limit', 429, true],
    ['unavailable', 503, true],
  ] as const)('knows an error of the vendor, and whether to try again: %s', async (fault, status, isRetryable) => {
    const failure = await failureOf(ask(say(`[[fault: ${fault}]]`)));
    expect(APICallError.isInstance(failure)).toBe(true);
    const message = expect.stringContaining('(simulated)');
    expect(failure).toMatchObject({ statusCode: status, isRetryable, message });
  });
});
