// `keelson flow run` as a process: asked and interrupted on a terminal, ended by a signal, with pipes that break, and much to say.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasTerminal, onTerminal, typeInto } from '../__fixtures__/pseudo-terminal.ts';
import { runHere } from '../__fixtures__/run-here.ts';
import { findKeelson, keelson, makeFolder, removeFolder, startKeelson } from '../__fixtures__/run-keelson.ts';

vi.setConfig({ testTimeout: 90_000 });

const files = {
  'refund.yaml': `flow: refund
entry: write
nodes:
  write: { kind: prompt, model: "simulator:any", prompt: "[[text: Pay Ada five dollars.]]", next: ok }
  ok: { kind: approve, input: { letter: $previous }, next: send }
  send: { kind: pass, input: $nodes.write }
`,
  'slow.yaml': `flow: slow
entry: rest
nodes:
  rest: { kind: pause, ms: 600000 }
`,
  'echo.yaml': `flow: echo
entry: same
nodes:
  same: { kind: pass }
`,
};

let simulator: Simulator;
let folder = '';
let env: Record<string, string> = {};
beforeAll(async () => {
  findKeelson();
  simulator = await startSimulator({ seed: 1 });
  folder = makeFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  env = { KEELSON_SIMULATOR_URL: simulator.url, KEELSON_DATA: join(folder, 'data') };
}, 120_000);
afterAll(async () => {
  await simulator.close();
  removeFolder(folder);
});

const refund = ['flow', 'run', 'refund.yaml', '--input', 'null'];
const slow = ['flow', 'run', 'slow.yaml', '--input', 'null'];
const newest = async () => (await runHere(['flow', 'list', '--limit', '1'], { folder, env })).data[0];

describe.runIf(hasTerminal)('on a terminal', () => {
  test('answers are shown as they come, and an approval is asked for with what it is about', async () => {
    const { screen, code } = await onTerminal(refund, {
      folder,
      env,
      typed: [['Enter for later', 'y\r']],
    });
    expect(screen).toMatch(/write writes:.*\r\nPay Ada five dollars\.\r\n/);
    expect(screen).toMatch(/approval.* {2}ok, until .*\r\n {2}\{\r\n {4}"letter": "Pay Ada five dollars\."/);
    expect(screen).toMatch(/is completed after/);
    expect(code).toBe(0);
  });

  test('what is not answered is answered later, and shown also where nothing else is told', async () => {
    const { screen, code } = await onTerminal([...refund, '--quiet'], {
      folder,
      env,
      typed: [['Enter for later', '\u0004']],
    });
    expect(screen).toContain('"letter": "Pay Ada five dollars."');
    expect(screen).not.toContain('writes:');
    expect([code, screen]).toEqual([20, expect.stringContaining('Answer with `keelson flow approve')]);
  });

  test('Ctrl-C asks: the run goes on, is left, or is cancelled', async () => {
    const left = await onTerminal(slow, {
      folder,
      env,
      typed: [
        ['waits until', '\u0003'],
        ['Enter to go on?', '\r'],
        ['The run goes on.', '\u0003'],
        ['Enter to go on?', 'l\r'],
      ],
    });
    expect([left.code, left.screen]).toEqual([
      130,
      expect.stringContaining('Nothing is lost: `keelson flow resume'),
    ]);
    const { id, state } = await newest();
    expect(['waiting', 'pending']).toContain(state);
    const ended = await onTerminal(['flow', 'resume', id], {
      folder,
      env,
      typed: [
        ['waits until', '\u0003'],
        ['Enter to go on?', 'c\r'],
      ],
    });
    expect([ended.code, (await newest()).state]).toEqual([130, 'cancelled']);
  });

  test('a second Ctrl-C leaves at once, also while something is asked', async () => {
    const { screen, code } = await onTerminal(refund, {
      folder,
      env,
      typed: [
        ['Enter for later', '\u0003'],
        ['Enter to go on?', '\u0003'],
      ],
    });
    expect([code, screen]).toEqual([130, expect.stringContaining('keelson flow resume')]);
  });
});

test('a signal leaves the run, which nothing is lost of', async () => {
  const child = startKeelson(slow, { folder, env });
  let said = '';
  child.stderr?.on('data', (bytes) => (said += bytes));
  await expect.poll(() => said, { timeout: 60_000 }).toContain('waits until');
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect([code, said]).toEqual([130, expect.stringContaining('Nothing is lost')]);
});

test('a pipe that breaks does not end the run', async () => {
  const words = ['flow', 'run', 'echo.yaml', '--input', '"heard by nobody"'];
  const line = [process.execPath, findKeelson(), ...words].map((word) => `'${word}'`).join(' ');
  await typeInto(['sh', '-c', `${line} 2>&1 | true`], { folder, env });
  expect(await newest()).toMatchObject({ flow: 'echo', state: 'completed', output: 'heard by nobody' });
});

test('megabytes go in and come out whole', async () => {
  const text = 'An echo, and another. '.repeat(200_000);
  writeFileSync(join(folder, 'long.json'), JSON.stringify(text));
  const { code, out } = await keelson(['flow', 'run', 'echo.yaml', '--input', '@long.json', '-q'], {
    folder,
    env,
  });
  expect([code, out.length, out === `${text}\n`]).toEqual([0, text.length + 1, true]);
});
