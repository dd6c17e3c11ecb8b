/**
 * A caller of one format, a vendor of another, for every pair of formats: the caller's own library sees what the vendor
 * said, and the vendor sees what the caller asked. What a format cannot say is in the table of limits; a caller who says it
 * to a vendor that cannot hear it is told of the loss. Tools, failures and long conversations are elsewhere.
 */
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { model, pdf, pdfBytes, pictureUrl, pixel, pixelBytes, shipSchema } from './samples.ts';
import type { CountName, Question, StopKind, Told } from './translated-client.ts';
import { clientOf, dialectNames, ownPairs, pairs } from './translated-pairs.ts';
import { answerId, startTranslator, type Translator, vendorUrl } from './translating-harness.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const say = (text: string): Question => ({ turns: [{ type: 'user', text }] });

it('every dialect has a client in these journeys', () => {
  for (const dialect of dialectNames) expect(clientOf(dialect).ask).toBeTypeOf('function');
});

describe.each(pairs)('$client to $vendor, $way', ({
  client,
  vendor,
  isStream,
  unasked,
  unheard,
  lacking,
}) => {
  const asker = clientOf(client);
  const answerer = clientOf(vendor);
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

  const ask = (question: Question, more: { signal?: AbortSignal } = {}): Promise<Told> =>
    asker.ask(translator.url, question, { isStream, ...more });
  const seen = () => simulator.requests.at(-1)?.request;
  const isDropped = (field: string): boolean =>
    translator.losses.some((loss) => loss.field === field && loss.action === 'dropped');

  it('keeps text, model and id, and speaks the vendor’s format', async () => {
    const answer = await ask(say('[[text: Fair winds, 順風 and 🌊.]] [[model: large-2026-05-01]]'));
    expect(answer.text).toBe('Fair winds, 順風 and 🌊.');
    // Where only the vendor says nothing, ours stands in its place.
    const answered = unheard.has('model') ? model : 'large-2026-05-01';
    expect(answer.model).toBe(unasked.has('model') ? '' : answered);
    const named = unheard.has('id') ? answerId : expect.stringMatching(/^[\w-]{8,}$/);
    expect(answer.id).toEqual(unasked.has('id') ? '' : named);
    expect(answer.calls).toEqual([]);
    expect(simulator.requests).toMatchObject([{ dialect: vendor, model }]);
    expect(seen()?.stream === true).toBe(isStream);
  });

  it('hands on limits and, where there is a place for them, instructions', async () => {
    const { text, stop } = await ask({
      ...say(`[[text: ${'sail '.repeat(20)}]]`),
      instructions: 'Be brief.',
      maxTokens: 16,
    });
    expect(text).toBe('sail '.repeat(16).trim());
    expect(stop).toBe(asker.stops[answerer.stops.length.means].word);
    expect(seen()?.maxOutputTokens).toBe(16);
    const told = [...(seen()?.system ?? []), ...(seen()?.turns[0]?.parts ?? [])];
    expect(told.some((part) => part.type === 'text' && part.text.includes('Be brief.'))).toBe(true);
    expect(seen()?.system?.length ?? 0).toBe(lacking.has('instructions') ? 0 : 1);
  });

  if (!unasked.has('stop-sequences'))
    it('hands on stop sequences, and tells them back where both formats know them', async () => {
      const { text, stop } = await ask({
        ...say('[[text: one two three STOP four]]'),
        stop: ['never', 'STOP'],
      });
      const isHeard = !unheard.has('stop-sequences');
      expect(text).toBe(isHeard ? 'one two three ' : 'one two three STOP four');
      expect(seen()?.stop).toEqual(isHeard ? ['never', 'STOP'] : undefined);
      expect(stop).toBe(asker.stops[answerer.stops[isHeard ? 'stop-sequence' : 'stop'].means].word);
      expect(isDropped('stop')).toBe(!isHeard);
    });

  if (!unasked.has('images'))
    it('has images seen by their bytes', async () => {
      const { text } = await ask({ turns: [{ type: 'user', text: '[[images]]', image: pixel }] });
      expect(text.includes(`image image/png ${pixelBytes} bytes`)).toBe(!unheard.has('images'));
      expect(isDropped('turns[0].parts[0]')).toBe(unheard.has('images'));
    });

  if (!unasked.has('images') && !unasked.has('image-urls'))
    it('has images seen by their address', async () => {
      const { text } = await ask({ turns: [{ type: 'user', text: '[[images]]', imageUrl: pictureUrl }] });
      const isHeard = !unheard.has('images') && !unheard.has('image-urls');
      expect(text.includes(`image url ${pictureUrl}`)).toBe(isHeard);
      expect(isDropped('turns[0].parts[0]')).toBe(!isHeard);
    });

  if (!unasked.has('documents'))
    it('has documents seen', async () => {
      const { text } = await ask({ turns: [{ type: 'user', text: '[[images]]', document: pdf }] });
      expect(text.includes(`document application/pdf ${pdfBytes} bytes`)).toBe(!unheard.has('documents'));
      expect(isDropped('turns[0].parts[0]')).toBe(unheard.has('documents'));
    });

  if (!lacking.has('schemas'))
    it('keeps structured output and its schema', async () => {
      const { text } = await ask({ ...say('Invent a ship.'), schema: shipSchema });
      expect(seen()?.outputFormat).toMatchObject({ type: 'json-schema', schema: shipSchema });
      const ship = { masts: expect.any(Number), cargo: [expect.any(String), expect.any(String)] };
      expect(JSON.parse(text)).toMatchObject(ship);
    });

  if (!unasked.has('schemas') && unheard.has('schemas'))
    it('tells that the vendor cannot be asked for structured output', async () => {
      const { text } = await ask({ ...say('[[json: {"masts":3}]]'), schema: shipSchema });
      expect(text).toBe('{"masts":3}');
      expect(isDropped('outputFormat')).toBe(true);
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
    // A count that comes with the end of a stream is too late for a format that tells it at the beginning.
    const late = isStream && answerer.earlyCounts === undefined ? (asker.earlyCounts ?? []) : [];
    const shared = asker.counts.filter((name) => answerer.counts.includes(name) && !late.includes(name));
    const unknown = (asker.demandedCounts ?? []).map((name) => [name, 0] as const);
    const known = Object.entries(answer.usage).filter(([, count]) => count !== undefined);
    expect(Object.fromEntries(known)).toEqual({
      ...Object.fromEntries(unknown),
      ...Object.fromEntries(shared.map((name) => [name, told[name]])),
    });
  });

  const stops: readonly StopKind[] = ['stop', 'content-filter', 'refusal', 'pause', 'context-exceeded'];
  it.each(stops)('tells in its own words why an answer ended: %s', async (kind) => {
    const answer = await ask(say(`[[text: Well.]] [[stop: ${kind}]]`));
    expect(answer.stop).toBe(asker.stops[answerer.stops[kind].means].word);
  });

  it('shows the words of a refusal', async () => {
    const { text, stop, native } = await ask(say('[[refuse: I cannot help with that.]]'));
    expect(text + JSON.stringify(native)).toContain('I cannot help with that.');
    expect(stop).toBe(asker.stops[answerer.stops.refusal.means].word);
  });

  it('has the vendor stop when the caller goes away', async () => {
    const leaving = new AbortController();
    const failing = failureOf(ask(say('[[text: late]] [[delay: 60s]]'), { signal: leaving.signal }));
    await until(() => simulator.counts.requests === 1, 'the request to arrive');
    leaving.abort();
    expect(await failing).toBeInstanceOf(Error);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });

  if (isStream)
    it('passes pieces on as they come, and has the vendor stop in the middle of them', async () => {
      const leaving = new AbortController();
      let pieces = 0;
      const onText = (): void => {
        pieces += 1;
        if (pieces === 3) leaving.abort();
      };
      const question = say('[[long: 2000]] [[chunks: 2ms]]');
      const options = { isStream, signal: leaving.signal, onText };
      expect(await failureOf(asker.ask(translator.url, question, options))).toBeInstanceOf(Error);
      expect(pieces).toBeGreaterThanOrEqual(3);
      await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
    });

  const think = '[[reason: The wind is from the west.]] [[redacted]] [[text: West.]]';
  if (lacking.has('reasoning'))
    it('shows the answer alone where there is no place for reasoning', async () => {
      const { text, reasoning } = await ask(say(think));
      expect([text, reasoning]).toEqual(['West.', '']);
    });
  else if (lacking.has('turns'))
    it('shows reasoning', async () => {
      const { text, reasoning } = await ask(say(think));
      expect([text, reasoning]).toEqual(['West.', 'The wind is from the west.']);
    });
  else
    it('shows reasoning, and gives its state back to the vendor that made it', async () => {
      const first = await ask(say(think));
      expect([first.text, first.reasoning]).toEqual(['West.', 'The wind is from the west.']);
      const earlier = [say('Hello.').turns[0]!, { type: 'answer', answer: first }] as const;
      await ask({ turns: [...earlier, { type: 'user', text: 'And now?' }] });
      const parts = seen()?.turns[1]?.parts ?? [];
      const opaque = (value: RegExp) => ({
        opaque: { dialect: vendor, value: expect.stringMatching(value) },
      });
      const thought = { type: 'reasoning', text: 'The wind is from the west.' };
      const text = { type: 'text', text: 'West.' };
      if (!lacking.has('reasoning-state')) {
        expect(parts).toMatchObject([
          { ...thought, ...opaque(/^simulated-signature-/) },
          { type: 'reasoning', redacted: true, ...opaque(hiddenState) },
          text,
        ]);
      } else if (unheard.has('unsigned-reasoning')) {
        // Never half of it: without its signature reasoning is refused by these vendors.
        expect(parts).toMatchObject([text]);
        expect(isDropped('turns[1].parts[0]')).toBe(true);
      } else expect(parts).toMatchObject([thought, text]);
    });
});

/** The simulator's own word for hidden reasoning, as it is or in base64. */
const hiddenState = new RegExp(`^(simulated-redacted-|${btoa('simulated-redacted')})`);

describe.each(ownPairs)('$client to itself, $way', ({ client, vendor, isStream }) => {
  it('is not disturbed by one byte per packet', async () => {
    const translator = await startTranslator({ client, vendor, vendorUrl: vendorUrl(simulator.url, vendor) });
    const question = say('[[text: Fair 順風 winds and 🌊.]] [[fault: one-byte-per-packet]]');
    const { text } = await clientOf(client).ask(translator.url, question, { isStream });
    expect(text).toBe('Fair 順風 winds and 🌊.');
    await translator.close();
  });
});
