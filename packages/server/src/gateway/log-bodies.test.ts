// What is kept of callers' words when an operator asks for it, read back from a database; and that nothing is otherwise.
import type { AddressInfo } from 'node:net';
import {
  type BodyPolicy,
  type CallBodies,
  openStorage,
  type Storage,
  silentLog,
  systemClock,
} from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTestApp, testKey } from '../__fixtures__/index.ts';

let simulator: Simulator;
let storage: Storage;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
  storage = await openStorage({ kind: 'sqlite', path: ':memory:' }, { clock: systemClock, log: silentLog });
});
afterEach(() => simulator.reset());
afterAll(async () => {
  await storage.close();
  await simulator.close();
});

interface Asked {
  readonly text?: string;
  readonly stream?: boolean;
  readonly path?: string;
  readonly body?: string;
}

interface Kept {
  readonly id: string;
  readonly outcome: string | undefined;
  readonly sent: string;
  readonly answer: string;
  readonly bodies: CallBodies | undefined;
}

/** Everything that waits is written when an engine is closed. */
async function ask(logBodies: BodyPolicy | undefined, asked: Asked): Promise<Kept> {
  const { text = '[[text: Aye.]]', stream = false, path = '/v1/chat/completions' } = asked;
  const app = createTestApp(simulator.url, {
    storage,
    ...(logBodies !== undefined && { logBodies }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const messages = [{ role: 'user', content: text }];
  const sent = asked.body ?? JSON.stringify({ model: 'simulator:any', messages, stream });
  const reply = await fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}` },
    body: sent,
  });
  const answer = await reply.text();
  await app.close();
  const id = reply.headers.get('x-keelson-call-id') ?? '';
  const outcome = (await storage.calls.find(id))?.outcome;
  return { id, outcome, sent, answer, bodies: await storage.bodies.find(id) };
}

test.each([false, true])('all of them: what came and what went, stream %s', async (stream) => {
  const { id, sent, answer, bodies } = await ask('all', { stream });
  expect(bodies).toEqual({ callId: id, request: sent, response: answer });
  expect(bodies?.response).toContain('Aye.');
  expect(JSON.stringify(bodies)).not.toContain(testKey);
});

test('those of errors only', async () => {
  const answered = await ask('errors', {});
  expect(answered.outcome).toBe('answered');
  expect(answered.bodies).toBeUndefined();
  const failed = await ask('errors', { text: '[[fault: 529]]' });
  expect(failed.outcome).toBe('failed');
  expect(failed.bodies).toMatchObject({ request: failed.sent, response: failed.answer });
  const refused = await ask('errors', { body: '{"model": oops' });
  expect(refused.outcome).toBe('refused');
  expect(refused.bodies).toMatchObject({ request: '{"model": oops', response: refused.answer });
});

test('a stream that broke off, as far as it came', async () => {
  const { outcome, answer, bodies } = await ask('errors', {
    text: '[[fault: reset-mid-stream]]',
    stream: true,
  });
  expect(outcome).toBe('failed');
  expect(bodies?.response).toBe(answer);
});

test.each(['none', undefined] as const)('none for %s', async (policy) => {
  const { outcome, bodies } = await ask(policy, { text: '[[fault: 529]]' });
  expect(outcome).toBe('failed');
  expect(bodies).toBeUndefined();
});

test('a binary stream is kept as lines of text', async () => {
  const path = '/model/simulator%3Aany/converse-stream';
  const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: '[[text: Aye.]]' }] }] });
  const { bodies } = await ask('all', { path, body });
  expect(bodies?.response).toMatch(/^messageStart: \{.*\n(.*\n)*contentBlockDelta: .*Aye/);
  expect(bodies?.response).toMatch(/^metadata: .*\n$/m);
});

test('what is too long is cut, and says so', async () => {
  const kept = 256 * 1024;
  const big = { role: 'user', content: `[[long: 2500]]${'x'.repeat(90_000)}` };
  const long = await ask('all', {
    body: JSON.stringify({ model: 'simulator:any', stream: true, messages: [big] }),
  });
  const { response = '' } = long.bodies ?? {};
  expect(Buffer.byteLength(long.answer)).toBeGreaterThan(kept);
  expect(response.slice(0, 100_000)).toBe(long.answer.slice(0, 100_000));
  const mark = `\n[cut here: the first ${kept} of ${Buffer.byteLength(long.answer)} bytes]`;
  expect(response.endsWith(mark)).toBe(true);
});
