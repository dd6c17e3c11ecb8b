// Calls by the names of a lockfile: pinned models at pinned prices, defaults that are really sent, profiles, and what the records say.
import {
  createRegistry,
  digestLockfile,
  migrateLockfile,
  parseLockfile,
  readWholeRegistryFile,
} from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openAnswerCache } from '../cache/index.ts';
import { silentLog, systemClock } from '../observability/index.ts';
import { createTestEngine, type TestEngine } from './__fixtures__/test-engine.ts';
import { createPriceList } from './price-list.ts';

const lockfile = parseLockfile(`
version = 1

[profiles.default.aliases]
quick = ["openai:one", "anthropic:two"]
away = ["mistral:big"]
mixed = ["mistral:big", "openai:one"]

[profiles.default.aliases.careful]
models = ["openai:one"]
[profiles.default.aliases.careful.defaults]
temperature = 0.2
max_tokens = 77

[profiles.default.registry_versions]
anthropic = 3

[profiles.default.pins."openai:one"]
model = "one-2026-01-01"
registry_version = 1
[profiles.default.pins."openai:one".prices]
dollars_per_million_tokens_input = 1000
dollars_per_million_tokens_output = 2000

[profiles.dev]
inherits = "default"
[profiles.dev.aliases]
quick = ["anthropic:two"]
[profiles.dev.aliases.careful]
models = ["openai:one"]
[profiles.dev.aliases.careful.defaults]
temperature = 0.9
`);
const digest = digestLockfile(lockfile);

let simulator: Simulator;
let engine: TestEngine;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
});
beforeEach(() => {
  simulator.reset();
  engine = open();
});
afterEach(() => engine.close());
afterAll(() => simulator.close());

function open(changes: Parameters<typeof createTestEngine>[1] = {}): TestEngine {
  const parts = { costOf: createPriceList(createRegistry([])), ...changes };
  return createTestEngine(simulator, parts, { aliases: {}, lockfile: { lockfile, digest } });
}

const sent = () => simulator.requests.map(({ request }) => request as unknown as Record<string, unknown>);

describe('an alias of the lockfile', () => {
  test('goes to the dated model at the price that was locked, and the record names profile and digest', async () => {
    const { caller, record } = await engine.ask({ model: 'quick' });
    expect(caller.status).toBe(200);
    expect(sent()).toMatchObject([{ model: 'one-2026-01-01' }]);
    const { total: input = 0 } = record.usage?.input ?? {};
    const { total: output = 0 } = record.usage?.output ?? {};
    expect(record).toMatchObject({
      alias: 'quick',
      profile: 'default',
      lockDigest: digest,
      model: 'one-2026-01-01',
      lane: 'pass-through',
      cost: { status: 'priced', nanoDollars: input * 1_000_000 + output * 2_000_000 },
    });
    expect(record.cost.priceVersion).toMatch(/^openai:one@/);
  });

  test('is not priced by another version of the registry than the one that was locked', async () => {
    simulator.fault('server-error', { match: { model: 'one-2026-01-01' } });
    const { record } = await engine.ask({ model: 'quick' });
    expect(record).toMatchObject({ provider: 'anthropic', cost: { status: 'unpriced' } });
  });

  test('gives its defaults to a request that leaves them open, streamed or whole, and changes nothing that was said', async () => {
    for (const stream of [false, true]) await engine.ask({ model: 'careful', stream });
    await engine.ask({ model: 'careful', more: { temperature: 1 } });
    await engine.ask({ model: 'quick' });
    const told = sent().map(({ sampling, maxOutputTokens }) => [sampling ?? {}, maxOutputTokens]);
    expect(told).toEqual([
      [{ temperature: 0.2 }, 77],
      [{ temperature: 0.2 }, 77],
      [{ temperature: 1 }, 77],
      [{}, undefined],
    ]);
  });

  test('with a model whose provider is not here goes to the next one', async () => {
    const { record } = await engine.ask({ model: 'mixed' });
    expect(record).toMatchObject({ outcome: 'answered', model: 'one-2026-01-01' });
    const { record: refused, caller } = await engine.ask({ model: 'away' });
    expect(refused).toMatchObject({ outcome: 'refused', error: 'model_not_found' });
    expect(caller.text).toContain('is of `mistral`, which is not set up here');
  });
});

