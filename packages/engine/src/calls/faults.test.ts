// Every fault of the simulator against a call, whole and streamed, passing untouched and translated, alone and with another
// provider behind the first: what the caller sees, what is accounted, and that nobody ever hears two providers in one answer.
import { type ErrorCode, errorTable, isJsonObject, type Json } from '@keelson/core';
import { type FaultName, type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallRecord } from '../observability/index.ts';
import { createProvider, type Provider, providerForms } from '../providers/index.ts';
import { Secret } from '../secrets/index.ts';
import { createTestEngine, type TestEngine } from './__fixtures__/test-engine.ts';

let failing: Simulator;
let sound: Simulator;
let engine: TestEngine;
const providers = new Map<string, Provider>();
let asked = 0;

/** No word of one is a word of the other. */
const ours = 'alpha beta gamma delta epsilon zeta eta theta';
const theirs = 'uno dos tres cuatro cinco seis siete ocho';
const canary = 'sk-canary-of-the-provider';

beforeAll(async () => {
  failing = await startSimulator({ seed: 5 });
  sound = await startSimulator({ seed: 6 });
  sound.script(`[[text: ${theirs}]]`, { times: 'always' });
  const open = (name: string, form: string, { url }: Simulator): void => {
    const provider = createProvider({
      name,
      form: providerForms.get(form)!,
      address: url,
      key: new Secret(canary),
      settings: { region: 'us-east-1' },
      timeouts: { firstByteMs: 150, betweenChunksMs: 150 },
    });
    providers.set(name, provider);
  };
  for (const form of ['openai', 'anthropic', 'bedrock']) open(form, form, failing);
  open('other', 'openai', sound);
  open('foreign', 'anthropic', sound);
  // A target of its own for every row: routing remembers who has just failed, and would ask the other one first.
  const named = [...rows, ...repeating].map((row) => [nameOf(row), { targets: targetsOf(row), retries: 0 }]);
  const aliases = Object.fromEntries(named);
  engine = createTestEngine(failing, {}, { providers, aliases });
});
afterAll(async () => {
  await engine.close();
  for (const provider of providers.values()) await provider.close();
  await failing.close();
  await sound.close();
});

type Expected =
  /** Nothing of an answer reached the caller; `next` tells whether another provider may be asked. */
  | { readonly end: 'refused'; readonly code: ErrorCode; readonly next: boolean }
  /** The answer had begun. */
  | { readonly end: 'broken'; readonly code: ErrorCode }
  | { readonly end: 'answered'; readonly cost: 'priced' | 'estimated' };

interface Case {
  readonly with?: string;
  readonly in: readonly ('whole' | 'streamed')[];
  readonly expect: Expected;
}

const both = ['whole', 'streamed'] as const;
const next = (code: ErrorCode): Expected => ({ end: 'refused', code, next: true });
const last = (code: ErrorCode): Expected => ({ end: 'refused', code, next: false });
const broken = (code: ErrorCode): Expected => ({ end: 'broken', code });
const priced: Expected = { end: 'answered', cost: 'priced' };
const always = (expected: Expected): readonly Case[] => [{ in: both, expect: expected }];
const gone = next('provider_unavailable');

/** In a stream before its first word, in a stream after some, and in a whole answer. */
const within = (early: Expected, late: Expected, whole: Expected, more = ''): readonly Case[] => [
  { with: `after=1${more}`, in: ['streamed'], expect: early },
  { with: `after=6${more}`, in: ['streamed'], expect: late },
  { with: `after=6${more}`, in: ['whole'], expect: whole },
];

