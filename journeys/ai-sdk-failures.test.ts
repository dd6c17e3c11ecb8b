/** The Vercel AI SDK against the failures of a vendor: `APICallError` with the right status, retries only where they help. */
import { type Simulator, startSimulator } from '@keelson/simulator';
import { APICallError, type LanguageModel, RetryError } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AbortedStream, type AiSdkQuestion, aiSdkPackages, askStreamed, askWhole } from './ai-sdk-client.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const statuses = [
  { fault: 'bad-request', status: 400, isRetryable: false },
  { fault: '401', status: 401, isRetryable: false },
  { fault: 'forbidden', status: 403, isRetryable: false },
  { fault: '404', status: 404, isRetryable: false },
  { fault: '408', status: 408, isRetryable: true },
  { fault: 'conflict', status: 409, isRetryable: true },
  { fault: '413', status: 413, isRetryable: false },
  { fault: '422', status: 422, isRetryable: false },
  { fault: 'rate-limit retry-after=7', status: 429, isRetryable: true },
  { fault: 'server-error', status: 500, isRetryable: true },
  { fault: 'unavailable', status: 503, isRetryable: true },
  { fault: '529', status: 529, isRetryable: true },
];

const ways = [
  { way: 'whole', ask: askWhole },
  { way: 'streamed', ask: askStreamed },
];
const cases = aiSdkPackages.flatMap((sdk) => ways.map((row) => ({ ...sdk, ...row })));
const text = '[[text: one two three four five six seven eight]]';

describe.each(cases)('$name, $way', ({ connect, ask, way }) => {
  let model: LanguageModel;
  beforeAll(() => {
    model = connect(simulator.url);
  });
  const say = (content: string): AiSdkQuestion => ({ model, messages: [{ role: 'user', content }] });

  it.each(statuses)('maps status $status', async ({ fault, status, isRetryable }) => {
    const failure = await failureOf(ask(say(`[[fault: ${fault}]]`)));
    expect(APICallError.isInstance(failure)).toBe(true);
    // The message of the vendor is only there when the body could be read as an error of its format.
    expect(failure).toMatchObject({
      statusCode: status,
      isRetryable,
      message: expect.stringContaining('(simulated)'),
      data: expect.anything(),
    });
  });

  it('reports a refused connection', async () => {
    const gone = await startSimulator();
    await gone.close();
    const failure = await failureOf(ask({ ...say('Hello.'), model: connect(gone.url) }));
    expect(APICallError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ isRetryable: true, message: expect.stringContaining('ECONNREFUSED') });
  });

  it('reports a connection that is reset before the answer, or in it', async () => {
    const before = await failureOf(ask(say('[[fault: reset-before-headers]]')));
    expect(APICallError.isInstance(before)).toBe(true);
    const within = await failureOf(ask(say(`${text} [[fault: reset-mid-stream after=5]]`)));
    expect(APICallError.isInstance(within)).toBe(true);
    expect(within).toMatchObject({ statusCode: 200 });
  });

  it.each([
    'stall-before-first-byte',
    'stall-between-chunks after=3',
  ])('stops waiting at its own timeout: %s', async (fault) => {
    const abortSignal = AbortSignal.timeout(150);
    const failure = await failureOf(ask({ ...say(`${text} [[fault: ${fault}]]`), abortSignal }));
    const isStreamed = way === 'streamed';
    expect(failure).toSatisfy((thrown) =>
      isStreamed ? thrown instanceof AbortedStream : (thrown as Error).name === 'TimeoutError',
    );
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });

  it('does not try again where that cannot help', async () => {
    const failure = await failureOf(ask({ ...say('[[fault: bad-request]]'), maxRetries: 3 }));
    expect(APICallError.isInstance(failure)).toBe(true);
    expect(simulator.counts.requests).toBe(1);
  });

  it('gives up after the retries that it was allowed', async () => {
    // A wait below a second is in our header for milliseconds only, which this SDK reads first.
    const failure = await failureOf(
      ask({ ...say('[[fault: unavailable retry-after=50ms]]'), maxRetries: 2 }),
    );
    expect(RetryError.isInstance(failure)).toBe(true);
    expect((failure as RetryError).lastError).toMatchObject({ statusCode: 503 });
    expect(simulator.counts.statuses).toEqual({ 503: 3 });
  });

  it('reads an answer that comes byte by byte, slowly, without usage or under another content type', async () => {
    for (const fault of [
      'one-byte-per-packet',
      'slow-drip every=1ms',
      'missing-usage',
      'wrong-content-type',
    ]) {
      const answer = await ask(say(`${text} [[fault: ${fault}]]`));
      expect(answer.text, fault).toBe('one two three four five six seven eight');
    }
  });
});

describe('the AI SDK', () => {
  it('tries again after the time that the vendor asks for', async () => {
    simulator.script('[[fault: rate-limit retry-after=3]] [[then]] [[text: at last]]');
    const model = aiSdkPackages[0]!.connect(simulator.url);
    const messages = [{ role: 'user' as const, content: 'Hello.' }];
    expect((await askWhole({ model, messages, maxRetries: 1 })).text).toBe('at last');
    const [first, second] = simulator.requests;
    // Without our header the SDK would wait two seconds.
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(2990);
  });
});

describe.each(aiSdkPackages)('$name', ({ connect }) => {
  let model: LanguageModel;
  beforeAll(() => {
    model = connect(simulator.url);
  });
  const say = (content: string): AiSdkQuestion => ({ model, messages: [{ role: 'user', content }] });

  it('reports a whole answer that is no JSON', async () => {
    const failure = await failureOf(askWhole(say(`${text} [[fault: malformed-json]]`)));
    expect(APICallError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ statusCode: 200, isRetryable: false });
  });

  it('reports an event that is no JSON', async () => {
    const failure = await failureOf(askStreamed(say(`${text} [[fault: malformed-json after=4]]`)));
    expect(failure).toMatchObject({ name: 'AI_JSONParseError' });
  });

  it('reports an error event in mid-stream after what had come', async () => {
    const pieces: string[] = [];
    const question = say(`${text} [[fault: error-mid-stream after=5]]`);
    const failure = await failureOf(askStreamed(question, (piece) => pieces.push(piece)));
    expect(failure).toMatchObject({
      name: 'AI_StreamProviderError',
      message: expect.stringMatching(/overloaded/i),
    });
    expect(pieces.join('')).toMatch(/^one two/);
    expect(pieces.join('')).not.toContain('eight');
  });

  it('never takes a stream that was cut off for a complete answer', async () => {
    for (const fault of ['missing-end', 'truncated-frame after=5']) {
      const ending = askStreamed(say(`${text} [[fault: ${fault}]]`)).then(
        ({ finishReason }) => finishReason as string,
        (failure: Error) => failure.name,
      );
      expect(['interrupted', 'AI_InvalidResponseDataError'], fault).toContain(await ending);
    }
  });
});
