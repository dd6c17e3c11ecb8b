/**
 * Conversations of ten turns with tools, images and reasoning, in which every answer comes from another provider than the one
 * before it: each of the eight formats is asked twice. Whatever the official client of one format carries on, every
 * provider reads the same conversation, and nobody's opaque state but its own.
 */
import { type Content, GoogleGenAI } from '@google/genai';
import { type DialectName, dialects, type Part, type Turn as SeenTurn } from '@keelson/core';
import { type RecordedRequest, type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitsOf } from '../packages/core/src/dialects/__fixtures__/format-limits.ts';
import {
  conversation,
  prompt,
  resultsOf,
  type ScriptedAnswer,
  type ScriptedTurn,
  setting,
  type Transcript,
  tellAnswer,
  tellCall,
  tellResults,
  tellUser,
} from './conversation-script.ts';
import { model, roomForAnswer } from './samples.ts';
import type { Told, Turn } from './translated-client.ts';
import { clientOf } from './translated-pairs.ts';
import { startTranslator, type Translation, type Translator, vendorUrl } from './translating-harness.ts';
import { breachesIn } from './vendor-rules.ts';

/** Everybody who holds conversations, in the order in which they answer. */
const formats = [
  'anthropic-messages',
  'openai-chat',
  'gemini-generate',
  'cohere-chat',
  'openai-responses',
  'mistral-chat',
  'bedrock-converse',
  'ollama-chat',
] as const satisfies readonly DialectName[];

/** Formats in which a provider gives state and takes it back; the original of chat completions has no place for it. */
const stateful: ReadonlySet<DialectName> = new Set([
  'anthropic-messages',
  'gemini-generate',
  'openai-responses',
  'mistral-chat',
  'bedrock-converse',
]);

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
afterAll(() => simulator.close());

function translatorFor(client: DialectName, vendor: DialectName, quirks?: object): Promise<Translator> {
  const where = { client, vendor, vendorUrl: vendorUrl(simulator.url, vendor) } satisfies Translation;
  return startTranslator({ ...where, ...(quirks !== undefined && { quirks }) });
}

/** One question to one provider: what it was sent, what it should have been sent, and what the caller was told. */
interface Step {
  readonly vendor: DialectName;
  readonly sent: RecordedRequest;
  readonly expected: Transcript;
  readonly told: Told;
  readonly scripted: ScriptedAnswer;
  /** How many states this provider's family has made in earlier answers. */
  readonly ownStates: number;
}

interface Way {
  readonly client: DialectName;
  readonly isStream: boolean;
}

const ways = formats.flatMap((client, offset) => [
  { client, offset, isStream: false, way: 'whole' as const },
  { client, offset, isStream: true, way: 'streamed' as const },
]);

/** Holds the conversation, each step with the next provider. */
async function converse({ client, isStream }: Way, offset: number): Promise<Step[]> {
  const asker = clientOf(client);
  const steps: Step[] = [];
  const turns: Turn[] = [];
  const expected: { line: (vendor: DialectName) => string }[] = [];
  const say = (turn: Turn, line: (vendor: DialectName) => string): void => {
    turns.push(turn);
    expected.push({ line });
  };
  const step = async (scripted: ScriptedAnswer): Promise<Told> => {
    const vendor = formats[(steps.length + offset) % formats.length] as DialectName;
    // As the original takes it, and not a host with places of its own.
    const translator = await translatorFor(client, vendor, dialects[vendor].quirks);
    const told = await asker
      .ask(translator.url, { ...setting, turns }, { isStream })
      .finally(() => translator.close());
    const ownStates = steps
      .filter((earlier) => earlier.vendor === vendor)
      .reduce((sum, earlier) => sum + statesIn(earlier.scripted, vendor), 0);
    const sent = simulator.requests.at(-1) as RecordedRequest;
    steps.push({
      vendor,
      sent,
      expected: expected.map(({ line }) => line(vendor)),
      told,
      scripted,
      ownStates,
    });
    return told;
  };
  for (const turn of conversation) {
    const { image } = turn;
    say({ type: 'user', text: prompt(turn), ...(image !== undefined && { image }) }, () => tellUser(turn));
    for (const answer of turn.answers) {
      const told = await step(answer);
      say({ type: 'answer', answer: told }, () => tellAnswer(answer));
      const { calls } = answer;
      if (calls === undefined) continue;
      const ids = told.calls.map(({ id }) => id);
      const marks = !limitsOf(client).has('failed-results');
      say({ type: 'results', results: resultsOf(calls, ids, marks) }, (vendor) =>
        tellResults(calls, marks && !limitsOf(vendor).has('failed-results')),
      );
    }
  }
  return steps;
}

