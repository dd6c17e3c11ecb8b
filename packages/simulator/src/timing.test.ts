// When bytes come: what a script holds back, and that events of a stream are packets of their own.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, renderCall, userSays } from './__fixtures__/ask.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

/** The time of the headers and of each piece of the body, in milliseconds since the request. */
async function times(prompt: string): Promise<{ headersMs: number; piecesMs: readonly number[] }> {
  const call = renderCall('anthropic-messages', userSays(prompt, { stream: true }));
  const started = performance.now();
  const reply = await fetch(`${simulator.url}${call.path}`, {
    method: 'POST',
    body: JSON.stringify(call.body),
  });
  const headersMs = performance.now() - started;
  const piecesMs: number[] = [];
  const reader = reply.body?.getReader();
  while (reader !== undefined && !(await reader.read()).done) piecesMs.push(performance.now() - started);
  return { headersMs, piecesMs };
}

test('[[delay]] holds back the whole answer', async () => {
  const { headersMs } = await times('[[text: a b]] [[delay: 250ms]]');
  expect(headersMs).toBeGreaterThan(240);
});

test('[[chunks]] waits between events, and the headers come at once', async () => {
  const { headersMs, piecesMs } = await times('[[text: a b c d]] [[chunks: 40ms]]');
  const gaps = piecesMs.slice(1).map((at, index) => at - (piecesMs[index] ?? 0));
  expect(gaps.length).toBeGreaterThan(6);
  expect(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]).toBeGreaterThan(30);
  expect(headersMs).toBeLessThan((piecesMs.at(-1) ?? 0) / 2);
});

test('without a wait, a long stream still comes in many pieces', async () => {
  const { piecesMs } = await times('[[long: 500]]');
  expect(piecesMs.length).toBeGreaterThan(50);
});

test('connections are counted, and kept for further requests', async () => {
  const before = simulator.connections;
  for (let index = 0; index < 5; index++) await ask(simulator, 'openai-chat', userSays('Hello'));
  expect(simulator.connections - before).toBeLessThanOrEqual(1);
  await fetch(`${simulator.url}/_simulator/health`, { headers: { connection: 'close' } });
  await fetch(`${simulator.url}/_simulator/health`);
  expect(simulator.connections).toBeGreaterThan(0);
});
