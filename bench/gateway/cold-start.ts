/** How long it takes from starting the server's process on an empty data folder to its first answer. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFlags } from '../../tools/start/node-flags.ts';

const entry = join(import.meta.dirname, '../../packages/server/src/start.ts');

const codeCache = join(import.meta.dirname, '../../node_modules/.cache/keelson');

/** Median milliseconds. */
export async function measureColdStart(times: number): Promise<number> {
  const figures: number[] = [];
  await startOnce();
  for (let at = 0; at < times; at++) figures.push(await startOnce());
  return figures.toSorted((a, b) => a - b)[Math.floor(times / 2)] as number;
}

async function startOnce(): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'keelson-cold-'));
  const begun = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, entry], {
    env: {
      PATH: process.env.PATH,
      // As `npm start` sets it; the first start of all fills it and is not counted.
      NODE_COMPILE_CACHE: codeCache,
      KEELSON_DATA: data,
      KEELSON_PORT: '0',
      KEELSON_KEY: 'ks-cold-start-cold-start',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const url = await new Promise<string>((resolve) => {
    child.stdout.on('data', (piece: Buffer) => {
      text += piece;
      const found = /listens on (http:\S+?)\.\s/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  // A refusal in the caller's format has gone through all of it but the provider.
  await (
    await fetch(`${url}/v1/models`, { headers: { authorization: 'Bearer ks-cold-start-cold-start' } })
  ).text();
  const took = performance.now() - begun;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
  rmSync(data, { recursive: true });
  return took;
}