test('a model that is named itself is asked as it was pinned, and others as they are', async () => {
  for (const model of ['openai:one', 'openai/one', 'openai:other']) await engine.ask({ model });
  expect(sent().map(({ model }) => model)).toEqual(['one-2026-01-01', 'one-2026-01-01', 'other']);
  expect(engine.records.map(({ cost }) => cost.status)).toEqual(['priced', 'priced', 'unpriced']);
});

describe('a profile', () => {
  test('that a call names is the one it is read by', async () => {
    const { record } = await engine.ask({ model: 'quick', controls: { profile: 'dev' } });
    expect(record).toMatchObject({ provider: 'anthropic', profile: 'dev', lockDigest: digest });
    const inherited = await engine.ask({ model: 'mixed', controls: { profile: 'dev' } });
    expect(inherited.record).toMatchObject({ model: 'one-2026-01-01', profile: 'dev' });
  });

  test('in the metadata of the call counts as well', async () => {
    const { record } = await engine.ask({ model: 'quick', more: { metadata: { keelson_profile: 'dev' } } });
    expect(record.profile).toBe('dev');
  });

  test('that does not exist is refused, with what was probably meant, and nothing is made of it', async () => {
    const { caller, record } = await engine.ask({ model: 'quick', controls: { profile: 'dve' } });
    expect(caller.status).toBe(400);
    expect(caller.text).toContain('There is no profile `dve`');
    expect(caller.text).toContain('Did you mean `dev`?');
    expect(record).toMatchObject({ outcome: 'refused', error: 'invalid_request', attempts: [] });
    expect(sent()).toEqual([]);
  });

  test('that the key may not use is refused, and the first of those that it may is its usual one', async () => {
    const identity = { profiles: ['dev'] };
    const own = await engine.ask({ model: 'quick', identity });
    expect(own.record).toMatchObject({ profile: 'dev', provider: 'anthropic' });
    const other = await engine.ask({ model: 'quick', identity, controls: { profile: 'default' } });
    expect(other.caller.status).toBe(403);
    expect(other.caller.text).toContain('This key may not use the profile `default`');
  });
});

test('answers that are known are not given to calls with other defaults', async () => {
  const place = { store: 'memory', maxBytes: 1e6 } as const;
  const cache = await openAnswerCache(place, { clock: systemClock, log: silentLog });
  const cached = open({ cache });
  const outcomes: unknown[] = [];
  for (const profile of ['default', 'default', 'dev', 'dev']) {
    const { record } = await cached.ask({ model: 'careful', controls: { profile, cache: 'use' } });
    outcomes.push(record.cache);
  }
  expect(outcomes).toEqual(['miss', 'hit', 'miss', 'hit']);
  expect(sent().map(({ sampling }) => sampling)).toEqual([{ temperature: 0.2 }, { temperature: 0.9 }]);
  await cached.close();
  await cache.close();
});

test('another lockfile takes the place of the first while calls go on', async () => {
  const { parts } = engine;
  const routing = parts.routing as unknown as { setNames(names: object): void };
  const other = parseLockfile('version = 1\n[profiles.default.aliases]\nquick = ["anthropic:two"]\n');
  routing.setNames({ lockfile: { lockfile: other, digest: digestLockfile(other) } });
  const { record } = await engine.ask({ model: 'quick' });
  expect(record).toMatchObject({ provider: 'anthropic', lockDigest: digestLockfile(other) });
  expect((await engine.ask({ model: 'careful' })).record).toMatchObject({ error: 'model_not_found' });
});

/** Of an own lockfile in place of the usual one. */
const openWith = (
  text: string,
  packages = new Map<string, typeof lockfile>(),
  registry = createRegistry([]),
) => {
  const own = parseLockfile(text);
  const names = { lockfile: own, digest: digestLockfile(own), packages };
  const parts = { costOf: createPriceList(registry) };
  return createTestEngine(simulator, parts, { aliases: {}, registry, lockfile: names });
};

