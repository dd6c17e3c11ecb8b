/** Programs of a team at their server: profiles, usage, receipts and conversations through the SDK, against a real gateway. */
import { KeelsonError } from '@keelson/sdk';
import { ConflictError, entries, ServerClient } from '@keelson/sdk/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ownerKey } from '../packages/server/src/admin/__fixtures__/index.ts';
import { type SdkHarness, startSdkHarness } from './sdk-harness.ts';
import { failureOf } from './until.ts';

let harness: SdkHarness;
let server: ServerClient;
beforeAll(async () => {
  harness = await startSdkHarness();
  server = new ServerClient({ url: `${harness.url}/`, key: ownerKey });
});
beforeEach(() => harness.simulator.reset());
afterAll(() => harness.close());

const fileOf = (profile: string): string => `version = 1
default_profile = "${profile}"

[profiles.${profile}.aliases]
fast = ["openai:gpt-4o"]
deep = ["anthropic:claude-haiku-4-5", "openai:gpt-4o"]
`;
const mine = fileOf('default');

describe('profiles', () => {
  it('pushed on one machine and pulled on another have the same digest', async () => {
    const pushed = await server.push('default', { lockfile: mine });
    const other = new ServerClient({ url: harness.url, key: ownerKey });
    const pulled = await other.pull('default');
    expect(pulled).toMatchObject({ revision: 1, digest: pushed.digest, lockfile_digest: pushed.digest });
    // What was pulled is a whole lockfile, which pushed again is nothing new.
    const again = await other.push('default', { lockfile: pulled.text, base: pulled });
    expect(again).toMatchObject({ revision: 1, digest: pushed.digest });
    expect(await other.push('default', { lockfile: pulled.lockfile, base: 1 })).toMatchObject({
      revision: 1,
    });
  });

  it('that somebody else has changed are a conflict with what changed, and nothing is lost', async () => {
    const first = await server.push('shared', { lockfile: fileOf('shared') });
    const theirs = await server.push('shared', {
      lockfile: fileOf('shared').replace('openai:gpt-4o', 'openai:gpt-4o-mini'),
      base: first,
    });
    const late = server.push('shared', {
      lockfile: `${fileOf('shared')}extra = ["openai:gpt-4o"]\n`,
      base: first,
    });
    const conflict = (await failureOf(late)) as ConflictError;
    expect(conflict).toBeInstanceOf(ConflictError);
    expect(KeelsonError.is(conflict)).toBe(true);
    expect(conflict).toMatchObject({ code: 'conflict', profile: 'shared', revision: 2, theirs });
    expect(conflict.message).toContain('fast');
    expect(conflict.changes.map(({ kind, alias }) => [kind, alias])).toEqual([
      ['pool_changed', 'fast'],
      ['alias_removed', 'extra'],
    ]);
    expect((await server.pull('shared')).digest).toBe(theirs.digest);
    const forced = await server.push('shared', {
      lockfile: fileOf('shared'),
      force: true,
    });
    expect(forced).toMatchObject({ revision: 3, digest: first.digest });
  });

  it('are bound alias by alias, resolved and taken back', async () => {
    const bound = await server.bindProfileAlias('bound', 'fast', { models: ['openai:gpt-4o'] });
    const many = await server.bindProfileAliases('bound', {
      base_revision: bound.revision,
      aliases: [{ name: 'deep', models: ['anthropic:claude-haiku-4-5'] }],
    });
    const resolved = await server.resolveProfileAlias('bound', 'deep');
    expect(resolved.targets.map(({ reference }) => reference)).toEqual(['anthropic:claude-haiku-4-5']);
    const late = server.unbindProfileAlias('bound', 'fast', { base_revision: bound.revision });
    expect(await failureOf(late)).toMatchObject({ name: 'KeelsonError', code: 'conflict', revision: 2 });
    await server.unbindProfileAlias('bound', 'fast', { base_revision: many.revision });
    const { data } = await server.listProfileAliases('bound');
    expect(data.map(({ name }) => name)).toEqual(['deep']);
    await server.removeProfile('bound');
    expect(await failureOf(server.pull('bound'))).toMatchObject({ code: 'not_found' });
  });

  it('that are no lockfile, or not of this name, are refused before anything is sent', async () => {
    const { length } = (await server.listProfiles()).data;
    for (const lockfile of ['[profiles', '', mine, { version: 1 }, { version: 99, profiles: {} }])
      expect(KeelsonError.is(await failureOf(server.push('nowhere', { lockfile })))).toBe(true);
    expect((await server.listProfiles()).data).toHaveLength(length);
  });
});