function statesIn({ thought, hidesThought, calls = [] }: ScriptedAnswer, vendor: DialectName): number {
  const ofCalls = vendor === 'gemini-generate' ? calls.length : 0;
  return (thought === undefined ? 0 : 1) + (hidesThought === true ? 1 : 0) + ofCalls;
}

/** What the provider reads, as lines; neighbouring turns of one speaker are one. */
function transcriptOf(turns: readonly SeenTurn[]): Transcript {
  const calls = new Map<string, string>();
  const lines: { role: string; said: string[] }[] = [];
  for (const { role, parts } of turns) {
    const said = joinWords(parts).flatMap((part) => readPart(part, calls));
    const last = lines.at(-1);
    if (last?.role === role) last.said.push(...said);
    else lines.push({ role, said });
  }
  return lines.map(({ role, said }) => `${role}: ${said.join(' | ')}`);
}

/** What was streamed may come back in pieces; together they are the same words. */
function joinWords(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.type === 'text' && last?.type === 'text')
      joined[joined.length - 1] = { ...part, text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}

function readPart(part: Part, calls: Map<string, string>): string[] {
  switch (part.type) {
    case 'text':
      return [part.text];
    case 'image':
      return [`image ${part.source.kind === 'base64' ? part.source.data : part.source.kind}`];
    case 'tool-call': {
      const told = tellCall({ name: part.name, input: JSON.parse(part.arguments) });
      calls.set(part.id, told);
      return [told];
    }
    case 'tool-result': {
      const said = part.parts.flatMap((each) => readPart(each, calls)).join('');
      return [`${calls.get(part.callId)} ${part.isError === true ? 'failed with' : 'gave'} ${said}`];
    }
    // Who may see it is looked at apart from what was said.
    case 'reasoning':
      return [];
    default:
      return [part.type];
  }
}

/** Who made the states in a body, plain or packed into base64, each state once. */
function makersIn(body: string): string[] {
  const unpacked = [...body.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g)].map(([text]) =>
    Buffer.from(text, 'base64').toString('latin1'),
  );
  const states = new Map<string, string>();
  for (const text of [body, ...unpacked]) {
    for (const [state, maker = ''] of text.matchAll(stateOfSimulator)) states.set(state, maker);
    // What we seal for callers is ours alone to open.
    if (text.includes('keelson1:')) states.set(text, 'sealed');
  }
  return [...states.values()];
}

const stateOfSimulator = /simulated-(?:signature|redacted|call)-([a-z]+-[a-z]+)-[0-9a-f]{8}/g;

describe.each(ways)('$client holds a conversation with everybody, $way', ({ client, isStream, offset }) => {
  let steps: readonly Step[];

  beforeAll(async () => {
    steps = await converse({ client, isStream }, offset);
  });

  it('asks another provider every time, each of them twice', () => {
    const asked = steps.map(({ vendor }) => vendor);
    expect(asked.filter((vendor, index) => vendor === asked[index - 1])).toEqual([]);
    expect([...asked].sort()).toEqual([...formats, ...formats].sort());
    expect(steps.map(({ sent }) => sent.dialect)).toEqual(asked);
  });

  it('shows every provider the whole conversation so far', () => {
    for (const { vendor, sent, expected } of steps) {
      const { turns = [], system = [] } = sent.request ?? {};
      expect(transcriptOf(turns), `to ${vendor}`).toEqual(expected);
      expect(transcriptOf([{ role: 'system', parts: system }])).toEqual([`system: ${setting.instructions}`]);
    }
    expect(steps.at(-1)?.expected.at(-1)).toContain('What is my dog called?');
    expect(steps.at(-1)?.expected[0]).toContain('My dog is called Argos.');
  });

  it('tells the caller what each provider answered', () => {
    for (const { vendor, told, scripted } of steps) {
      const { text = '', calls = [], thought = '' } = scripted;
      const called = told.calls.map(({ name, input }) => ({ name, input }));
      expect({ text: told.text, called, reasoning: told.reasoning }, `of ${vendor}`).toEqual({
        text,
        called: calls.map(({ name, input }) => ({ name, input })),
        reasoning: thought,
      });
    }
  });

  it('sends no family the opaque state of another, nor one that is sealed', () => {
    for (const { vendor, sent } of steps) {
      const strangers = makersIn(sent.body).filter((maker) => maker !== vendor);
      expect(strangers, `to ${vendor}`).toEqual([]);
    }
  });

  it('brings every family the state that it made', () => {
    const carries = !limitsOf(client).has('reasoning-state');
    for (const { vendor, sent, ownStates } of steps) {
      const own = carries && stateful.has(vendor) ? ownStates : 0;
      expect(makersIn(sent.body), `to ${vendor}`).toEqual(Array(own).fill(vendor));
    }
  });

  it('sends nobody what its format forbids', () => {
    for (const { vendor, sent } of steps) expect(breachesIn(vendor, sent.body), `to ${vendor}`).toEqual([]);
  });
});