const faults: Readonly<Record<FaultName, readonly Case[]>> = {
  'bad-request': always(last('invalid_request')),
  'context-too-long': always(next('context_too_long')),
  'content-blocked': always(last('content_blocked')),
  unauthorized: always(next('provider_authentication_failed')),
  quota: always(next('quota_exhausted')),
  forbidden: always(next('provider_permission_denied')),
  'not-found': always(next('model_not_found')),
  timeout: always(next('provider_timeout')),
  conflict: always(last('conflict')),
  'too-large': always(last('request_too_large')),
  unprocessable: always(last('invalid_request')),
  'rate-limit': always(next('rate_limited')),
  'server-error': always(next('provider_error')),
  'bad-gateway': always(next('provider_error')),
  unavailable: always(next('provider_unavailable')),
  'gateway-timeout': always(next('provider_timeout')),
  overloaded: always(next('provider_overloaded')),
  'connection-refused': [{ with: 'for=60ms', in: both, expect: gone }],
  'reset-before-headers': always(gone),
  'stall-before-first-byte': always(next('provider_timeout')),
  'error-mid-stream': [
    { with: 'after=1', in: ['streamed'], expect: next('provider_overloaded') },
    { with: 'after=6', in: ['streamed'], expect: broken('provider_overloaded') },
  ],
  'missing-usage': always({ end: 'answered', cost: 'estimated' }),
  'missing-end': [{ in: ['streamed'], expect: broken('stream_interrupted') }],
  'malformed-json': within(next('invalid_response'), broken('invalid_response'), next('invalid_response')),
  'duplicate-events': [],
  'reset-mid-stream': within(gone, broken('stream_interrupted'), gone),
  'truncated-frame': within(next('invalid_response'), broken('invalid_response'), gone).slice(0, 2),
  'wrong-crc': [],
  'stall-between-chunks': within(gone, broken('stream_interrupted'), gone),
  'slow-drip': [{ with: 'bytes=256 every=1ms', in: both, expect: priced }],
  'one-byte-per-packet': always(priced),
  'wrong-content-type': always(priced),
  'empty-body': [
    { in: ['whole'], expect: next('invalid_response') },
    { in: ['streamed'], expect: gone },
  ],
};

interface Row {
  readonly fault: string;
  readonly way: 'whole' | 'streamed';
  readonly expected: Expected;
  readonly lane: 'pass-through' | 'translated' | 'packed';
  readonly company: 'alone' | 'with another';
}

function spread(name: string, cases: readonly Case[], lanes: readonly Row['lane'][]): Row[] {
  const companies = ['alone', 'with another'] as const;
  return cases.flatMap(({ with: setting = '', in: ways, expect: expected }) =>
    ways.flatMap((way) =>
      lanes.flatMap((lane) =>
        companies.map((company) => ({ fault: `${name} ${setting}`.trim(), way, expected, lane, company })),
      ),
    ),
  );
}

const rows = [
  ...Object.entries(faults).flatMap(([name, cases]) => spread(name, cases, ['pass-through', 'translated'])),
  // Its frames have checksums.
  ...spread(
    'wrong-crc',
    [
      { with: 'after=1', in: ['streamed'], expect: next('invalid_response') },
      { with: 'after=6', in: ['streamed'], expect: broken('invalid_response') },
    ],
    ['packed'],
  ),
];

const repeating: readonly Row[] = (['pass-through', 'translated'] as const).map((lane) => ({
  fault: 'duplicate-events after=6',
  way: 'streamed',
  expected: priced,
  lane,
  company: 'with another',
}));

const nameOf = ({ fault, way, lane, company }: Row): string =>
  `${lane} ${company} ${way} ${fault}`.replace(/\W+/g, '-');

function targetsOf(row: Row): string[] {
  const [first, other] = {
    'pass-through': ['openai', 'foreign'],
    translated: ['anthropic', 'other'],
    packed: ['bedrock', 'other'],
  }[row.lane] as [string, string];
  const alone = [`${first}:${nameOf(row)}`];
  return row.company === 'alone' ? alone : [...alone, `${other}:two`];
}

/** What a caller of OpenAI's library would have read. */
function readAnswer(text: string, way: Row['way']) {
  if (way === 'whole')
    return { text: contentOf(JSON.parse(text) as Json, 'message'), isWhole: true, error: undefined };
  const datas = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data as string);
  const chunks = datas.filter((data) => data !== '[DONE]').map((data) => JSON.parse(data) as Json);
  return {
    text: chunks.map((chunk) => contentOf(chunk, 'delta')).join(''),
    isWhole: datas.at(-1) === '[DONE]',
    error: chunks.find((chunk) => isJsonObject(chunk) && 'error' in chunk),
  };
}

function contentOf(chunk: Json, field: 'message' | 'delta'): string {
  const { choices } = chunk as { choices?: readonly Record<string, { content?: string } | undefined>[] };
  return choices?.[0]?.[field]?.content ?? '';
}

async function ask(row: Row) {
  const { fault, way } = row;
  asked += 1;
  const stream = way === 'streamed';
  // The other provider has a script, so that it does not read this.
  const text = `[[text: ${ours}]] [[fault: ${fault}]]`;
  const { caller, record } = await engine.ask({ model: nameOf(row), stream, text });
  expect(caller.isOver).toBe(true);
  expect(caller.text + JSON.stringify([caller.headers, record])).not.toContain(canary);
  // Where the port was closed, the next test waits until it is open again.
  if (fault.startsWith('connection-refused')) await expect.poll(() => answers(failing)).toBe(true);
  return { caller, record };
}

const answers = ({ url }: Simulator): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

const ends = ({ attempts }: CallRecord) => attempts.map(({ reason, outcome }) => `${reason} ${outcome}`);

