/**
 * Conversations of five rounds with tools, images and reasoning, for every pair of formats: after all the translating to
 * and fro, the vendor still sees what was said, by whom, in which order.
 */
import type { Turn as CanonicalTurn, Part } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pixel, weatherSchema } from './samples.ts';
import type { Question, Turn } from './translated-client.ts';
import { clientOf, pairsWith } from './translated-pairs.ts';
import { startTranslator, type Translator, vendorUrl } from './translating-harness.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const tools = [
  { name: 'get_weather', schema: weatherSchema },
  { name: 'charts.find (old)', description: 'Finds a chart.', schema: { type: 'object' } },
];

/** What the user says in each round, and what the script has the vendor answer; results come from the test. */
const rounds: readonly { readonly says: string; readonly image?: string; readonly forced?: string }[] = [
  {
    says:
      'Is it fair? [[text: Let me see.]] [[tool: get_weather {"city":"Paris","days":2}]]' +
      ' [[tool: get_weather {"city":"Oslo"}]] [[then]] [[text: Fair in Paris only.]]',
  },
  {
    says: 'Find a chart. [[tool: get_weather {"city":"Kyoto"}]] [[then]] [[tool: get_weather {"city":"Rome"}]]',
  },
  { says: 'What is this? [[text: A red pixel.]]', image: pixel },
  { says: 'The chart, please.', forced: 'charts.find (old)' },
  { says: 'Think. [[reason: Wind, tide, time.]] [[text: We sail at noon.]]' },
];

describe.each(pairsWith('tools'))('a conversation, $client to $vendor, $way', (pair) => {
  const { client, vendor, isStream, unheard, lacking } = pair;
  const asker = clientOf(client);
  let translator: Translator;

  beforeAll(async () => {
    translator = await startTranslator({ client, vendor, vendorUrl: vendorUrl(simulator.url, vendor) });
  });
  afterAll(() => translator.close());

  /** Asks, runs the tools that are called, and goes on until an answer has no calls. */
  async function converse(turns: readonly Turn[], question: Omit<Question, 'turns'>): Promise<Turn[]> {
    const answer = await asker.ask(translator.url, { ...question, turns }, { isStream });
    const answered: Turn[] = [...turns, { type: 'answer', answer }];
    if (answer.calls.length === 0) return answered;
    const results = answer.calls.map(({ id, name, input }) => ({
      id,
      text: `${name} of ${(input as { city?: string }).city ?? 'nowhere'}`,
    }));
    const { forced: _forced, ...unforced } = question;
    return converse([...answered, { type: 'results', results }], unforced);
  }

  it('keeps its meaning over five rounds', async () => {
    let turns: Turn[] = [];
    for (const { says, image, forced } of rounds) {
      const user: Turn = { type: 'user', text: says, ...(image !== undefined && { image }) };
      turns = await converse([...turns, user], {
        instructions: 'You are a pilot.',
        tools,
        ...(forced !== undefined && { forced }),
      });
    }
    const last = { type: 'user', text: 'And now? [[text: Nothing more.]]' } as const;
    const { text } = await asker.ask(translator.url, { turns: [...turns, last], tools }, { isStream });
    expect(text).toBe('Nothing more.');
    const request = simulator.requests.at(-1)?.request;
    expect(readable(request?.turns ?? [])).toEqual(expectedTurns());
  });

  it('joins each result to its call', async () => {
    const turns = await converse([{ type: 'user', text: rounds[0]!.says }], { tools });
    await asker.ask(
      translator.url,
      { turns: [...turns, { type: 'user', text: 'Thanks.' }], tools },
      { isStream },
    );
    const parts = (simulator.requests.at(-1)?.request?.turns ?? []).flatMap(
      (turn): readonly Part[] => turn.parts,
    );
    const cities = new Map(
      parts.flatMap((part) =>
        part.type === 'tool-call' ? [[part.id, JSON.parse(part.arguments).city]] : [],
      ),
    );
    const results = parts.flatMap((part) => (part.type === 'tool-result' ? [part] : []));
    expect(results).toHaveLength(2);
    for (const { callId, parts: said } of results) {
      expect(said).toMatchObject([{ text: `get_weather of ${cities.get(callId)}` }]);
    }
  });

  function expectedTurns(): string[] {
    const offered = simulator.requests[0]?.request?.tools?.[1] as { name: string };
    const chart = [
      `assistant: ${offered.name} {}`,
      'tool: charts.find (old) of nowhere',
      'assistant: ID answered: charts.find (old) of nowhere',
    ];
    const unforced = [`assistant: This is a simulated answer to: ${rounds[3]!.says}`];
    const isThoughtKept = !lacking.has('reasoning-state') || !unheard.has('unsigned-reasoning');
    return [
      `user: ${rounds[0]!.says}`,
      'assistant: Let me see. | get_weather {"city":"Paris","days":2} | get_weather {"city":"Oslo"}',
      'tool: get_weather of Paris | get_weather of Oslo',
      'assistant: Fair in Paris only.',
      `user: ${rounds[1]!.says}`,
      'assistant: get_weather {"city":"Kyoto"}',
      'tool: get_weather of Kyoto',
      'assistant: get_weather {"city":"Rome"}',
      'tool: get_weather of Rome',
      `assistant: ID answered: get_weather of Rome`,
      `user: image ${pixel.length} | ${rounds[2]!.says}`,
      'assistant: A red pixel.',
      `user: ${rounds[3]!.says}`,
      ...(lacking.has('forced-tool') ? unforced : chart),
      `user: ${rounds[4]!.says}`,
      `assistant: ${isThoughtKept ? 'thinks Wind, tide, time. | ' : ''}We sail at noon.`,
      'user: And now? [[text: Nothing more.]]',
    ];
  }
});

/** What a reader of the conversation would tell: ids and spellings left out. */
function readable(turns: readonly CanonicalTurn[]): string[] {
  return turns.map(({ role, parts }) => `${role}: ${parts.map(readPart).join(' | ')}`);
}

function readPart(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.text.replace(/^.+? answered:/, 'ID answered:');
    case 'tool-call':
      return `${part.name} ${part.arguments}`;
    case 'tool-result':
      return part.parts.map(readPart).join('');
    case 'reasoning':
      return `thinks ${part.text}`;
    case 'image':
      return `image ${part.source.kind === 'base64' ? part.source.data.length : part.source.kind}`;
    default:
      return part.type;
  }
}
