/** Tools of a caller of one format, called by a vendor of another: offers, choices, calls, names and results, for every pair. */
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { weatherSchema } from './samples.ts';
import type { Question, Told } from './translated-client.ts';
import { clientOf, pairsWith } from './translated-pairs.ts';
import { startTranslator, type Translator, vendorUrl } from './translating-harness.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const say = (text: string): Question => ({ turns: [{ type: 'user', text }] });
const weather = { name: 'get_weather', description: 'Weather of a city.', schema: weatherSchema };

describe.each(pairsWith('tools'))('tools, $client to $vendor, $way', (pair) => {
  const { client, vendor, isStream, unasked, unheard, lacking } = pair;
  const asker = clientOf(client);
  let translator: Translator;

  beforeAll(async () => {
    translator = await startTranslator({ client, vendor, vendorUrl: vendorUrl(simulator.url, vendor) });
  });
  beforeEach(() => {
    translator.losses.length = 0;
  });
  afterEach(() => {
    // What one format has said, it can say again.
    if (client === vendor) expect(translator.losses).toEqual([]);
  });
  afterAll(() => translator.close());

  const ask = (question: Question): Promise<Told> => asker.ask(translator.url, question, { isStream });
  const seen = () => simulator.requests.at(-1)?.request;
  const isDropped = (field: string): boolean =>
    translator.losses.some((loss) => loss.field === field && loss.action === 'dropped');

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

  if (!unasked.has('parallel-switch'))
    it('forbids parallel calls, or tells that the vendor cannot be asked for it', async () => {
      await ask({ ...say('Hello.'), tools: [weather], isSequential: true });
      expect(seen()?.parallelTools).toBe(unheard.has('parallel-switch') ? undefined : false);
      expect(isDropped('parallelTools')).toBe(unheard.has('parallel-switch'));
    });

  if (!unasked.has('forced-tool'))
    it('demands a tool by the caller’s own name, or tells that the vendor cannot be asked for it', async () => {
      const tools = [
        { name: 'other', schema: { type: 'object' } },
        { ...weather, name: 'read the file' },
      ];
      const { calls } = await ask({ ...say('Use it.'), tools, forced: 'read the file' });
      const isHeard = !unheard.has('forced-tool');
      const call = { name: 'read the file', input: { city: expect.any(String) } };
      expect(calls).toMatchObject(isHeard ? [call] : []);
      expect(isDropped('toolChoice')).toBe(!isHeard);
    });

  it('gives the caller its own tool names back, in calls and after them', async () => {
    const names = ['files.read', 'größe/maß', '_u002e_', longName, `.${'y'.repeat(99)}`];
    const tools = names.map((name) => ({ name, schema: weatherSchema }));
    await ask({ ...say('Hello.'), tools });
    const offered = (seen()?.tools ?? []).map((tool) => (tool as { name: string }).name);
    expect(new Set(offered).size).toBe(names.length);
    const first = await ask({
      ...say(offered.map((name) => `[[tool: ${name} {"city":"Rome"}]]`).join(' ')),
      tools,
    });
    expect(first.calls.map(({ name }) => name)).toEqual(names);
    const results = first.calls.map(({ id }) => ({ id, text: 'done' }));
    const answered = { type: 'answer', answer: first } as const;
    await ask({ turns: [{ type: 'user', text: 'Hi.' }, answered, { type: 'results', results }], tools });
    const called = seen()?.turns[1]?.parts.map((part) => (part.type === 'tool-call' ? part.name : ''));
    expect(called).toEqual(offered);
  });

  it('hands on results of parallel calls, failed ones marked where both formats can', async () => {
    const asked = '[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Oslo"}]]';
    const first = await ask({ ...say(asked), tools: [weather] });
    const [paris, oslo] = first.calls.map(({ id }) => id);
    const results = [
      { id: paris!, text: '21 degrees' },
      { id: oslo!, text: 'no station', isError: true },
    ];
    const answered = { type: 'answer', answer: first } as const;
    const answer = await ask({
      turns: [{ type: 'user', text: 'Compare.' }, answered, { type: 'results', results }],
      tools: [weather],
    });
    const isMarked = !lacking.has('failed-results');
    expect(answer.text).toContain('answered: 21 degrees');
    expect(answer.text).toContain(isMarked ? 'failed with: no station' : 'answered: no station');
    const isLost = translator.losses.some(({ field }) => field.endsWith('.isError'));
    expect(isLost).toBe(!unasked.has('failed-results') && unheard.has('failed-results'));
    const parts = seen()?.turns.flatMap((turn) => turn.parts) ?? [];
    const ids = parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
    expect(parts.flatMap((part) => (part.type === 'tool-result' ? [part.callId] : []))).toEqual(ids);
    expect(new Set(ids).size).toBe(2);
  });
});

const longName = `long_${'x'.repeat(95)}`;
