// A life over HTTP, on every database: a key spends its budget, is told so and given more, its provider's credential comes and
// goes, and at the end the audit log names each step.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadBundledRegistry } from '@keelson/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiKit, databases, openApiKit } from './__fixtures__/index.ts';

const model = 'openai:gpt-5';
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello.' } }],
  // Of gpt-5, a million tokens of output cost ten dollars.
  usage: { prompt_tokens: 0, completion_tokens: 1000, total_tokens: 1000 },
};
const costOfOne = 10_000_000;

let shown: string[] = [];
const vendor = createServer((request, response) => {
  shown.push(String(request.headers.authorization).replace('Bearer ', ''));
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion));
  });
});
let address = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
});
afterAll(() => void vendor.close());

describe.each(Object.entries(databases))('in %s', (_, create) => {
  let database: Awaited<ReturnType<typeof create>>;
  let kit: ApiKit;
  beforeAll(async () => {
    database = await create();
    const registry = await loadBundledRegistry(['openai']);
    kit = await openApiKit({
      target: database.target,
      vendor: address,
      engine: (folder) => ({ registry, budgets: { journalFolder: join(folder, 'journal') } }),
    });
  });
  afterAll(async () => {
    await kit?.close();
    await database?.remove();
  });

  const call = (key: string) => kit.call(key, { model, max_completion_tokens: 1000 });

  test('everything that is managed is managed over HTTP', async () => {
    await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
    const query = { organisation: 'acme' };
    await kit.done('POST /workspaces', { body: { id: 'lab', name: 'Lab' }, query });
    const place = { ...query, workspace: 'lab' };
    const owner = { name: 'owner', role: 'owner', reach: 'organisation' };
    const { secret: admin, key: of } = await kit.done('POST /keys', { body: owner, query: place });
    const key = admin;
    expect((await kit.done('GET /me', { key })).permissions).toContain('budgets:write');
    const { secret, key: caller } = await kit.done('POST /keys', {
      key,
      body: { name: 'caller' },
      query: { workspace: 'lab' },
    });

    // Room for two such calls and the worst case of one more: that of the text besides its answer is small.
    const limit = Math.round(costOfOne * 3.5);
    const body = { id: 'life', scope: 'key', subject: caller.id, measure: 'money', window: 'total', limit };
    await kit.done('POST /budgets', { key, body });
    const statuses: number[] = [];
    while (statuses.at(-1) !== 402 && statuses.length < 10) statuses.push(await call(secret));
    expect(statuses).toEqual([200, 200, 402]);
    const alerts = async () => levelsOf(await kit.done('GET /alerts', { key }));
    await expect.poll(alerts, { timeout: 10_000 }).toEqual([100, 80, 50]);
    await kit.done('PATCH /budgets/life', { key, body: { limit: 10 * limit } });
    expect(await call(secret)).toBe(200);
    await kit.engine.limits?.flush();
    const [window] = (await kit.done('GET /budgets/life/windows', { key })).data;
    expect(window).toMatchObject({ used: 3 * costOfOne, limit: 10 * limit, overshoot: 0 });

    const credential = { provider: 'openai', name: 'main', key: 'sk-canary-one' };
    const { id } = await kit.done('POST /credentials', { key, body: credential });
    shown = [];
    expect(await call(secret)).toBe(200);
    await kit.done(`POST /credentials/${id}/rotate`, { key, body: { key: 'sk-canary-two' } });
    expect(await call(secret)).toBe(200);
    await kit.done(`DELETE /credentials/${id}`, { key });
    expect(await call(secret)).toBe(200);
    expect(shown).toEqual(['sk-canary-one', 'sk-canary-two', 'sk-test']);

    const log: string = await kit.done('GET /audit/export', { key });
    const steps = log
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Step);
    expect(steps.map(({ action, target = '' }) => `${action} ${target}`.trim())).toEqual([
      'workspaces.create',
      'keys.create',
      'keys.create',
      'budgets.create',
      'budgets.update life',
      'credentials.create',
      `credentials.rotate ${id}`,
      `credentials.remove ${id}`,
    ]);
    expect(steps.slice(2).map(({ actor }) => actor)).toEqual(new Array(6).fill(of.id));
    expect(log).not.toContain('canary');
    const verified = await kit.done('GET /audit/verification', { key });
    expect(verified).toMatchObject({ is_whole: true, entries: steps.length });
  });
});

interface Step {
  readonly action: string;
  readonly target?: string;
  readonly actor: string;
}

function levelsOf({ data }: { readonly data: readonly { readonly level: number }[] }): number[] {
  return data.map(({ level }) => level);
}
