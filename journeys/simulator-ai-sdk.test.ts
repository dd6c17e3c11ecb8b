// The Vercel AI SDK against the simulator, in both of its formats, over real sockets.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { type Simulator, startSimulator } from '@keelson/simulator';
import {
  APICallError,
  generateText,
  jsonSchema,
  type LanguageModel,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

// The library prints advice about unknown models on every call.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const models: readonly [string, () => LanguageModel][] = [
  ['openai', () => createOpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'k' }).chat('gpt-test')],
  [
    'openai-compatible',
    () =>
      createOpenAICompatible({
        name: 'host',
        baseURL: `${simulator.url}/v1`,
        apiKey: 'k',
        includeUsage: true,
        supportsStructuredOutputs: true,
      })('test'),
  ],
  ['anthropic', () => createAnthropic({ baseURL: `${simulator.url}/v1`, apiKey: 'k' })('claude-test')],
];

const getWeather = tool({
  description: 'Tells the weather.',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  }),
  execute: async ({ city }) => `sunny in ${city}`,
});

describe.each(models)('%s', (_name, model) => {
  test('text, usage and finish reason', async () => {
    const { text, usage, finishReason } = await generateText({
      model: model(),
      prompt: '[[text: Ahoy]] [[usage: input=10 cacheRead=4 output=7]]',
    });
    expect([text, finishReason, usage.inputTokens, usage.outputTokens]).toEqual(['Ahoy', 'stop', 10, 7]);
  });

  test('a stream in pieces', async () => {
    const { textStream, usage } = streamText({ model: model(), prompt: '[[text: one two three]]' });
    const pieces: string[] = [];
    for await (const piece of textStream) pieces.push(piece);
    expect(pieces).toEqual(['one', ' two', ' three']);
    expect((await usage).outputTokens).toBe(3);
  });

  test('parallel tools in a loop, plain and streamed', async () => {
    const prompt =
      '[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Rome"}]] [[then]] [[text: Both are sunny.]]';
    const request = { model: model(), prompt, tools: { get_weather: getWeather }, stopWhen: stepCountIs(3) };
    const plain = await generateText(request);
    const streamed = streamText(request);
    for (const [text, steps] of [
      [plain.text, plain.steps],
      [await streamed.text, await streamed.steps],
    ] as const) {
      expect(text).toBe('Both are sunny.');
      expect(steps[0]?.toolResults.map(({ output }) => output)).toEqual(['sunny in Paris', 'sunny in Rome']);
    }
  });

  test('structured output', async () => {
    const schema = jsonSchema<{ name: string }>({
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    });
    const { output } = await generateText({
      model: model(),
      prompt: 'Who?',
      output: Output.object({ schema }),
    });
    expect(output).toEqual({ name: 'sample name' });
  });

  test('errors carry status and whether to try again', async () => {
    for (const [fault, statusCode, isRetryable] of [
      ['bad-request', 400, false],
      ['unauthorized', 401, false],
      ['rate-limit', 429, true],
      ['529', 529, true],
    ]) {
      const asked = generateText({ model: model(), prompt: `[[fault: ${fault}]]`, maxRetries: 0 });
      const error: unknown = await asked.catch((thrown: unknown) => thrown);
      expect(APICallError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({
        statusCode,
        isRetryable,
        message: expect.stringContaining('(simulated)') as string,
      });
    }
  });

  test('an error in the middle of a stream is told', async () => {
    const errors: unknown[] = [];
    const { fullStream } = streamText({
      model: model(),
      prompt: '[[text: one two three]] [[fault: error-mid-stream after=4]]',
      onError: ({ error }) => void errors.push(error),
    });
    for await (const part of fullStream) if (part.type === 'error') errors.push(part.error);
    expect(JSON.stringify(errors.map((error) => (error instanceof Error ? error.message : error)))).toMatch(
      /overloaded/i,
    );
  });
});

test.each(models.slice(1))('%s: reasoning is seen', async (_name, model) => {
  const { reasoningText, text } = await generateText({
    model: model(),
    prompt: '[[reason: Let me think.]] [[text: Done]]',
  });
  expect([reasoningText, text]).toEqual(['Let me think.', 'Done']);
});