/** A host of chat completions that passes state on to its makers, and is told in the open whose each is. */
const relay = {
  ...dialects['openai-chat'].quirks,
  reasoningField: 'reasoning_details',
  thoughtSignatures: true,
};

describe.each(ways)('$client goes on with a host that relays, $way', ({ client, isStream }) => {
  it('sends it state under the name of its maker, and none whose maker has no name there', async () => {
    const asker = clientOf(client);
    const turns: Turn[] = [];
    for (const vendor of formats) {
      const translator = await translatorFor(client, vendor);
      const turn: ScriptedTurn = { says: 'Think.', answers: [{ thought: `I am ${vendor}.`, text: 'Done.' }] };
      turns.push({ type: 'user', text: prompt(turn) });
      const answer = await asker
        .ask(translator.url, { turns }, { isStream })
        .finally(() => translator.close());
      turns.push({ type: 'answer', answer });
    }
    const translator = await translatorFor(client, 'openai-chat', relay);
    turns.push({ type: 'user', text: 'And now? [[text: Enough.]]' });
    await asker.ask(translator.url, { turns }, { isStream }).finally(() => translator.close());
    const sent = simulator.requests.at(-1) as RecordedRequest;
    const { messages } = JSON.parse(sent.body) as { messages: { reasoning_details?: Detail[] }[] };
    const details = messages.flatMap(({ reasoning_details: each = [] }) => each);
    const named = details.flatMap(({ format, signature = '' }) =>
      makersIn(signature).map((maker) => [format, maker]),
    );
    expect(makersIn(sent.body)).toEqual(named.map(([, maker]) => maker));
    expect(named).toEqual(
      !limitsOf(client).has('reasoning-state')
        ? [
            ['anthropic-claude-v1', 'anthropic-messages'],
            [undefined, 'openai-chat'],
            ['google-gemini-v1', 'gemini-generate'],
            ['openai-responses-v1', 'openai-responses'],
          ]
        : [],
    );
  });
});

interface Detail {
  readonly format?: string;
  readonly signature?: string;
}

describe('the chat session of the Google SDK, streamed', () => {
  it('hands every piece back on its own, and each provider still reads whole turns', async () => {
    let history: Content[] = [];
    const asked = ['anthropic-messages', 'openai-chat', 'anthropic-messages'] as const;
    for (const vendor of asked) {
      const translator = await translatorFor('gemini-generate', vendor, dialects[vendor].quirks);
      const client = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: translator.url } });
      const chat = client.chats.create({ model, history, config: { maxOutputTokens: roomForAnswer } });
      const message = `Think. [[reason: I am ${vendor}, aloud.]] [[text: That is all.]]`;
      for await (const piece of await chat.sendMessageStream({ message }))
        expect(piece.candidates).toHaveLength(1);
      history = chat.getHistory();
      await translator.close();
    }
    expect(history.length).toBeGreaterThan(2 * asked.length);
    const { request, body } = simulator.requests.at(-1) as RecordedRequest;
    expect(request?.turns.map(({ role, parts }) => [role, parts.length])).toEqual([
      ['user', 1],
      ['assistant', 2],
      ['user', 1],
      ['assistant', 1],
      ['user', 1],
    ]);
    expect(request?.turns[1]?.parts).toMatchObject([
      { type: 'reasoning', text: 'I am anthropic-messages, aloud.' },
      { type: 'text', text: 'That is all.' },
    ]);
    expect(makersIn(body)).toEqual(['anthropic-messages']);
    expect(breachesIn('anthropic-messages', body)).toEqual([]);
  });
});
