/** The Vercel AI SDK over our own provider: versions 7 and 6, over a gateway and in process, all that an application does with it. */
import { type Client, KeelsonError } from '@keelson/sdk';
import { createEarlierKeelson, createKeelson } from '@keelson/sdk/ai';
import * as ai7 from 'ai';
import * as ai6 from 'ai6';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type SdkHarness, startSdkHarness } from './sdk-harness.ts';
import { failureOf, until } from './until.ts';

// The SDK tells on stderr what it warns of.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

let harness: SdkHarness;
beforeAll(async () => {
  harness = await startSdkHarness();
});
beforeEach(() => harness.simulator.reset());
afterAll(() => harness.close());

/** Both versions have the same functions; types of version 7 hold for what is asked of them here. */
const versions = [
  { version: 7, ai: ai7, provide: createKeelson },
  {
    version: 6,
    ai: ai6 as unknown as typeof ai7,
    provide: createEarlierKeelson as unknown as typeof createKeelson,
  },
];
const cases = versions.flatMap((version) =>
  (['remote', 'local'] as const).map((face) => ({ ...version, face })),
);

const ship = z.object({ name: z.string(), masts: z.number() });
const told = {
  keelson: {
    callId: expect.any(String),
    alias: 'fast',
    model: 'openai:gpt-4o',
    cost: { status: 'priced', dollars: expect.stringMatching(/^0\.0/) },
    receiptId: expect.stringMatching(/^rcpt_/),
    attempts: [{ provider: 'openai', outcome: 'answered' }],
  },
};

