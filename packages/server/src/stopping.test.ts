// How the server ends and is renewed while calls are under way: nobody who was answered is missing from the database, and
// nobody fails who could have been answered.
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, processKey, type ServerProcess, startLoad, startProcess } from './__fixtures__/index.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
afterAll(() => simulator.close());

const started: ServerProcess[] = [];
afterEach(() => {
  for (const server of started.splice(0)) server.remove();
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const server = await startProcess(simulator.url, environment);
  started.push(server);
  return server;
}

/** Ten streams that take some three seconds, all of which have begun. */
async function beginStreams(url: string, count = 10) {
  const prompt = '[[long: 60]] [[chunks: 50ms]]';
  let begun = 0;
  const streams = Array.from({ length: count }, () =>
    ask(url, { prompt, stream: true, onStart: () => (begun += 1) }),
  );
  await expect.poll(() => begun, { timeout: 20_000 }).toBe(count);
  return streams;
}

test('streams under way come to their end after SIGTERM, and every call answered is in the database', {
  timeout: 90_000,
}, async () => {
  const server = await start();
  const load = startLoad(server.url, 8, 'Hello.');
  const streams = await beginStreams(server.url);
  await expect.poll(() => load.answered.length, { timeout: 20_000 }).toBeGreaterThan(50);
  server.child.kill('SIGTERM');
  // The next ones find nobody; those under way are answered.
  await expect.poll(() => load.failures.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await load.stop();
  const answers = await Promise.all(streams);
  expect(await server.exited).toBe(0);
  for (const { status, text, isWhole } of answers) {
    expect({ status, isWhole }).toEqual({ status: 200, isWhole: true });
    expect(text).toContain('[DONE]');
  }
  for (const failure of load.failures) expect(failure).toMatchObject({ code: 'ECONNREFUSED' });
  const stored = await server.storedIds();
  const told = [...answers, ...load.answered].map(({ id }) => id as string);
  expect(told.filter((id) => !stored.has(id))).toEqual([]);
  expect(stored.size).toBe(told.length);
});

test('what runs beyond the limit is cut off and recorded all the same', { timeout: 60_000 }, async () => {
  const server = await start({ KEELSON_STOP_SECONDS: '1' });
  const streams = await beginStreams(server.url, 3);
  server.child.kill('SIGTERM');
  const answers = await Promise.all(streams);
  expect(await server.exited).toBe(0);
  expect(answers.map(({ isWhole }) => isWhole)).toEqual([false, false, false]);
  expect(await server.storedIds()).toEqual(new Set(answers.map(({ id }) => id)));
});

test('before it stops it says that it will, and goes on answering', { timeout: 60_000 }, async () => {
  const server = await start({ KEELSON_STOP_NOTICE_SECONDS: '3' });
  const readiness = async () => (await fetch(`${server.url}/health/ready`)).status;
  expect(await readiness()).toBe(200);
  server.child.kill('SIGTERM');
  await expect.poll(readiness, { timeout: 2500 }).toBe(503);
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  expect(await ask(server.url, { prompt: 'Hello.' })).toMatchObject({ status: 200 });
  expect(await server.exited).toBe(0);
});

test.skipIf(process.platform === 'win32')(
  'workers are replaced under load without a failed call, and the counts of the server do not go back',
  { timeout: 180_000 },
  async () => {
    const server = await start({ KEELSON_WORKERS: '2' });
    const load = startLoad(server.url, 8, 'Hello.');
    const streams = await beginStreams(server.url, 4);
    const places = await bothProcesses(server.url);
    server.child.kill('SIGHUP');
    const count = async (): Promise<number | string> => {
      if (server.child.exitCode !== null) return `It has ended: ${server.output.text}`;
      return countKept(places, processes(await scrape(server.url)));
    };
    await expect.poll(count, { timeout: 120_000, interval: 500 }).toBe(0);
    const answers = await Promise.all(streams);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(answers.every(({ isWhole, text }) => isWhole && text.includes('[DONE]'))).toBe(true);
    const told = [...answers, ...load.answered];
    await expect.poll(async () => requests(await scrape(server.url)), { timeout: 10_000 }).toBe(told.length);
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(server.output.text).toContain('Keelson has stopped.');
    expect(server.output.text.match(/Try it:/g)).toHaveLength(1);
    const stored = await server.storedIds();
    expect(told.filter(({ id }) => !stored.has(id as string))).toEqual([]);
    expect(stored.size).toBe(told.length);
  },
);

async function scrape(url: string): Promise<string> {
  const reply = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${processKey}` } });
  if (!reply.ok) throw new Error(`No metrics: ${await reply.text()}`);
  return reply.text();
}

/** A process too busy to tell its figures in time is left out of an answer; the answer says so. */
async function bothProcesses(url: string): Promise<Map<string, number>> {
  let found = new Map<string, number>();
  const look = async (): Promise<number> => {
    found = processes(await scrape(url));
    return found.size;
  };
  await expect.poll(look, { timeout: 60_000, interval: 500 }).toBe(2);
  return found;
}

/** When each process began, by its place. */
function processes(text: string): Map<string, number> {
  const found = text.matchAll(/^process_start_time_seconds\{worker="(\d)"\} (\S+)$/gm);
  return new Map([...found].map(([, place, at]) => [place as string, Number(at)]));
}

function countKept(before: Map<string, number>, after: Map<string, number>): number {
  return [...before].filter(([place, at]) => !after.has(place) || after.get(place) === at).length;
}

function requests(text: string): number {
  return [...text.matchAll(/^keelson_requests_total\{[^}]*\} (\S+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}