test('an alias of a package goes to the model that it stands for, and an own entry of its name wins', async () => {
  const prompts = parseLockfile(
    'version = 1\n[profiles.default.aliases]\nshort = ["openai:one"]\nlong = ["openai:one"]\n',
  );
  const text =
    'version = 1\nextends = { packages = ["prompts"] }\n[profiles.default.aliases]\n"prompts:long" = ["anthropic:two"]\n';
  const extending = openWith(text, new Map([['prompts', prompts]]));
  const short = await extending.ask({ model: 'prompts:short' });
  expect(short.record).toMatchObject({
    outcome: 'answered',
    alias: 'prompts:short',
    provider: 'openai',
    model: 'one',
  });
  const long = await extending.ask({ model: 'prompts:long', stream: true });
  expect(long.record).toMatchObject({ alias: 'prompts:long', provider: 'anthropic', model: 'two' });
  expect(sent().map(({ model }) => model)).toEqual(['one', 'two']);
  const misspelt = await extending.ask({ model: 'prompts:shrot' });
  expect(misspelt.record).toMatchObject({ outcome: 'refused', error: 'model_not_found' });
  expect(misspelt.caller.text).toContain('`prompts:short`');
  await extending.close();
});

test('a pool that says what its model must be like goes to the one that fits, and to the locked one for ever', async () => {
  const row = (input: number, window: number) => ({
    api_endpoint: 'chat',
    context_window_tokens: window,
    dollars_per_million_tokens_input: input,
    dollars_per_million_tokens_output: input,
  });
  const models = {
    'openai:small': row(1, 8000),
    'openai:dear': row(50, 200_000),
    'openai:fits': row(5, 200_000),
    'openai:older': row(9, 200_000),
  };
  const registry = createRegistry([readWholeRegistryFile({ provider: 'openai', version: 1, models })]);
  const pool = 'match = "openai:*", min_context = 100000, max_cost = 10';
  const choosing = openWith(
    `version = 1\n[profiles.default.aliases]\nopen = [{ ${pool} }]\nlocked = [{ ${pool}, locked = "openai:older" }]\n`,
    new Map(),
    registry,
  );
  for (const model of ['open', 'locked']) await choosing.ask({ model });
  expect(sent().map(({ model }) => model)).toEqual(['fits', 'older']);
  await choosing.close();
});

test('constraints of an llmring.lock are in the request that is sent', async () => {
  const { lockfile: migrated } = migrateLockfile(`version = "1.0"
default_profile = "default"
[profiles.default]
[[profiles.default.bindings]]
alias = "summarizer"
provider = "openai"
model = "one"
[profiles.default.bindings.constraints]
temperature = 0.3
max_tokens = 55
`);
  const names = { lockfile: migrated, digest: digestLockfile(migrated) };
  const moved = createTestEngine(simulator, {}, { aliases: {}, lockfile: names });
  await moved.ask({ model: 'summarizer' });
  expect(sent()).toMatchObject([{ model: 'one', sampling: { temperature: 0.3 }, maxOutputTokens: 55 }]);
  await moved.close();
});

test('two profiles at once are each priced by their own pins, however their calls are mixed', async () => {
  const pin = (profile: string, model: string, input: number) => `
[profiles.${profile}.aliases]
quick = ["openai:one"]
[profiles.${profile}.pins."openai:one"]
model = "${model}"
registry_version = ${input}
[profiles.${profile}.pins."openai:one".prices]
dollars_per_million_tokens_input = ${input}
dollars_per_million_tokens_output = 0
`;
  const mixed = openWith(
    `version = 1${pin('default', 'one-2026-01-01', 1000)}${pin('dev', 'one-2026-06-01', 3)}`,
  );
  const profiles = Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? 'default' : 'dev'));
  const answered = await Promise.all(
    profiles.map((profile, at) => mixed.ask({ model: 'quick', stream: at % 3 === 0, controls: { profile } })),
  );
  const wrong = answered.filter(({ record: { usage, model, cost } }, at) => {
    const [dated, each] =
      profiles[at] === 'default' ? ['one-2026-01-01', 1_000_000] : ['one-2026-06-01', 3000];
    return model !== dated || cost.nanoDollars !== (usage?.input.total ?? 0) * (each as number);
  });
  expect(wrong.map(({ record }) => record)).toEqual([]);
  expect(answered.every(({ record }) => (record.cost.nanoDollars ?? 0) > 0)).toBe(true);
  const versions = new Set(
    answered.map(({ record }) => `${record.profile} ${record.cost.priceVersion?.split('#')[0]}`),
  );
  expect([...versions].sort()).toEqual(['default openai:one@1000', 'dev openai:one@3']);
  await mixed.close();
});