describe('what was used', () => {
  it('is told once however often it is sent, and read by model, alias, day and origin', async () => {
    const call = { origin: 'nightly', id_at_origin: 'run-1', provider: 'openai', model: 'gpt-4o' } as const;
    const counts = { alias: 'fast', input_tokens: 1000, output_tokens: 10 };
    expect(await server.reportCall({ ...call, ...counts })).toMatchObject({ is_known: false });
    expect(await server.reportCall({ ...call, ...counts })).toMatchObject({ is_known: true });
    const { data } = await server.readUsageByOrigin();
    expect(data).toMatchObject([{ origin: 'nightly', calls: 1, input_tokens: 1000 }]);
    for (const step of ['day', 'week', 'month', 'total'] as const) {
      const usage = await server.readUsage({ step, by: ['model', 'alias'] });
      expect(JSON.stringify(usage)).toContain('gpt-4o');
    }
  });

  it('has receipts, which are listed, covered by a statement and verified', async () => {
    const { receiptId = '' } = await harness.remote.chat({ model: 'fast', prompt: '[[text: Ahoy.]]' });
    await expect
      .poll(async () => KeelsonError.is(await server.getReceipt(receiptId).catch((e) => e)), {
        timeout: 10_000,
      })
      .toBe(false);
    const listed: string[] = [];
    for await (const one of entries((place) => server.listReceipts({ limit: 1, ...place })))
      listed.push(one.id);
    expect(listed).toContain(receiptId);
    const uncertified = await server.listUncertifiedReceipts();
    expect(JSON.stringify(uncertified)).toContain(receiptId);
    const preview = await server.previewReceipt({ receipt_ids: [receiptId] });
    expect(JSON.stringify(preview)).toContain('gpt-4o');
    const issued = await server.issueReceipt({ receipt_ids: [receiptId], description: 'November' });
    expect(JSON.stringify(issued)).toContain('November');
    expect(JSON.stringify(await server.listUncertifiedReceipts())).not.toContain(receiptId);
    expect((await server.listReceiptKeys()).data.length).toBeGreaterThan(0);
    const lines = await server.exportReceipts();
    expect(await lines.text()).toContain(receiptId);
    expect(await harness.remote.receipts.verify(receiptId)).toMatchObject({ isValid: true });
  });
});

describe('keys and registration', () => {
  it('live, and what a key may not do is refused by its permission', async () => {
    const { secret, key } = await server.createKey({ name: 'of the SDK', scopes: ['aliases:read'] });
    const reader = new ServerClient({ url: harness.url, key: secret });
    expect((await reader.listProfiles()).data).toBeInstanceOf(Array);
    const refused = await failureOf(reader.push('mine', { lockfile: fileOf('mine') }));
    expect(refused).toMatchObject({ code: 'permission_denied' });
    expect((refused as KeelsonError).message).toContain('aliases:write');
    const next = await server.rotateKey(key.id, { overlap_seconds: 0 });
    expect((await server.revokeKey(next.key.id)).state).toBe('revoked');
    const wrong = new ServerClient({ url: harness.url, key: 'wrong' });
    expect(await failureOf(wrong.listProfiles())).toMatchObject({ code: 'authentication_failed' });
  });

  it('nobody registers where that is closed', async () => {
    const request = { email: 'ada@example.com', organization: 'Ada', project: 'first', accept_terms: true };
    expect(await failureOf(server.register(request))).toMatchObject({ code: 'permission_denied' });
  });
});

