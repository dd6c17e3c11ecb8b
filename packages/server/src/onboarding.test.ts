/**
 * From a start to a key with a budget and its first call, following nothing but the README: its lines are run as they stand there, and
 * what a reader would copy out of one answer into the next line is put in.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processKey, type ServerProcess, startProcess } from './__fixtures__/index.ts';

const run = promisify(execFile);
const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
const [, section = ''] = readme.split('### A key with a budget, and its first call');
const blocks = [...(section.split('\n### ')[0] ?? '').matchAll(/```sh\n([\s\S]*?)```/g)].map(
  ([, text = '']) => text,
);

let simulator: Simulator;
let server: ServerProcess;
beforeAll(async () => {
  simulator = await startSimulator();
  server = await startProcess(simulator.url);
}, 60_000);
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.exited;
  server.remove();
  await simulator.close();
});

test('the lines of the README lead to a first call with a budget', async () => {
  expect(blocks).toHaveLength(4);
  const known: Record<string, string> = { KEELSON: server.url, OWNER_KEY: processKey };
  const follow = async (at: number): Promise<string> => {
    // What the README leaves for the reader to fill in, and an address that is that of this server.
    const script = (blocks[at] ?? '').replaceAll(/export (\w+)=.*/g, (line, name: string) =>
      known[name] === undefined ? line : `export ${name}='${known[name]}'`,
    );
    const exported = Object.entries(known).map(([name, value]) => `export ${name}='${value}'\n`);
    const { stdout } = await run('bash', ['-euc', `${exported.join('')}${script}`]);
    return stdout;
  };
  const { secret, key } = JSON.parse(await follow(0));
  Object.assign(known, { SERVICE_KEY: secret, SERVICE_ID: key.id });
  expect(JSON.parse(await follow(1))).toMatchObject({ id: 'my-service', limit: 1000 });
  await expect.poll(() => follow(2), { timeout: 10_000 }).toMatch(/x-ratelimit-remaining-requests: 99\d/i);
  expect(await follow(2)).toContain('HTTP/1.1 200');
  await expect.poll(() => follow(3), { timeout: 10_000 }).toContain('"outcome":"answered"');
  expect(await follow(3)).toContain(`"key_id":"${key.id}"`);
});

test('the lines of the README make a flow, a run of it and a model', async () => {
  const [, rest = ''] = readme.split('### A flow\n');
  const [, script = ''] = /```sh\n([\s\S]*?)```/.exec(rest) ?? [];
  const exported = `export KEELSON='${server.url}' OWNER_KEY='${processKey}'\n`;
  const { stdout } = await run('bash', ['-euc', exported + script]);
  expect(stdout).toMatch(/"name":"greet","version":"[0-9a-f]+"/);
  expect(stdout).toMatch(/"flow":"greet",.*"state":"(?:pending|running)"/);
  expect(stdout).toMatch(/"content":"[^"]*Greet Ada"/);
});
