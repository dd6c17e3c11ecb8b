// Profiles that a project shares: what one machine pushes another one pulls, nobody overwrites what they have not seen, and no other
// project sees any of it.
import {
  digestLockfile,
  digestProfile,
  documentOfProfile,
  parseLockfile,
  parseProfileDocument,
} from '@keelson/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

let kit: ApiKit;
let project: string;
let other: string;

beforeAll(async () => {
  kit = await openApiKit();
  for (const id of ['team', 'another']) await kit.done('POST /workspaces', { body: { id, name: id } });
  project = await kit.newKey({ role: 'project' }, 'team');
  other = await kit.newKey({ role: 'project' }, 'another');
});
afterAll(() => kit.close());

const lockfile = parseLockfile(`
version = 1
default_profile = "prod"
created_at = "2026-01-01T00:00:00Z"

[extends]
packages = ["lib"]

[profiles.prod]
description = "Ours — with ümlauts"
registry_versions = { openai = 12 }

[profiles.prod.aliases.fast]
models = ["openai:gpt-4o-mini", "ollama:llama3.3:latest"]
defaults = { temperature = 0.1, max_tokens = 300 }

[profiles.prod.aliases.cheap]
models = [{ match = "anthropic:*", min_context = 100000, max_cost = 10.5, needs = ["vision"], locked = "anthropic:x" }]

[profiles.prod.pins."openai:gpt-4o-mini"]
model = "gpt-4o-mini-2024-07-18"
registry_version = 12
content_sha256 = "${'0'.repeat(64)}"
prices = { dollars_per_million_tokens_input = 0.15, dollars_per_million_tokens_output = 0.6 }
`);

const push = (more: object = {}, key = project, name = 'prod') =>
  kit.ask(`PUT /profiles/${encodeURIComponent(name)}`, {
    key,
    body: { base_revision: 0, lockfile: documentOfProfile(lockfile, 'prod'), ...more },
  });

const withFast = (...models: string[]) => ({
  version: 1,
  profiles: { shared: { aliases: { fast: { models } } } },
});

test('what one machine pushes, another one pulls with the same digest', async () => {
  const digest = digestProfile(lockfile, 'prod');
  const pushed = await push({ digest, lockfile_digest: digestLockfile(lockfile), client: 'keelson/1.2.3' });
  expect(pushed.status, pushed.text).toBe(200);
  expect(pushed.body).toMatchObject({ name: 'prod', revision: 1, digest, client: 'keelson/1.2.3' });
  const pulled = await kit.done('GET /profiles/prod', { key: project });
  const theirs = parseProfileDocument(pulled.lockfile, 'prod');
  // The file has no other profile, so that it is the same file to every receipt.
  expect(digestLockfile(theirs)).toBe(digestLockfile(lockfile));
  expect(documentOfProfile(theirs, 'prod')).toEqual(documentOfProfile(lockfile, 'prod'));
  expect(pushed.headers['x-keelson-version']).toBe('1.2.3');
  // Whoever pushes the same again, based on whatever, has made nothing new.
  for (const base_revision of [0, 1, 7]) expect((await push({ base_revision })).body.revision).toBe(1);
});

test('whoever has not seen the newest is told what has changed, and may insist', async () => {
  const at = (name: string) => `PUT /profiles/${name}`;
  const ask = (body: object) => kit.ask(at('shared'), { key: project, body });
  expect((await ask({ base_revision: 0, lockfile: withFast('a:one') })).body.revision).toBe(1);
  expect((await ask({ base_revision: 1, lockfile: withFast('a:two', 'b:c') })).body.revision).toBe(2);
  const refused = await ask({ base_revision: 1, lockfile: withFast('a:mine') });
  expect(refused.status).toBe(409);
  expect(refused.body.error).toMatchObject({ code: 'conflict', details: { expected: '2' } });
  expect(refused.body.error.message).toContain('at revision 2, and this is based on 1');
  expect(refused.body.error.message).toContain('`fast` is a:two, b:c instead of a:one');
  const unseen = await ask({ base_revision: 0, lockfile: withFast('a:mine') });
  expect([unseen.status, unseen.body.error.message]).toEqual([409, expect.stringContaining('it has fast')]);
  const ahead = await ask({ base_revision: 9, lockfile: withFast('a:mine') });
  expect(ahead.status).toBe(409);
  const never = await kit.ask(at('new'), {
    key: project,
    body: { base_revision: 4, lockfile: { version: 1, profiles: { new: {} } } },
  });
  expect([never.status, never.body.error.message]).toEqual([409, expect.stringContaining('never shared')]);
  expect((await kit.done('GET /profiles/shared', { key: project })).revision).toBe(2);
  const forced = await ask({ base_revision: 1, force: true, lockfile: withFast('a:mine') });
  expect(forced.body).toMatchObject({ revision: 3 });
  const { data } = await kit.done('GET /profiles/shared/revisions', { key: project, query: { limit: 2 } });
  expect(data.map(({ revision }: { revision: number }) => revision)).toEqual([3, 2]);
});