const isStalling = ({ fault }: Row): boolean => fault.startsWith('stall');

describe.each(rows.filter((row) => !isStalling(row)))('$fault, $way, $lane, $company', check);
// Timers of sockets have a beat of a second.
describe.concurrent.each(rows.filter(isStalling))('$fault, $way, $lane, $company', check);

function check(row: Row): void {
  const { expected, way, lane, company, fault } = row;
  // The first event of the translated vendor tells what the prompt will cost.
  const isPromptPaid = lane === 'translated' && fault.includes('after=1');
  const isElsewhere = expected.end === 'refused' && expected.next && company === 'with another';

  if (isElsewhere)
    test('is answered by the other provider, and by nobody else', async () => {
      const { caller, record } = await ask(row);
      expect(caller.status).toBe(200);
      expect(readAnswer(caller.text, way)).toEqual({ text: theirs, isWhole: true, error: undefined });
      expect(record).toMatchObject({ outcome: 'answered', status: 200, model: 'two' });
      expect(record.cost.status).toBe(isPromptPaid ? 'estimated' : 'priced');
      expect(ends(record)).toEqual(['first failed', 'fallback answered']);
      expect(record.attempts[0]).toMatchObject({ error: expected.code });
      expect(record.usage).toMatchObject({ output: { total: 8 } });
      expect(caller.headers['x-keelson-attempts']).toBe('2');
    });
  else if (expected.end === 'refused')
    test('is told as an error in the caller’s format', async () => {
      const { caller, record } = await ask(row);
      const told = lane === 'pass-through' ? record.attempts[0]?.status : undefined;
      const status = told === undefined || told < 400 ? errorTable[expected.code].status : told;
      expect(caller.status).toBe(status);
      expect(JSON.parse(caller.text)).toHaveProperty('error.message', expect.stringMatching(/\w/));
      expect(caller.text).not.toMatch(/alpha|uno/);
      expect(record).toMatchObject({ outcome: 'failed', status, error: expected.code });
      if (isPromptPaid)
        expect(record).toMatchObject({ cost: { status: 'estimated' }, usage: { output: { total: 0 } } });
      else expect([record.cost, record.usage]).toEqual([{ status: 'priced', nanoDollars: 0 }, undefined]);
      expect(ends(record)).toEqual(['first failed']);
    });
  else if (expected.end === 'broken')
    test('ends with an error event after what was said, and nobody goes on', async () => {
      const { caller, record } = await ask(row);
      const seen = readAnswer(caller.text, way);
      expect(caller.status).toBe(200);
      expect(ours.startsWith(seen.text)).toBe(true);
      expect(seen.text).toMatch(/^alpha/);
      expect(seen.error).toHaveProperty('error.message', expect.stringMatching(/\w/));
      expect(seen.isWhole).toBe(false);
      expect(record).toMatchObject({ outcome: 'failed', status: 200, error: expected.code });
      expect(record.cost).toMatchObject({ status: 'estimated', nanoDollars: expect.any(Number) });
      expect(record.usage?.output.total).toBeGreaterThan(0);
      expect(ends(record)).toEqual(['first failed']);
    });
  else
    test('changes nothing for the caller', async () => {
      const { caller, record } = await ask(row);
      expect(readAnswer(caller.text, way)).toEqual({ text: ours, isWhole: true, error: undefined });
      expect(record).toMatchObject({ outcome: 'answered', status: 200, cost: { status: expected.cost } });
      expect(record.usage?.output.total).toBeGreaterThan(0);
      expect(ends(record)).toEqual(['first answered']);
    });
}

test.each(repeating)('what a vendor says twice is its own answer: $lane', async (row) => {
  const { caller, record } = await ask(row);
  const seen = readAnswer(caller.text, 'streamed');
  const once = seen.text.split(' ').filter((word, place, words) => word !== words[place - 1]);
  expect([once.join(' '), seen.isWhole]).toEqual([ours, true]);
  expect(ends(record)).toEqual(['first answered']);
});

test('asked = answered + refused + failed + aborted', () => {
  const ids = new Set(engine.records.map(({ id }) => id));
  const count = (outcome: CallRecord['outcome']) =>
    engine.records.filter((record) => record.outcome === outcome).length;
  expect(ids.size).toBe(asked);
  const others = engine.records.flatMap(({ attempts }) => attempts.filter(({ model }) => model === 'two'));
  expect(sound.counts.requests).toBe(others.length);
  expect(count('answered') + count('refused') + count('failed') + count('aborted')).toBe(asked);
  expect([...providers.values()].map((provider) => provider.load())).toEqual([0, 0, 0, 0, 0]);
});
