// The commands of docs/sync.md, run as they stand there against a server, and its list of LLMRing's paths.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit, ownerKey } from './__fixtures__/index.ts';

const page = readFileSync(fileURLToPath(new URL('../../../../docs/sync.md', import.meta.url)), 'utf8');

let kit: ApiKit;
let url: string;
beforeAll(async () => {
  kit = await openApiKit();
  await kit.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(kit.app.server.address() as AddressInfo).port}`;
});
afterAll(() => kit.close());

test('every command works, in the order of the page', async () => {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(4);
  const script = blocks.join('\necho\n');
  const environment = { PATH: process.env.PATH, KEELSON_URL: url, KEELSON_KEY: ownerKey };
  const { stdout } = await promisify(execFile)('sh', ['-eu', '-c', script], { env: environment });
  expect(stdout).toContain('"revision":1');
  expect(stdout).toContain('"reference":"anthropic:claude-haiku-4-5"');
  const [record] = (await kit.storage.calls.list({ filters: { workspace: 'shop' } })).calls;
  expect(record).toMatchObject({ lane: 'reported', origin: 'nightly', cost: { nanoDollars: 1_600_000 } });
  const [talk] = await kit.storage.conversations.list({ workspace: 'shop', limit: 2 });
  expect(talk).toMatchObject({ title: 'a first talk', messages: 2, logging: 'full' });
});

test('every path of LLMRing that it lists answers', async () => {
  const rows = page.split('\n').filter((line) => /^\| `(GET|POST)/.test(line));
  const paths = rows.flatMap((row) => {
    const cell = row.split(/(?<!\\)\|/)[1] ?? '';
    const [method = ''] = /[A-Z]+/.exec(cell) ?? [];
    return [...cell.matchAll(/`(?:[A-Z]+ )?(\/[^`?]*)/g)].map(([, path = '']) => ({ method, path }));
  });
  expect(paths.length).toBeGreaterThan(10);
  for (const { method, path } of paths) {
    const whole = path === '/bulk_upsert' ? `/api/v1/aliases${path}` : path;
    const address = `${url}${whole.replace('{alias}', 'x').replace('{v}', '1')}`;
    const answer = await fetch(address, { method, ...(method === 'POST' && { body: '{}' }) });
    expect([200, 400, 401], `${method} ${whole}`).toContain(answer.status);
  }
});