describe.each(['remote', 'local'] as const)('a conversation, %s', (face) => {
  const begin = (options: object = {}) =>
    harness[face].conversation({ model: 'fast', ...(face === 'local' && { server }), ...options });

  it('goes on from what its server keeps', async () => {
    const talk = begin({ title: 'ships', logging: 'full', system: 'Be brief.' });
    const first = await talk.chat({ prompt: '[[text: Argo.]] [[usage: input=20 output=9]]' });
    expect(first).toMatchObject({ text: 'Argo.', isKept: true });
    const { id = '' } = talk;
    expect(await server.getConversation(id)).toMatchObject({
      ...{ title: 'ships', message_count: 2, system_prompt: 'Be brief.', model_alias: 'fast' },
      ...{ input_tokens: 20, output_tokens: 9 },
    });
    // Somebody else, who has nothing but its id.
    const later = harness[face].conversation(face === 'local' ? { id, server } : id);
    const stream = later.stream({ prompt: '[[text: It had fifty oars.]]' });
    expect((await stream.final).isKept).toBe(true);
    expect(harness.simulator.requests.at(-1)).toMatchObject({
      request: {
        system: [{ text: 'Be brief.' }],
        turns: [{ role: 'user' }, { role: 'assistant' }, { role: 'user' }],
      },
    });
    expect(await later.turns()).toHaveLength(4);
    const { data } = await server.listMessages(id);
    expect(data.map(({ role, content }) => [role, content])).toEqual([
      ['user', '[[text: Argo.]] [[usage: input=20 output=9]]'],
      ['assistant', 'Argo.'],
      ['user', '[[text: It had fifty oars.]]'],
      ['assistant', 'It had fifty oars.'],
    ]);
  });

  it.each([
    'metadata',
    'none',
  ] as const)('of which %s is kept has no words on the server', async (logging) => {
    const talk = begin({ logging });
    await talk.chat({ prompt: '[[text: A secret.]]' });
    await talk.chat({ prompt: '[[text: Another.]]' });
    expect(await talk.turns()).toHaveLength(4);
    const { id = '' } = talk;
    expect(await server.getConversation(id)).toMatchObject({ logging, message_count: 4 });
    expect(JSON.stringify(await server.listMessages(id))).not.toContain('secret');
    expect(await harness[face].conversation({ id, server }).turns()).toEqual([]);
  });

  it('that cannot be kept still answers, says so, and is kept whole once it can be', async () => {
    const problems: string[] = [];
    let isAway = true;
    const store = new Proxy(server, {
      get: (target, name: keyof ServerClient) => {
        if (name === 'createConversation' && isAway)
          return () => Promise.reject(new KeelsonError('provider_unavailable', 'Away.'));
        const value: unknown = target[name];
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const talk = begin({
      ...{ server: store, logging: 'full' },
      onProblem: (error: KeelsonError) => problems.push(error.code),
    });
    expect(await talk.chat({ prompt: '[[text: One.]]' })).toMatchObject({ text: 'One.', isKept: false });
    expect([problems, talk.id]).toEqual([['provider_unavailable'], undefined]);
    isAway = false;
    expect(await talk.chat({ prompt: '[[text: Two.]]' })).toMatchObject({ isKept: true });
    expect((await server.getConversation(talk.id ?? '')).message_count).toBe(4);
  });

  it('takes one call at a time, and a call that failed leaves it as it was', async () => {
    const talk = begin({ logging: 'full' });
    const waiting = new AbortController();
    const first = failureOf(talk.chat({ prompt: '[[delay: 60s]]' }, { signal: waiting.signal }));
    expect(await failureOf(talk.chat({ prompt: 'Hi' }))).toMatchObject({ code: 'conflict' });
    waiting.abort();
    expect(await first).toMatchObject({ code: 'cancelled' });
    expect(await talk.turns()).toEqual([]);
    expect(await talk.chat({ prompt: '[[text: Aye.]]' })).toMatchObject({ isKept: true });
  });
});

it('a conversation without a server says that it needs one, and the answer is there all the same', async () => {
  const problems: KeelsonError[] = [];
  const talk = harness.local.conversation({ model: 'fast', onProblem: (error) => problems.push(error) });
  expect(await talk.chat({ prompt: '[[text: Aye.]]' })).toMatchObject({ text: 'Aye.', isKept: false });
  expect(problems).toMatchObject([{ code: 'configuration_invalid', details: { field: 'server' } }]);
  expect(
    await failureOf(harness.local.conversation('c-1').chat({ model: 'fast', prompt: 'Hi' })),
  ).toMatchObject({
    code: 'configuration_invalid',
  });
});

it('a conversation that is not there is an error of the call', async () => {
  const talk = harness.remote.conversation('none');
  expect(await failureOf(talk.chat({ model: 'fast', prompt: 'Hi' }))).toMatchObject({ code: 'not_found' });
});