test('of many pushes at once exactly one wins', async () => {
  const asks = Array.from({ length: 8 }, (_, index) =>
    kit.ask('PUT /profiles/shared', {
      key: project,
      body: { base_revision: 3, lockfile: withFast(`a:number-${index}`) },
    }),
  );
  const answers = await Promise.all(asks);
  const statuses = answers.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
  const winner = answers.find(({ status }) => status === 200);
  expect(await kit.done('GET /profiles/shared', { key: project })).toEqual(winner?.body);
});

test('aliases are bound, resolved through what a profile inherits, and taken away', async () => {
  const name = 'dev';
  const made = await kit.done(`POST /profiles/${name}/aliases`, {
    key: project,
    body: {
      aliases: [
        { name: 'a/b', models: ['x:y'] },
        { name: 'deep', models: ['x:z', 'x:w'] },
      ],
    },
  });
  expect(made.revision).toBe(1);
  const slashed = await kit.done(`GET /profiles/${name}/aliases/a%2Fb`, { key: project });
  expect(slashed.targets).toEqual([{ reference: 'x:y', model: 'y' }]);
  await kit.done(`PUT /profiles/${name}/aliases/deep`, {
    key: project,
    body: { models: ['x:v'], base_revision: 1 },
  });
  const stale = await kit.ask(`PUT /profiles/${name}/aliases/deep`, {
    key: project,
    body: { models: ['x:u'], base_revision: 1 },
  });
  expect([stale.status, stale.body.error.message]).toEqual([409, expect.stringContaining('`deep` is x:v')]);
  const child = {
    version: 1,
    profiles: { child: { inherits: name, aliases: { own: { models: ['c:d'] } } } },
  };
  await kit.done('PUT /profiles/child', { key: project, body: { base_revision: 0, lockfile: child } });
  await kit.done('PUT /profiles/child/aliases/own', { key: project, body: { models: ['c:e'] } });
  expect((await kit.done('GET /profiles/child', { key: project })).lockfile.profiles.child.inherits).toBe(
    name,
  );
  const inherited = await kit.done('GET /profiles/child/aliases/deep', { key: project });
  expect(inherited).toMatchObject({ defined_in: name, targets: [{ reference: 'x:v' }] });
  await kit.done(`DELETE /profiles/${name}/aliases/deep`, { key: project });
  expect((await kit.ask(`DELETE /profiles/${name}/aliases/deep`, { key: project })).status).toBe(404);
  const listed = await kit.done(`GET /profiles/${name}/aliases`, { key: project });
  expect(listed).toEqual({ revision: 3, data: [{ name: 'a/b', models: [{ model: 'x:y' }] }] });

  await kit.done(`DELETE /profiles/${name}`, { key: project });
  expect((await kit.ask(`GET /profiles/${name}`, { key: project })).status).toBe(404);
  const orphan = await kit.ask('GET /profiles/child/aliases/own', { key: project });
  expect([orphan.status, orphan.body.error.message]).toEqual([404, expect.stringContaining('not shared')]);
  const late = await kit.ask(`PUT /profiles/${name}`, {
    key: project,
    body: { base_revision: 3, lockfile: { version: 1, profiles: { [name]: {} } } },
  });
  expect([late.status, late.body.error.message]).toEqual([409, expect.stringContaining('removed it')]);
  const again = await kit.done(`PUT /profiles/${name}`, {
    key: project,
    body: { base_revision: 0, lockfile: { version: 1, profiles: { [name]: {} } } },
  });
  expect(again.revision).toBe(5);
});

