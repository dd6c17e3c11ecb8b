/** An engine whose providers and aliases are exchanged while calls go on: whole or not at all, and nobody is cut off. */
import { dialects, loadBundledRegistry } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AnyDialect, Caller } from './calls/index.ts';
import { type Engine, openEngine } from './engine.ts';
import { silentLog, systemClock } from './observability/index.ts';
import { type ProviderConfig, providerForms } from './providers/index.ts';
import { Secret } from './secrets/index.ts';
import { openStorage } from './storage/index.ts';

let simulator: Simulator;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ seed: 3 });
});
afterAll(() => simulator.close());
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

function make(name: string, more: Partial<ProviderConfig> = {}): ProviderConfig {
  const form = providerForms.get('openai');
  if (form === undefined) throw new Error('There is no such form.');
  return { name, form, address: simulator.url, key: new Secret('sk-test'), ...more };
}

function start(settings: Parameters<typeof openEngine>[0]): Engine {
  const engine = openEngine(settings);
  open.push(engine);
  return engine;
}

const nobody: Caller = {
  start: () => {},
  write: () => true,
  end: () => {},
  onDrain: () => {},
  hasLeft: false,
  onLeave: () => {},
};

function ask(engine: Engine, model: string, text = 'Hello!') {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: text }] });
  return engine.call(
    {
      id: engine.newId(),
      endpoint: 'chat' as const,
      dialect: dialects['openai-chat'] as unknown as AnyDialect,
      wire: { method: 'POST' as const, path: '/v1/chat/completions', query: {}, headers: {}, body },
      controls: { tags: {} },
      identity: { keyId: 'k', workspace: 'w' },
    },
    nobody,
  );
}

test('a call that had begun ends with its provider, and the next goes to the new one', async () => {
  const first = make('one');
  const engine = start({ providers: [first], aliases: { chat: ['one:m'] } });
  const slow = ask(engine, 'chat', '[[delay: 400ms]]');
  await systemClock.sleep(100);
  engine.change({ providers: [make('two')], aliases: { chat: ['two:m'] } });
  expect(await ask(engine, 'chat')).toMatchObject({ outcome: 'answered', provider: 'two' });
  expect(await ask(engine, 'one:m')).toMatchObject({ error: 'model_not_found' });
  expect(await slow).toMatchObject({ outcome: 'answered', provider: 'one' });
});

test('what stays the same object keeps its connections', () => {
  const stays = make('stays');
  const engine = start({ providers: [stays, make('goes')] });
  const before = engine.providers.get('stays');
  engine.change({ providers: [stays, make('comes')] });
  expect(engine.providers.get('stays')).toBe(before);
  expect([...engine.providers.keys()]).toEqual(['stays', 'comes']);
});

test('with anything wrong, nothing changes', () => {
  const engine = start({ providers: [make('one')], aliases: { chat: ['one:m'] } });
  const before = engine.providers.get('one');
  const refuse = (change: Parameters<Engine['change']>[0], told: RegExp): void => {
    expect(() => engine.change(change)).toThrow(told);
    expect(engine.routing.aliases).toEqual(['chat']);
    expect(engine.providers.get('one')).toBe(before);
    expect(engine.providers.size).toBe(1);
  };
  refuse({ providers: [make('two')], aliases: { chat: ['one:m'] } }, /names `one:m`/);
  refuse({ providers: [make('two', { address: 'nowhere' })] }, /no web address/);
  const anthropic = providerForms.get('anthropic');
  refuse(
    { providers: [make('one', { ...(anthropic && { form: anthropic }) })] },
    /cannot become `anthropic`/,
  );
  const found = engine.problemsWith({
    providers: [make('two')],
    aliases: { chat: ['two:m'], talk: ['one:m'] },
  });
  expect(found.map(({ path }) => path)).toEqual(['aliases.talk.targets[0].model']);
  expect([...engine.providers.keys()]).toEqual(['one']);
  // A form that was only tried out binds nobody.
  const tried = make('three', { ...(anthropic && { form: anthropic }) });
  expect(engine.problemsWith({ providers: [tried], aliases: {} })).toEqual([]);
  engine.change({ providers: [make('three')], aliases: { chat: ['three:m'] } });
  expect([...engine.providers.keys()]).toEqual(['three']);
});

test('models of a vendor that comes later have prices and names', async () => {
  const engine = start({ providers: [] });
  expect(engine.models()).toEqual([]);
  engine.change({ providers: [make('openai')], cards: await loadBundledRegistry(['openai']) });
  const model = engine.models().find(({ name }) => name.includes('gpt-4o-mini'))?.name ?? '';
  expect(await ask(engine, model)).toMatchObject({ outcome: 'answered', cost: { status: 'priced' } });
});

test('bodies are kept from the change on, and no longer after the next', async () => {
  const storage = await openStorage(
    { kind: 'sqlite', path: ':memory:' },
    { clock: systemClock, log: silentLog },
  );
  const engine = openEngine({ providers: [make('one')], storage });
  const ids: string[] = [];
  for (const logBodies of ['none', 'all', 'none'] as const) {
    engine.change({ logBodies });
    ids.push((await ask(engine, 'one:m'))?.id ?? '');
  }
  await engine.close();
  const kept = await Promise.all(ids.map((id) => storage.bodies.find(id)));
  expect(kept.map((bodies) => bodies !== undefined)).toEqual([false, true, false]);
  await storage.close();
});