describe.each(cases)('AI SDK $version, $face', ({ ai, provide, face }) => {
  let client: Client;
  let keelson: ReturnType<typeof createKeelson>;
  beforeAll(() => {
    client = harness[face];
    keelson = provide({ client });
  });

  it('generateText', async () => {
    const prompt = '[[reason: Hm.]] [[text: Fair winds.]] [[usage: input=20 cacheRead=5 output=9]]';
    const answer = await ai.generateText({
      model: keelson('fast'),
      prompt,
      temperature: 0.5,
      maxOutputTokens: 99,
    });
    expect(answer.text).toBe('Fair winds.');
    expect(answer.finishReason).toBe('stop');
    expect(answer.usage).toMatchObject({ inputTokens: 20, outputTokens: 9 });
    expect(answer.providerMetadata).toMatchObject(told);
    expect(harness.simulator.requests).toMatchObject([
      { request: { maxOutputTokens: 99, sampling: { temperature: 0.5 } } },
    ]);
  });

  it('streamText', async () => {
    const types = new Set<string>();
    const { fullStream } = ai.streamText({ model: keelson('fast'), prompt: '[[text: one two three]]' });
    for await (const part of fullStream) types.add(part.type);
    expect([...types]).toEqual(expect.arrayContaining(['text-start', 'text-delta', 'text-end', 'finish']));
  });

  it('streamText, and all that it tells at the end', async () => {
    const stream = ai.streamText({ model: keelson('fast'), prompt: '[[text: one two three]]' });
    let text = '';
    for await (const piece of stream.textStream) text += piece;
    expect(text).toBe('one two three');
    expect(await stream.finishReason).toBe('stop');
    expect(await stream.providerMetadata).toMatchObject(told);
    expect((await stream.usage).outputTokens).toBeGreaterThan(0);
  });

  it('structured output, whole and as it comes', async () => {
    const prompt = '[[json: {"name":"Argo","masts":1}]]';
    const output = ai.Output.object({ schema: ship });
    const answer = await ai.generateText({ model: keelson('fast'), prompt, output });
    expect(answer.output).toEqual({ name: 'Argo', masts: 1 });
    const stream = ai.streamText({ model: keelson('fast'), prompt, output });
    expect(await stream.output).toEqual({ name: 'Argo', masts: 1 });
    expect(harness.simulator.requests[0]?.request).toMatchObject({
      outputFormat: { type: 'json-schema', schema: { required: ['name', 'masts'] } },
    });
    const object = await ai.generateObject({ model: keelson('fast'), prompt, schema: ship });
    expect(object.object).toEqual({ name: 'Argo', masts: 1 });
  });

  it('tools in a loop, whole and streamed, with state that comes back', async () => {
    const asked: string[] = [];
    const execute = ({ city }: { city: string }): string => {
      asked.push(city);
      return `${city}: sunny`;
    };
    const weather = ai.tool({
      description: 'Weather.',
      inputSchema: z.object({ city: z.string() }),
      execute,
    });
    const prompt =
      '[[reason: Let me look.]] [[tool: weather {"city":"Paris"}]] [[tool: weather {"city":"Oslo"}]]' +
      ' [[then]] [[tool: weather {"city":"京都"}]]';
    // Its reasoning is signed: sent back changed or not at all, the next call is refused.
    const model = keelson('anthropic:claude-haiku-4-5');
    const loop = { model, tools: { weather }, prompt, stopWhen: ai.stepCountIs(5) };
    const answer = await ai.generateText(loop);
    expect(asked).toEqual(['Paris', 'Oslo', '京都']);
    expect(answer.text).toContain('京都: sunny');
    expect(answer.steps).toHaveLength(3);
    const stream = ai.streamText(loop);
    expect(await stream.text).toContain('京都: sunny');
    expect(asked).toHaveLength(6);
    const sent = JSON.stringify(harness.simulator.requests.at(-1)?.request);
    expect(sent).toContain('"type":"reasoning"');
    expect(sent).toContain('"opaque"');
  });

  it('agents', async () => {
    const weather = ai.tool({
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => `${city}: sunny`,
    });
    const agent = new ai.ToolLoopAgent({
      model: keelson('fast'),
      instructions: 'Be brief.',
      tools: { weather },
    });
    const { text, steps } = await agent.generate({ prompt: '[[tool: weather {"city":"Oslo"}]]' });
    expect(text).toContain('Oslo: sunny');
    expect(steps).toHaveLength(2);
    expect(harness.simulator.requests[0]?.request).toMatchObject({ system: [{ text: 'Be brief.' }] });
  });

  it('files', async () => {
    const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);
    const pdf = {
      type: 'file',
      data: new TextEncoder().encode('%PDF-1.4'),
      mediaType: 'application/pdf',
      filename: 'a.pdf',
    } as const;
    const { text } = await ai.generateText({
      model: keelson('fast'),
      messages: [
        { role: 'user', content: [{ type: 'text', text: '[[images]]' }, { type: 'image', image: png }, pdf] },
      ],
    });
    expect(text).toContain('image/png');
    const { request } = harness.simulator.requests[0]!;
    expect(request).toMatchObject({
      turns: [{ parts: [{ type: 'text' }, { type: 'image' }, { type: 'document', title: 'a.pdf' }] }],
    });
  });

  it('options of ours', async () => {
    const providerOptions = {
      keelson: { tags: { team: 'search' }, cache: 'bypass', request: { reasoning: { effort: 'low' } } },
    };
    await ai.generateText({ model: keelson('fast'), prompt: 'Hi', providerOptions });
    expect(harness.simulator.requests[0]?.request).toMatchObject({ reasoning: { effort: 'low' } });
  });

  it('embed', async () => {
    const { embeddings, providerMetadata } = (await ai.embedMany({
      model: keelson.embeddingModel('embedder'),
      values: ['one', 'two'],
    })) as { embeddings: number[][]; providerMetadata?: object };
    expect(embeddings).toHaveLength(2);
    expect(providerMetadata).toMatchObject({ keelson: { model: 'openai:text-embedding-3-small' } });
  });

  it.each([
    ['bad-request', 400, false],
    ['unauthorized', 401, true],
    ['rate-limit retry-after=600', 429, true],
    ['context-too-long', 400, true],
  ] as const)('errors, and whether to try again: %s', async (fault, statusCode, isRetryable) => {
    const prompt = `[[fault: ${fault}]]`;
    const failure = await failureOf(ai.generateText({ model: keelson('fast'), prompt, maxRetries: 0 }));
    expect(ai.APICallError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ statusCode, isRetryable });
    expect(KeelsonError.is((failure as Error).cause)).toBe(true);
  });

  it('errors in the middle of a stream', async () => {
    const errors: unknown[] = [];
    const stream = ai.streamText({
      model: keelson('fast'),
      prompt: '[[long: 50]] [[fault: missing-end]]',
      onError: ({ error }) => void errors.push(error),
    });
    let text = '';
    for await (const piece of stream.textStream) text += piece;
    expect(text.length).toBeGreaterThan(5);
    expect(errors).toMatchObject([{ data: { code: 'stream_interrupted' } }]);
  });

  it('abort, before and after the first word', async () => {
    const leaving = new AbortController();
    const abortSignal = leaving.signal;
    const prompt = '[[delay: 60s]] [[text: late]]';
    const failing = failureOf(ai.generateText({ model: keelson('fast'), prompt, abortSignal }));
    await until(() => harness.simulator.counts.requests === 1, 'the request to arrive');
    leaving.abort();
    expect((await failing) as Error).toHaveProperty('name', 'AbortError');
    await until(() => harness.simulator.counts.hangUps === 1, 'the vendor to see it');

    const later = new AbortController();
    let aborted = false;
    const stream = ai.streamText({
      model: keelson('fast'),
      prompt: '[[long: 500]] [[chunks: 20ms]]',
      abortSignal: later.signal,
      onAbort: () => {
        aborted = true;
      },
    });
    for await (const part of stream.fullStream) if (part.type === 'text-delta') later.abort();
    expect(aborted).toBe(true);
    await until(() => harness.simulator.counts.hangUps === 2, 'the vendor to see it again');
  });

  it('models that there are none of', async () => {
    const failure = await failureOf(
      ai.generateText({ model: keelson('no-such-alias'), prompt: 'Hi', maxRetries: 0 }),
    );
    expect(failure).toMatchObject({ statusCode: 404, data: { code: 'model_not_found' } });
    expect(() => keelson.imageModel('fast')).toThrow(/imageModel/);
  });
});