test('what cannot be resolved is not found, whatever the reason', async () => {
  for (const alias of ['nothing', 'lib:deep', 'cheap:x'])
    expect(
      (await kit.ask(`GET /profiles/prod/aliases/${alias}`, { key: project })).status,
      alias,
    ).toBeLessThan(500);
  const bare = { version: 1, profiles: { bare: { aliases: { any: { models: [{ match: 'openai:*' }] } } } } };
  await kit.done('PUT /profiles/bare', { key: project, body: { base_revision: 0, lockfile: bare } });
  const unresolved = await kit.ask('GET /profiles/bare/aliases/any', { key: project });
  expect(unresolved.status, unresolved.text).toBe(404);
  await kit.done('DELETE /profiles/bare', { key: project });
});

test('lists go page by page, and hold only what is the project’s', async () => {
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await kit.done('GET /profiles', {
      key: project,
      query: { limit: 2, ...(cursor && { cursor }) },
    });
    seen.push(...page.data.map(({ name }: { name: string }) => name));
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(['child', 'dev', 'prod', 'shared']);
  expect((await kit.done('GET /profiles', { key: other })).data).toEqual([]);
  expect((await kit.done('GET /profiles', { query: { workspace: 'team' } })).data).toHaveLength(4);
  for (const what of [
    'GET /profiles/prod',
    'DELETE /profiles/prod',
    'GET /profiles/prod/aliases',
    'GET /profiles/prod/aliases/fast',
  ])
    expect((await kit.ask(what, { key: other })).status, what).toBe(404);
  expect((await kit.ask('GET /profiles', { key: other, query: { workspace: 'team' } })).status).toBe(403);
  expect((await kit.ask('GET /profiles', { query: { workspace: 'nowhere' } })).status).toBe(404);
});

describe('refused is', () => {
  test('a key that may not', async () => {
    const viewer = await kit.newKey({ role: 'viewer' }, 'team');
    expect((await kit.ask('GET /profiles/prod', { key: viewer })).status).toBe(200);
    const refused = await push({}, viewer);
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      expect.stringContaining('aliases:write'),
    ]);
    expect((await push({}, await kit.newKey({}, 'team'))).status).toBe(403);
  });

  test.each<[string, object, string]>([
    [
      'a newer format',
      { lockfile: { version: 7, new: true }, client: 'keelson/9.0.0' },
      'format 7, by keelson/9.0.0; this server, Keelson 1.2.3, knows formats up to 1',
    ],
    ['an llmring.lock', { lockfile: { version: '1.0', profiles: {} } }, 'lock migrate'],
    ['what is not there', { lockfile: { version: 1, profiles: {} } }, 'no profile `prod`'],
    ['another digest', { digest: `v1:${'f'.repeat(64)}` }, 'has the digest v1:'],
    ['a wrong base', { base_revision: -1 }, 'at least 0'],
    [
      'a wrong alias',
      { lockfile: { version: 1, profiles: { prod: { aliases: { fast: { models: ['nothing'] } } } } } },
      'nothing',
    ],
  ])('%s', async (_, more, said) => {
    const { status, body } = await push(more);
    expect(status).toBe(400);
    expect(`${body.error.message} ${body.error.hint}`).toContain(said);
  });

  test('a name that cannot be one, and more than a body holds', async () => {
    for (const name of ['__proto__', 'constructor']) expect((await push({}, project, name)).status).toBe(400);
    for (const name of ['a b', 'x'.repeat(101), 'a:b', '\u0000']) {
      const answer = await kit.ask(`PUT /profiles/${encodeURIComponent(name)}/aliases/fast`, {
        key: project,
        body: { models: ['a:b'] },
      });
      expect(answer.status, name).toBe(400);
    }
    const huge = await push({
      client: 'x',
      lockfile: { version: 1, metadata: { x: 'x'.repeat(2_200_000) } },
    });
    expect(huge.status).toBe(413);
  });
});

test('pushes stand in the audit log, without all that was pushed', async () => {
  const { entries } = await kit.storage.audit.page({ organisation: 'default', limit: 100 });
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'profiles.push',
      'profiles.push.failed',
      'profiles.bind',
      'profiles.unbind',
      'profiles.remove',
    ]),
  );
  expect(JSON.stringify(entries)).not.toContain('gpt-4o-mini-2024-07-18');
});
