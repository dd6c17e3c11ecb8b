/**
 * A caller of one format, a vendor of another, for every pair of formats: the caller's own library sees what the vendor
 * said, and the vendor sees what the caller asked. Failures and long conversations are elsewhere.
 */
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { model, pdf, pdfBytes, pictureUrl, pixel, pixelBytes, shipSchema, weatherSchema } from './samples.ts';
import type { CountName, Question, StopKind, Told } from './translated-client.ts';
import { clientOf, dialectNames, pairs } from './translated-pairs.ts';
import { startTranslator, type Translator } from './translating-harness.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const say = (text: string): Question => ({ turns: [{ type: 'user', text }] });
const weather = { name: 'get_weather', description: 'Weather of a city.', schema: weatherSchema };

it('every dialect has a client in these journeys', () => {
  for (const dialect of dialectNames) expect(clientOf(dialect).ask).toBeTypeOf('function');
});

describe.each(pairs)('$client to $vendor, $way', ({ client, vendor, isStream }) => {
  const asker = clientOf(client);
  const answerer = clientOf(vendor);
  let translator: Translator;

  beforeAll(async () => {
    translator = await startTranslator({ client, vendor, vendorUrl: `${simulator.url}/v1` });
  });
  beforeEach(() => {
    translator.losses.length = 0;
  });
  afterEach(() => {
    // What one format has said, it can say again.
    if (client === vendor) expect(translator.losses).toEqual([]);
  });
  afterAll(() => translator.close());

  const ask = (question: Question, more: { signal?: AbortSignal } = {}): Promise<Told> =>
    asker.ask(translator.url, question, { isStream, ...more });
  const seen = () => simulator.requests.at(-1)?.request;

  it('keeps text, model and id, and speaks the vendor’s format', async () => {
    const answer = await ask(say('[[text: Fair winds, 順風 and 🌊.]] [[model: large-2026-05-01]]'));
    expect(answer.text).toBe('Fair winds, 順風 and 🌊.');
    expect(answer.model).toBe('large-2026-05-01');
    expect(answer.id).toMatch(/^[\w-]{8,}$/);
    expect(answer.calls).toEqual([]);
    expect(simulator.requests).toMatchObject([{ dialect: vendor, model, answered: { isStream } }]);
  });

  it('hands on instructions, limits and stop sequences', async () => {
    const answer = await ask({
      ...say('[[text: one two three STOP four]]'),
      instructions: 'Be brief.',
      maxTokens: 100,
      stop: ['never', 'STOP'],
    });
    expect(answer.text).toBe('one two three ');
    expect(seen()).toMatchObject({
      system: [{ text: 'Be brief.' }],
      maxOutputTokens: 100,
      stop: ['never', 'STOP'],
    });
  });

  it('keeps parallel calls: names, arguments, order, ids, the text before them', async () => {
    const inputs = [{ city: 'Paris', days: 3 }, { city: 'Oslo "north"' }, { city: '京都' }];
    const keywords = inputs.map((input) => `[[tool: get_weather ${JSON.stringify(input)}]]`).join(' ');
    const answer = await ask({ ...say(`[[text: Let me look.]] ${keywords}`), tools: [weather] });
    expect(answer.text).toBe('Let me look.');
    expect(answer.calls.map(({ name }) => name)).toEqual(['get_weather', 'get_weather', 'get_weather']);
    expect(answer.calls.map(({ input }) => input)).toEqual(inputs);
    expect(new Set(answer.calls.map(({ id }) => id)).size).toBe(3);
    expect(answer.stop).toBe(asker.stops['tool-calls'].word);
    expect(seen()?.tools).toMatchObject([
      { name: 'get_weather', description: 'Weather of a city.', parameters: weatherSchema },
    ]);
  });

  it('keeps a call without arguments', async () => {
    const answer = await ask({
      ...say('[[tool: now {}]]'),
      tools: [{ name: 'now', schema: { type: 'object' } }],
    });
    expect(answer.calls).toMatchObject([{ name: 'now', input: {} }]);
  });

  it('forbids parallel calls where that was asked for', async () => {
    await ask({ ...say('Hello.'), tools: [weather], isSequential: true });
    expect(seen()?.parallelTools).toBe(false);
  });

  const names = [
    'files.read',
    'read the file',
    'größe/maß',
    '_u002e_',
    `long_${'x'.repeat(95)}`,
    `.${'y'.repeat(99)}`,
  ];
  it.each(names)('gives the caller its own tool name back: %s', async (name) => {
    const tools = [
      { name: 'other', schema: { type: 'object' } },
      { name, schema: weatherSchema },
    ];
    const first = await ask({ ...say('Use it.'), tools, forced: name });
    expect(first.calls).toMatchObject([{ name, input: { city: expect.any(String) } }]);
    const results = [{ id: first.calls[0]!.id, text: 'done' }];
    const second = await ask({
      turns: [
        { type: 'user', text: 'Use it.' },
        { type: 'answer', answer: first },
        { type: 'results', results },
      ],
      tools,
    });
    expect(second.text).toContain('answered: done');
    const [offered, called] = [seen()?.tools?.[1], seen()?.turns[1]?.parts[0]];
    expect(called).toMatchObject({ type: 'tool-call', name: (offered as { name: string }).name });
  });

  it('hands on results of parallel calls, failed ones marked where both formats can', async () => {
    const asked = '[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Oslo"}]]';
    const first = await ask({ ...say(asked), tools: [weather] });
    const [paris, oslo] = first.calls.map(({ id }) => id);
    const results = [
      { id: paris!, text: '21 degrees' },
      { id: oslo!, text: 'no station', isError: true },
    ];
    const answer = await ask({
      turns: [
        { type: 'user', text: 'Compare.' },
        { type: 'answer', answer: first },
        { type: 'results', results },
      ],
      tools: [weather],
    });
    const canMark = asker.marksFailedResults && answerer.marksFailedResults;
    expect(answer.text).toContain('answered: 21 degrees');
    expect(answer.text).toContain(canMark ? 'failed with: no station' : 'answered: no station');
    const isLost = translator.losses.some(({ field }) => field.endsWith('.isError'));
    expect(isLost).toBe(asker.marksFailedResults && !answerer.marksFailedResults);
    const parts = seen()?.turns.flatMap((turn) => turn.parts) ?? [];
    const ids = parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
    expect(parts.flatMap((part) => (part.type === 'tool-result' ? [part.callId] : []))).toEqual(ids);
    expect(ids).toHaveLength(2);
  });

  it('has images and documents seen, by their bytes and by their address', async () => {
    const media = { image: pixel, imageUrl: pictureUrl, document: pdf };
    const turn = { type: 'user', text: '[[images]]', ...media } as const;
    const { text } = await ask({ turns: [turn] });
    expect(text).toContain(`image image/png ${pixelBytes} bytes`);
    expect(text).toContain(`image url ${pictureUrl}`);
    expect(text).toContain(`document application/pdf ${pdfBytes} bytes`);
  });

  it('keeps structured output and its schema', async () => {
    const { text } = await ask({ ...say('Invent a ship.'), schema: shipSchema });
    expect(JSON.parse(text)).toMatchObject({
      masts: expect.any(Number),
      cargo: [expect.any(String), expect.any(String)],
    });
    expect(seen()?.outputFormat).toMatchObject({ type: 'json-schema', schema: shipSchema });
  });

  it('shows reasoning, and gives its state back to the vendor that made it', async () => {
    const first = await ask(say('[[reason: The wind is from the west.]] [[redacted]] [[text: West.]]'));
    expect(first.reasoning).toBe('The wind is from the west.');
    expect(first.text).toBe('West.');
    await ask({
      turns: [
        { type: 'user', text: 'Hello.' },
        { type: 'answer', answer: first },
        { type: 'user', text: 'And now?' },
      ],
    });
    const [part, hidden] = seen()?.turns[1]?.parts ?? [];
    if (asker.carriesState && answerer.carriesState) {
      const opaque = { dialect: vendor, value: expect.stringMatching(/^simulated-signature-/) };
      expect(part).toMatchObject({ type: 'reasoning', text: 'The wind is from the west.', opaque });
      const state = { dialect: vendor, value: expect.stringMatching(/^simulated-redacted-/) };
      expect(hidden).toMatchObject({ type: 'reasoning', redacted: true, opaque: state });
    } else {
      // Never half of it: without its signature reasoning is refused by most vendors.
      expect(part).toMatchObject({ type: 'text', text: 'West.' });
      expect(translator.losses.some(({ field }) => field.includes('opaque'))).toBe(true);
    }
  });

  it('keeps usage in every bucket that both formats have', async () => {
    const told: Record<CountName, number> = {
      input: 200,
      cacheRead: 60,
      cacheWrite: 40,
      cacheWrite5m: 30,
      cacheWrite1h: 10,
      output: 50,
      reasoning: 20,
    };
    const usage = Object.entries(told).map(([name, count]) => `${name}=${count}`);
    const answer = await ask(say(`[[text: Hello.]] [[usage: ${usage.join(' ')}]]`));
    const shared = asker.counts.filter((name) => answerer.counts.includes(name));
    const expected = Object.fromEntries(shared.map((name) => [name, told[name]]));
    const known = Object.entries(answer.usage).filter(([, count]) => count !== undefined);
    expect(Object.fromEntries(known)).toEqual(expected);
  });

  const stops: readonly StopKind[] = [
    'stop',
    'length',
    'content-filter',
    'refusal',
    'pause',
    'context-exceeded',
  ];
  it.each(stops)('tells in its own words why an answer ended: %s', async (kind) => {
    const answer = await ask(say(`[[text: Well.]] [[stop: ${kind}]]`));
    expect(answer.stop).toBe(asker.stops[answerer.stops[kind].means].word);
  });

  it('tells a stop sequence where both formats know it, else a plain end', async () => {
    const { stop } = await ask({ ...say('[[text: one STOP two]]'), stop: ['STOP'] });
    expect(stop).toBe(asker.stops[answerer.stops['stop-sequence'].means].word);
  });

  it('shows the words of a refusal', async () => {
    const { text, stop, native } = await ask(say('[[refuse: I cannot help with that.]]'));
    expect(text + JSON.stringify(native)).toContain('I cannot help with that.');
    expect(stop).toBe(asker.stops[answerer.stops.refusal.means].word);
  });

  it('is not disturbed by one byte per packet', async () => {
    const answer = await ask({
      ...say(
        '[[text: Fair 順風 winds.]] [[tool: get_weather {"city":"京都"}]] [[fault: one-byte-per-packet]]',
      ),
      tools: [weather],
    });
    expect(answer.text).toBe('Fair 順風 winds.');
    expect(answer.calls).toMatchObject([{ input: { city: '京都' } }]);
  });

  it('has the vendor stop when the caller goes away', async () => {
    const leaving = new AbortController();
    const failing = failureOf(ask(say('[[text: late]] [[delay: 60s]]'), { signal: leaving.signal }));
    await until(() => simulator.counts.requests === 1, 'the request to arrive');
    leaving.abort();
    expect(await failing).toBeInstanceOf(Error);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });
});

describe.each(pairs.filter(({ isStream }) => isStream))('$client to $vendor', ({ client, vendor }) => {
  it('passes pieces on as they come, and has the vendor stop in the middle of them', async () => {
    const translator = await startTranslator({ client, vendor, vendorUrl: `${simulator.url}/v1` });
    const leaving = new AbortController();
    let pieces = 0;
    const onText = (): void => {
      pieces += 1;
      if (pieces === 3) leaving.abort();
    };
    const options = { isStream: true, signal: leaving.signal, onText };
    const question = say('[[long: 2000]] [[chunks: 10ms]]');
    expect(await failureOf(clientOf(client).ask(translator.url, question, options))).toBeInstanceOf(Error);
    expect(pieces).toBeGreaterThanOrEqual(3);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
    await translator.close();
  });
});
