/**
 * Users of the vendors' own libraries, who changed nothing but address and key: the gateway answers them from a vendor of
 * another format, whole and streamed, with tools, schemas and hang-ups. What each pair of formats keeps is tried elsewhere.
 */
import type { DialectName } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway, vendorOf } from './gateway-harness.ts';
import { model, shipSchema, weatherSchema } from './samples.ts';
import { bedrockSigningClient } from './translated-bedrock-converse.ts';
import type { Question, Told, Turn } from './translated-client.ts';
import { clientOf, dialectNames, type Pair, pairs } from './translated-pairs.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;
const gateways = new Map<DialectName, Gateway>();

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  for (const vendor of dialectNames) {
    gateways.set(vendor, await startGateway({ provider: vendorOf(vendor, simulator.url) }));
  }
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.close();
  await simulator.close();
});

/** Each caller meets three vendors of other formats, and each vendor three callers. */
const isTried = ({ client, vendor }: Pair): boolean => {
  const distance = dialectNames.indexOf(vendor) - dialectNames.indexOf(client) + dialectNames.length;
  return [1, 3, 6].includes(distance % dialectNames.length);
};
const tried = pairs
  .filter(isTried)
  .map((pair) => ({ ...pair, name: pair.client, asker: clientOf(pair.client) }));
const signing = tried
  .filter(({ client }) => client === 'bedrock-converse')
  .map((pair) => ({ ...pair, name: 'bedrock-converse, signed', asker: bedrockSigningClient }));

const weather = { name: 'get_weather', description: 'Weather of a city.', schema: weatherSchema };
const say = (text: string): Question => ({ turns: [{ type: 'user', text }] });

describe.each([...tried, ...signing])('$name to $vendor, $way', ({
  asker,
  client,
  vendor,
  isStream,
  lacking,
}) => {
  const gateway = (): Gateway => gateways.get(vendor) as Gateway;
  const ask = (question: Question, more: { signal?: AbortSignal; onText?: (piece: string) => void } = {}) =>
    asker.ask(gateway().url, question, { isStream, ...more });
  const lastRecord = async () => (await gateway().records()).at(-1);

  it('is answered, and the call is accounted', async () => {
    const { text, stop } = await ask(say('[[text: Fair winds, 順風 and 🌊.]]'));
    expect(text).toBe('Fair winds, 順風 and 🌊.');
    expect(stop).toBe(asker.stops.stop.word);
    expect(simulator.requests).toMatchObject([{ dialect: vendor, model }]);
    const record = await lastRecord();
    expect(record).toMatchObject({
      dialect: client,
      outcome: 'answered',
      status: 200,
      lane: 'translated',
      isStream,
      requestedModel: model,
      attempts: [{ dialect: vendor, outcome: 'answered' }],
    });
    expect(record?.usage?.output.total).toBeGreaterThan(0);
  });

  if (!lacking.has('tools'))
    it('runs tools in a loop, until the model has no more calls', async () => {
      const script =
        '[[tool: get_weather {"city":"Paris"}]] [[tool: get_weather {"city":"Oslo"}]]' +
        ' [[then]] [[tool: get_weather {"city":"京都"}]] [[then]] [[text: All fair.]]';
      const ran: string[] = [];
      const converse = async (turns: readonly Turn[]): Promise<Told> => {
        const answer = await ask({ turns, tools: [weather] });
        if (answer.calls.length === 0) return answer;
        const results = answer.calls.map(({ id, input }) => ({ id, text: (input as { city: string }).city }));
        ran.push(...results.map(({ text }) => text));
        return converse([...turns, { type: 'answer', answer }, { type: 'results', results }]);
      };
      const { text } = await converse(say(script).turns);
      expect(ran).toEqual(['Paris', 'Oslo', '京都']);
      expect(text).toBe('All fair.');
      const parts = simulator.requests.at(-1)?.request?.turns.flatMap((turn) => turn.parts) ?? [];
      expect(parts.filter(({ type }) => type === 'tool-result')).toHaveLength(3);
    });

  if (!lacking.has('schemas'))
    it('gets an answer that fits its schema', async () => {
      const { text } = await ask({ ...say('Invent a ship.'), schema: shipSchema });
      const ship = { masts: expect.any(Number), cargo: [expect.any(String), expect.any(String)] };
      expect(JSON.parse(text)).toMatchObject(ship);
    });

  it('ends the vendor’s work when it goes away', async () => {
    const leaving = new AbortController();
    let pieces = 0;
    const onText = (): void => {
      pieces += 1;
      if (pieces === 3) leaving.abort();
    };
    const slowly = isStream ? '[[long: 2000]] [[chunks: 2ms]]' : '[[delay: 60s]]';
    const failing = failureOf(ask(say(slowly), { signal: leaving.signal, onText }));
    await until(() => simulator.counts.requests === 1, 'the request to arrive');
    if (!isStream) leaving.abort();
    expect(await failing).toBeInstanceOf(Error);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
    expect(await lastRecord()).toMatchObject({ outcome: 'aborted', attempts: [{ outcome: 'cancelled' }] });
  });
});
