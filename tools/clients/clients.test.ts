/**
 * The clients in `clients/` are what the generators make of the API as it is (`npm run clients` writes them), and each of them
 * runs the life of a key against a real server.
 */
import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries, ManagementClient, ManagementError } from '../../clients/typescript/management-client.ts';
import { type ApiKit, openApiKit, ownerKey } from './__fixtures__/index.ts';
import type { Description } from './operations.ts';
import { pythonClient } from './python-client.ts';
import { sdkOperations, typescriptClient } from './typescript-client.ts';

const folder = resolve(import.meta.dirname, '../../clients');
const run = promisify(execFile);
let kit: ApiKit;
let url: string;
let description: Description;
beforeAll(async () => {
  kit = await openApiKit();
  await kit.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(kit.app.server.address() as AddressInfo).port}`;
  description = kit.description as unknown as Description;
});
afterAll(() => kit.close());

test('the description and the clients are those of the API as it is', async () => {
  await expect(`${JSON.stringify(description, null, 2)}\n`).toMatchFileSnapshot(`${folder}/openapi.json`);
  await expect(typescriptClient(description)).toMatchFileSnapshot(
    `${folder}/typescript/management-client.ts`,
  );
  await expect(sdkOperations(description)).toMatchFileSnapshot(
    resolve(folder, '../packages/sdk/src/server/server-operations.ts'),
  );
  await expect(pythonClient(description)).toMatchFileSnapshot(`${folder}/python/management_client.py`);
});

test('the client for TypeScript runs the life of a key', async () => {
  const client = new ManagementClient({ url: `${url}/`, key: ownerKey });
  const { secret, key } = await client.createKey({ name: 'of the client', models: ['fast'] });
  expect(secret).toContain(key.prefix);
  const names: string[] = [];
  for await (const one of entries((place) => client.listKeys({ limit: 1, ...place }))) names.push(one.name);
  expect(names).toEqual(['bootstrap', 'of the client']);
  expect((await client.updateKey(key.id, { name: 'renamed' })).name).toBe('renamed');
  const next = await client.rotateKey(key.id, { overlap_seconds: 0 });
  expect(next.key.rotated_from).toBe(key.id);
  expect((await client.revokeKey(next.key.id)).state).toBe('revoked');
  const failure = await client.getKey('none').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ManagementError);
  expect(failure).toMatchObject({ status: 404, code: 'not_found', message: 'There is no key `none`.' });
  const leaving = new AbortController();
  leaving.abort();
  await expect(client.listKeys({}, { signal: leaving.signal })).rejects.toThrow('abort');
});

test('the client for TypeScript runs the life of a budget and of a credential', async () => {
  const client = new ManagementClient({ url, key: ownerKey });
  const { key } = await client.createKey({ name: 'with a budget' });
  const wanted = { scope: 'key', subject: key.id, measure: 'requests', window: 'day', limit: 3 } as const;
  const budget = await client.createBudget({ id: 'of-the-client', ...wanted });
  expect(budget).toMatchObject({ id: 'of-the-client', limit: 3, policy: 'refuse' });
  expect((await client.updateBudget(budget.id, { limit: 5 })).limit).toBe(5);
  expect((await client.getBudget(budget.id)).limit).toBe(5);
  await client.removeBudget(budget.id);
  await expect(client.getBudget(budget.id)).rejects.toMatchObject({ code: 'not_found' });

  const made = await client.createCredential({ provider: 'openai', name: 'of the client', key: 'sk-first' });
  expect(JSON.stringify(made)).not.toContain('sk-first');
  expect((await client.updateCredential(made.id, { weight: 3 })).weight).toBe(3);
  expect((await client.rotateCredential(made.id, { key: 'sk-second' })).rotated_at).toBeDefined();
  await client.removeCredential(made.id);
  await expect(client.getCredential(made.id)).rejects.toMatchObject({ code: 'not_found' });
});

const script = `
import sys
sys.path.insert(0, sys.argv[1])
from management_client import ManagementClient, ManagementError
client = ManagementClient(sys.argv[2], sys.argv[3])
made = client.create_key({"name": "of python", "models": ["fast"]})
key = made["key"]
assert made["secret"].startswith(key["prefix"])
assert "of python" in [one["name"] for one in client.entries(client.list_keys, limit=1)]
assert client.update_key(key["id"], {"name": "renamed"})["name"] == "renamed"
following = client.rotate_key(key["id"], {"overlap_seconds": 0})["key"]
assert following["rotated_from"] == key["id"]
assert client.revoke_key(following["id"])["state"] == "revoked"
try:
    client.get_key("none")
    raise AssertionError("found")
except ManagementError as error:
    assert (error.status, error.code) == (404, "not_found"), error.code
wanted = {"scope": "key", "subject": following["id"], "measure": "requests", "window": "day", "limit": 3}
budget = client.create_budget({"id": "of-python", **wanted})
assert client.update_budget(budget["id"], {"limit": 5})["limit"] == 5
assert client.get_budget(budget["id"])["limit"] == 5
client.remove_budget(budget["id"])
credential = client.create_credential({"provider": "openai", "name": "of python", "key": "sk-first"})
assert client.update_credential(credential["id"], {"weight": 3})["weight"] == 3
assert "rotated_at" in client.rotate_credential(credential["id"], {"key": "sk-second"})
client.remove_credential(credential["id"])
for read, gone in ((client.get_budget, budget), (client.get_credential, credential)):
    try:
        read(gone["id"])
        raise AssertionError("found")
    except ManagementError as error:
        assert error.code == "not_found", error.code
print("done")
`;
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => false,
);

if (!hasPython)
  process.stderr.write('Skipped: the client for Python is not run, because there is no python3 here.\n');

test.skipIf(!hasPython)(
  'the client for Python runs the life of a key, a budget and a credential',
  async () => {
    const { stdout } = await run('python3', ['-c', script, `${folder}/python`, url, ownerKey]);
    expect(stdout).toBe('done\n');
  },
);
