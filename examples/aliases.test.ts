/** The alias file works with `npm start` as docs/routing.md says: the server takes its names, and goes where they lead. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSimulator } from '@keelson/simulator';
import { expect, it } from 'vitest';

const file = fileURLToPath(new URL('aliases.json', import.meta.url));
const server = fileURLToPath(new URL('../packages/server/src/start.ts', import.meta.url));

async function withServer(aliases: string, use: (url: string, said: string) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'keelson-aliases-'));
  const simulator = await startSimulator({ seed: 3 });
  const child = spawn(process.execPath, [server], {
    env: {
      ...process.env,
      KEELSON_ALIASES: aliases,
      KEELSON_DATA: data,
      KEELSON_KEY: 'ks-example',
      KEELSON_PORT: '0',
      KEELSON_SIMULATOR_URL: simulator.url,
    },
  });
  try {
    let said = '';
    for await (const piece of child.stdout) {
      said += String(piece);
      if (said.includes('curl ')) break;
    }
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    if (url === undefined) throw new Error(`The server said only: ${said}`);
    await use(url, said);
  } finally {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGTERM');
    await ended;
    await simulator.close();
    rmSync(data, { recursive: true });
  }
}

it('gives a server its names', { timeout: 60_000 }, async () => {
  await withServer(file, async (url, said) => {
    expect(said).toMatch(/^ {2}chat +simulator:careful, simulator:quick$/m);
    expect(said).toMatch(/^ {2}fast +simulator:quick$/m);
    const headers = { authorization: 'Bearer ks-example' };
    const list = (await (await fetch(`${url}/v1/models`, { headers })).json()) as { data: { id: string }[] };
    const ids = list.data.map(({ id }) => id);
    for (const alias of ['chat', 'bulk', 'fast', 'deep']) expect(ids).toContain(alias);
    const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello!' }] });
    const reply = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
    expect(reply.headers.get('x-keelson-target')).toBe('simulator:careful');
    expect(reply.status).toBe(200);
  });
});

it('is named by docs/routing.md', () => {
  const page = readFileSync(new URL('../docs/routing.md', import.meta.url), 'utf8');
  expect(page).toContain('KEELSON_ALIASES=examples/aliases.json npm start');
});
