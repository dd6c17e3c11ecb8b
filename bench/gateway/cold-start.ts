/** How long it takes from starting the server's process on an empty data folder to its first answer. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { nodeEnvironment, nodeFlags } from '../../tools/start/node-flags.ts';
import { findPrograms, type Programs } from '../../tools/start/programs.ts';

const root = resolve(import.meta.dirname, '../..');

/** Median milliseconds. */
export async function measureColdStart(times: number): Promise<number> {
  const programs = await findPrograms(root, { note: (line) => void process.stderr.write(`${line}\n`) });
  const figures: number[] = [];
  // The first start of all fills the code cache and is not counted.
  await startOnce(programs);
  for (let at = 0; at < times; at++) figures.push(await startOnce(programs));
  return figures.toSorted((a, b) => a - b)[Math.floor(times / 2)] as number;
}

async function startOnce({ server, codeCache }: Programs): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'keelson-cold-'));
  const begun = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, server], {
    env: {
      ...nodeEnvironment,
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: codeCache,
      KEELSON_DATA: data,
      KEELSON_PORT: '0',
      KEELSON_KEY: 'ks-cold-start-cold-start',
      // As most are run: with two providers, of which nothing is asked.
      OPENAI_API_KEY: 'sk-cold-start',
      ANTHROPIC_API_KEY: 'sk-cold-start',
      KEELSON_CHECK_PROVIDERS: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const url = await new Promise<string>((listening) => {
    child.stdout.on('data', (piece: Buffer) => {
      text += piece;
      const found = /listens on (http:\S+?)\.\s/.exec(text)?.[1];
      if (found !== undefined) listening(found);
    });
  });
  // It has gone through keys, routing and the registry, and through all of a call but the provider.
  await (
    await fetch(`${url}/v1/models`, { headers: { authorization: 'Bearer ks-cold-start-cold-start' } })
  ).text();
  const took = performance.now() - begun;
  const ended = new Promise((resolved) => child.once('exit', resolved));
  child.kill();
  await ended;
  rmSync(data, { recursive: true });
  return took;
}
