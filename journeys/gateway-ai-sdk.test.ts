/** Users of the Vercel AI SDK with the gateway behind it: eight packages, each answered by a vendor of another format. */
import type { DialectName } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { APICallError, jsonSchema, type LanguageModel, stepCountIs } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AbortedStream,
  type AiSdkQuestion,
  askStreamed,
  askWhole,
  translatedAiSdkPackages,
} from './ai-sdk-client.ts';
import { type Gateway, startGateway, vendorOf } from './gateway-harness.ts';
import { shipSchema, weatherSchema } from './samples.ts';
import { failureOf, until } from './until.ts';

const vendors = ['anthropic-messages', 'gemini-generate', 'openai-responses'] as const;

let simulator: Simulator;
const gateways = new Map<DialectName, Gateway>();

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  for (const vendor of vendors) {
    gateways.set(vendor, await startGateway({ provider: vendorOf(vendor, simulator.url) }));
  }
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.close();
  await simulator.close();
});

interface City {
  readonly city: string;
}
const weather = {
  description: 'Weather of a city.',
  inputSchema: jsonSchema<City>({ ...weatherSchema, required: ['city'] }),
};
const cases = translatedAiSdkPackages.flatMap((sdk, place) => {
  const others = vendors.filter((vendor) => vendor !== sdk.dialect);
  const vendor = others[place % others.length] as (typeof vendors)[number];
  return [
    { ...sdk, vendor, way: 'whole', ask: askWhole },
    { ...sdk, vendor, way: 'streamed', ask: askStreamed },
  ];
});

describe.each(cases)('$name to $vendor, $way', ({ connect, ask, vendor, way }) => {
  let model: LanguageModel;
  beforeAll(() => {
    model = connect((gateways.get(vendor) as Gateway).url);
  });
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
  });

  it('reads structured output that fits the schema', async () => {
    const providerOptions = { anthropic: { structuredOutputMode: 'outputFormat' } };
    const { output } = await ask({ ...say('Invent a ship.'), schema: shipSchema, providerOptions });
    const rig = expect.stringMatching(/^(sloop|brig|barque)$/);
    expect(output).toMatchObject({ masts: expect.any(Number), rig });
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

  it('stops the vendor when the answer is aborted', async () => {
    const leaving = new AbortController();
    const failing = failureOf(ask({ ...say('[[text: late]] [[delay: 60s]]'), abortSignal: leaving.signal }));
    await until(() => simulator.counts.requests === 1, 'the request to arrive');
    leaving.abort();
    const failure = await failing;
    if (way === 'streamed') expect(failure).toBeInstanceOf(AbortedStream);
    else expect((failure as Error).name).toBe('AbortError');
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });
});
