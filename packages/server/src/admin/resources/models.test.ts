// Models, aliases and plans through the management API: what can be called, by which names, and where it would go.
import { loadBundledRegistry } from '@keelson/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

let kit: ApiKit;
let viewer: string;
beforeAll(async () => {
  const registry = await loadBundledRegistry(['openai']);
  const aliases = {
    fast: ['openai:gpt-4o-mini', 'simulator:fast'],
    smart: {
      targets: [
        { model: 'openai:gpt-4o', when: { hasTools: true } },
        { model: 'openai:gpt-4o-mini', tier: 1, tags: { team: 'a' } },
      ],
      escalate: { context_too_long: ['fast'] },
      cache: { ttlSeconds: 60 },
    },
  };
  kit = await openApiKit({ engine: () => ({ registry, aliases }) });
  viewer = await kit.newKey({ role: 'viewer' });
});
afterAll(() => kit.close());

const namesOf = ({ data }: { readonly data: readonly { readonly name: string }[] }) =>
  data.map(({ name }) => name);

test('a model is shown with what is known of it, its exact prices and the aliases that lead to it', async () => {
  const model = await kit.done('GET /models/openai/gpt-4o-mini', { key: viewer });
  expect(model).toMatchObject({
    name: 'openai:gpt-4o-mini',
    provider: 'openai',
    context_window: 128_000,
    capabilities: { tools: true, images: true },
    aliases: ['fast', 'smart'],
  });
  expect(model.prices.per_million_tokens).toMatchObject({
    input: '0.15',
    output: '0.6',
    cache_read: '0.075',
  });
  expect(model.prices.version).toMatch(/^openai:gpt-4o-mini@\d+#[0-9a-f]{16}$/);
});

test('lists go page by page, by provider, by name and by what a model can do', async () => {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = { provider: 'openai', limit: 40, ...(cursor && { cursor }) };
    const page = await kit.done('GET /models', { key: viewer, query });
    seen.push(...namesOf(page));
    cursor = page.next_cursor;
  }
  expect(seen.length).toBeGreaterThan(40);
  expect(seen).toEqual([...new Set(seen)].toSorted());
  const turned = await kit.done('GET /models', {
    key: viewer,
    query: { provider: 'openai', sort: '-name', limit: 3 },
  });
  expect(namesOf(turned)).toEqual(seen.toReversed().slice(0, 3));
  const found = await kit.done('GET /models', { key: viewer, query: { search: 'GPT-4O-mini', limit: 100 } });
  expect(namesOf(found)).toContain('openai:gpt-4o-mini');
  for (const name of namesOf(found)) expect(name).toContain('gpt-4o-mini');
  const audio = await kit.done('GET /models', { key: viewer, query: { capability: 'audio', limit: 500 } });
  expect(audio.data.length).toBeGreaterThan(0);
  for (const { capabilities } of audio.data) expect(capabilities.audio).toBe(true);
  expect((await kit.done('GET /models', { key: viewer, query: { provider: 'nobody' } })).data).toEqual([]);
});

test('a model that nothing is known of is not found, and it is said whether it can be called', async () => {
  const unknown = await kit.ask('GET /models/openai/of%2Fnobody', { key: viewer });
  expect(unknown.status).toBe(404);
  expect(unknown.body.error.message).toContain('`openai:of/nobody`');
  expect(unknown.body.error.hint).toContain('can be called all the same');
  const nowhere = await kit.ask('GET /models/nobody/gpt-4o', { key: viewer });
  expect(nowhere.body.error.hint).toContain('No provider of that name');
});

test('an alias is shown with its targets and rules', async () => {
  const list = await kit.done('GET /aliases', { key: viewer });
  expect(namesOf(list)).toEqual(['fast', 'smart']);
  expect(namesOf(await kit.done('GET /aliases', { key: viewer, query: { search: 'sma' } }))).toEqual([
    'smart',
  ]);
  const smart = await kit.done('GET /aliases/smart', { key: viewer });
  expect(smart).toEqual(list.data[1]);
  expect(smart).toMatchObject({
    strategy: 'ordered',
    sticky: 'none',
    targets: [
      { model: 'openai:gpt-4o', tier: 0, weight: 1, is_conditional: true },
      { model: 'openai:gpt-4o-mini', tier: 1, tags: { team: 'a' }, is_conditional: false },
    ],
    escalations: { context_too_long: ['openai:gpt-4o-mini', 'simulator:fast'] },
    policy: { max_attempts: 4, loss_policy: 'warn', cache_ttl_ms: 60_000 },
  });
  const unknown = await kit.ask('GET /aliases/fats', { key: viewer });
  expect([unknown.status, unknown.body.error.hint]).toEqual([404, expect.stringContaining('fast')]);
});

test('a plan says where a call would go and why not elsewhere, and nothing is sent', async () => {
  const plan = (body: object) => kit.done('POST /explain', { key: viewer, body });
  const keptOf = (said: { candidates: { is_kept: boolean; model: string }[] }) =>
    said.candidates.filter(({ is_kept }) => is_kept).map(({ model }) => model);
  const plain = await plan({ model: 'smart', tags: { team: 'a' } });
  expect(keptOf(plain)).toEqual(['openai:gpt-4o-mini']);
  expect(plain.candidates[1]).toMatchObject({ model: 'openai:gpt-4o', is_kept: false, reason: 'condition' });
  const tools = await plan({ model: 'smart', tags: { team: 'a' }, needs: ['tools'] });
  expect(keptOf(tools)).toEqual(['openai:gpt-4o', 'openai:gpt-4o-mini']);
  const nowhere = await plan({ model: 'smart' });
  expect(keptOf(nowhere)).toEqual([]);
  expect(nowhere.error.message).toContain('openai:gpt-4o-mini');
  const nothing = await plan({ model: 'fats' });
  expect(nothing.error).toMatchObject({ code: 'model_not_found', hint: expect.stringContaining('fast') });
  expect((await kit.storage.calls.list({})).calls).toEqual([]);
});

test('without a lockfile there are no profiles', async () => {
  expect(await kit.done('GET /lockfile', { key: viewer })).toEqual({ profiles: [] });
});

test('nobody sees aliases with a key that was made for calls, but models', async () => {
  const caller = await kit.newKey();
  for (const what of ['GET /aliases', 'GET /aliases/fast', 'GET /lockfile']) {
    expect((await kit.ask(what, { key: caller })).status, what).toBe(403);
  }
  expect((await kit.ask('POST /explain', { key: caller, body: { model: 'fast' } })).status).toBe(403);
  expect((await kit.ask('GET /models', { key: caller })).status).toBe(200);
});

test.each<[string, unknown, string]>([
  ['POST /explain', {}, '`body.model` is missing'],
  ['POST /explain', { model: 'fast', dialect: 'french' }, '`body.dialect` must be one of'],
  ['POST /explain', { model: 'fast', needs: ['money'] }, '`body.needs[0]` must be one of'],
  ['GET /models?capability=flying', undefined, '`query.capability` must be one of'],
])('%s with %j says %s', async (what, body, said) => {
  const answer = await kit.ask(what, { key: viewer, body });
  expect(answer.status).toBe(400);
  expect(answer.body.error.message).toContain(said);
});
