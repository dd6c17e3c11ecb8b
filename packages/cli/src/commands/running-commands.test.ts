// The commands that start something and stop on a signal, and the one that looks whether they could.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  findKeelson,
  keelsonJson,
  makeFolder,
  removeFolder,
  startKeelson,
} from '../__fixtures__/run-keelson.ts';

let folder = '';
const running: ChildProcess[] = [];
beforeAll(() => {
  findKeelson();
  folder = makeFolder();
}, 120_000);
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  removeFolder(folder);
});

async function startUntil(words: readonly string[], sign: RegExp) {
  const child = startKeelson(words, { folder, env: { KEELSON_CHECK_PROVIDERS: 'off' } });
  running.push(child);
  const output = { text: '' };
  child.stdout?.on('data', (chunk) => (output.text += chunk));
  child.stderr?.on('data', (chunk) => (output.text += chunk));
  await expect.poll(() => output.text, { timeout: 50_000 }).toMatch(sign);
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    const exited = once(child, 'exit');
    child.kill(signal);
    return (await exited)[0];
  };
  return { output, stop, found: sign.exec(output.text)?.[1] ?? '' };
}

test('simulate answers until Ctrl-C, and then ends with 0', async () => {
  const { found, stop, output } = await startUntil(['simulate', '--port', '0'], /listens on (\S+)\. /);
  const answer = await fetch(`${found}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: '[[text: Ahoy]]' }] }),
  });
  expect(await answer.text()).toContain('Ahoy');
  expect(await stop('SIGINT')).toBe(0);
  expect(output.text).toContain('The simulator has stopped.');
});

test('serve starts the gateway by its flags, and stops in order', async () => {
  const flags = ['--port', '0', '--data', join(folder, 'data'), '--log-level', 'error'];
  const { found, stop, output } = await startUntil(['serve', ...flags], /listens on (http:\S+?)\.\s/);
  const health = await fetch(`${found}/health`);
  expect(await health.json()).toMatchObject({ status: 'ok' });
  expect(await stop('SIGTERM')).toBe(0);
  expect(output.text).toContain('Keelson has stopped.');
}, 40_000);

test('doctor tells a wrong key, a missing database and a broken lockfile, and repeats no secret', async () => {
  const vendor = createServer((_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(
      '{"error":{"message":"Incorrect API key provided: sk-hidden","type":"invalid_request_error"}}',
    );
  }).listen(0, '127.0.0.1');
  await once(vendor, 'listening');
  const { port } = vendor.address() as AddressInfo;
  writeFileSync(join(folder, 'keelson.lock'), 'version = 1\n[profiles.default]\nalises = 1\n');
  const env = {
    OPENAI_API_KEY: 'sk-hidden',
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
    KEELSON_DATA: join(folder, 'nothing-yet'),
  };
  try {
    const { code, data, out } = await keelsonJson(['doctor', '--timeout', '5'], { folder, env });
    const states = Object.fromEntries(
      data.checks.map(({ about, state }: { about: string; state: string }) => [about, state]),
    );
    expect(states).toEqual({ versions: 'ok', lockfile: 'wrong', openai: 'wrong', database: 'note' });
    expect([code, data.ok]).toEqual([1, false]);
    expect(out).toContain('does not know its key');
    expect(out).not.toContain('sk-hidden');
  } finally {
    vendor.close();
  }
}, 40_000);

test('doctor asks nobody with --offline, and ends with 0 where nothing is wrong', async () => {
  const empty = makeFolder();
  try {
    const env = { ANTHROPIC_API_KEY: 'none', KEELSON_DATA: join(empty, 'data') };
    const { code, data } = await keelsonJson(['doctor', '--offline'], { folder: empty, env });
    expect([code, data.ok]).toEqual([0, true]);
    expect(data.checks).toContainEqual({ about: 'anthropic', state: 'ok', says: 'is set up, not asked' });
  } finally {
    removeFolder(empty);
  }
}, 40_000);
