/** The configuration file works as docs/configuration.md says: the server reads it at its start, and again when it is saved. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, it } from 'vitest';

const example = readFileSync(new URL('keelson.config.yaml', import.meta.url), 'utf8');
const server = fileURLToPath(new URL('../packages/server/src/start.ts', import.meta.url));
const headers = { authorization: 'Bearer ks-example', origin: 'https://app.example.com' };

let simulator: Simulator;
const folder = mkdtempSync(join(tmpdir(), 'keelson-configured-'));
const file = join(folder, 'keelson.config.yaml');

beforeAll(async () => {
  simulator = await startSimulator({ seed: 3 });
});

afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

function startServer(environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [server], {
    cwd: folder,
    env: {
      ...process.env,
      PORT: '0',
      KEELSON_DATA: join(folder, 'data'),
      KEELSON_KEY: 'ks-example',
      KEELSON_CHECK_PROVIDERS: 'off',
      KEELSON_SIMULATOR_URL: simulator.url,
      ...environment,
    },
  });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said.text += piece));
  return { child, said, exited: once(child, 'exit') };
}

function placeOf(text: string, word: string): string {
  const before = text.slice(0, text.indexOf(word)).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

it('configures two workers, and what is saved is in force in both', {
  timeout: 180_000,
}, async () => {
  writeFileSync(file, example.replace('\nserver:', `\nserver:\n  workers: 2`));
  const { child, said, exited } = startServer();
  try {
    await expect.poll(() => said.text, { timeout: 80_000 }).toMatch(/curl /);
    expect(said.text).toMatch(new RegExp(`^ {2}configured +${file}$`, 'm'));
    expect(said.text).toMatch(/^ {2}chat +simulator:careful, patient:careful$/m);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said.text)?.[0];
    const ask = (model: string): Promise<Response> => {
      const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] });
      return fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
    };
    const reply = await ask('chat');
    expect([reply.headers.get('x-keelson-target'), reply.status, await reply.text()]).toEqual([
      'simulator:careful',
      200,
      expect.anything(),
    ]);
    expect(reply.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(reply.headers.get('x-ratelimit-limit-requests')).toBe('600');
    const saved = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      saved
        .replace('targets: [simulator:careful, ', 'targets: [')
        .replace('https://app.example.com', 'https://else.example'),
    );
    // Many times, over connections of their own, so that both workers have answered.
    const targets = async (): Promise<string[]> => {
      const replies = await Promise.all(Array.from({ length: 8 }, () => ask('chat')));
      expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
      const told = replies.map((each) =>
        [each.headers.get('x-keelson-target'), each.headers.get('access-control-allow-origin')].join(),
      );
      return [...new Set(told)];
    };
    await expect.poll(targets, { timeout: 15_000, interval: 300 }).toEqual(['patient:careful,']);
    writeFileSync(file, readFileSync(file, 'utf8').replace('patient:careful', 'nobody:careful'));
    await expect.poll(() => said.text, { timeout: 15_000 }).toMatch(/The configuration was not changed/);
    expect(said.text).toMatch(
      /keelson\.config\.yaml:\d+:15: `aliases\.chat\.targets\[0\]\.model` names `nobody:careful`/,
    );
    expect(await targets()).toEqual(['patient:careful,']);
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
});

it('does not start with a file that is wrong, and says where', { timeout: 60_000 }, async () => {
  const start = async (name: string, text: string): Promise<string> => {
    const named = join(folder, name);
    writeFileSync(named, text);
    const { said, exited } = startServer({ KEELSON_CONFIG: named });
    expect((await exited)[0]).toBe(1);
    return said.text.replace(named, 'FILE');
  };
  const misspelt = example.replace('level: warn', 'levle: warn').replace('simulator:quick', 'simulatr:quick');
  const astray = example.replace('simulator:quick', 'simulatr:quick');
  const [first, second] = await Promise.all([start('misspelt.yaml', misspelt), start('astray.yaml', astray)]);
  expect(first).toBe(
    `FILE:${placeOf(misspelt, 'levle')}: \`log\` has no field \`levle\`. Did you mean \`level\`?\n`,
  );
  expect(second).toMatch(/^FILE:\S+: `aliases\.fast\.targets\[0\]\.model` names `simulatr:quick`.*\n$/);
  expect(second).toContain(`FILE:${placeOf(astray, 'simulatr')}: `);
});

it('is named by docs/configuration.md', () => {
  const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');
  expect(page).toContain('KEELSON_CONFIG=examples/keelson.config.yaml npm start');
});
