/**
 * A secret that went through the management API and was taken away again is nowhere in the memory of the server: its whole heap is
 * searched. (While a credential is in use its secret has to be there: calls are sent with it.)
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processKey, type ServerProcess, startProcess } from './__fixtures__/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'keelson-heap-'));
let simulator: Simulator;
let server: ServerProcess;
beforeAll(async () => {
  simulator = await startSimulator();
  const options = `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`;
  server = await startProcess(simulator.url, { NODE_OPTIONS: options, KEELSON_LOG_LEVEL: 'debug' });
}, 60_000);
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.exited;
  server.remove();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function ask(
  what: string,
  body?: unknown,
): Promise<{ readonly id: string; readonly key?: { id: string } }> {
  const [method = '', path = ''] = what.split(' ');
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${processKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, `${what}: ${text}`).toBeLessThan(300);
  return JSON.parse(text);
}

/** The whole heap as text, after a full collection. */
async function snapshot(): Promise<string> {
  server.child.kill('SIGUSR2');
  const name = () => readdirSync(folder).find((file) => file.endsWith('.heapsnapshot'));
  await expect.poll(name, { timeout: 30_000 }).toBeDefined();
  const file = join(folder, name() ?? '');
  let size = -1;
  await expect
    .poll(
      () => {
        const before = size;
        size = statSync(file).size;
        return size > 0 && size === before;
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(true);
  const text = readFileSync(file, 'utf8');
  rmSync(file);
  return text;
}

test('a secret that was taken away is nowhere in the heap, the logs or the database', {
  timeout: 150_000,
}, async () => {
  const canaries = [0, 1].map(() => `sk-canary-${randomBytes(12).toString('hex')}`);
  const credential = { provider: 'simulator', name: 'of the heap', key: canaries[0] };
  const { id } = await ask('POST /credentials', credential);
  await ask(`POST /credentials/${id}/rotate`, { key: canaries[1] });
  await ask(`GET /credentials/${id}`);
  await ask('GET /credentials');
  const call = { model: 'simulator:fast', messages: [{ role: 'user', content: 'Hello.' }] };
  await ask('POST /../../v1/chat/completions', call);
  // In use it is there, which shows that the search finds what is there.
  const inUse = await snapshot();
  expect(inUse.includes(canaries[1] ?? '')).toBe(true);
  expect(inUse.includes(canaries[0] ?? '')).toBe(false);
  await ask(`DELETE /credentials/${id}`);
  await ask('GET /audit');
  // What the last answer came with is let go of with the next one.
  await ask('POST /../../v1/chat/completions', call);
  await systemClock.sleep(2000);
  const after = await snapshot();
  expect(after.length).toBeGreaterThan(1_000_000);
  for (const canary of canaries) {
    expect(after.includes(canary)).toBe(false);
    expect(server.output.text).not.toContain(canary);
    expect(server.databaseText()).not.toContain(canary);
  }
});
