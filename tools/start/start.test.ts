// `npm start` as a newcomer uses it: one line to paste that answers, and everything ends with it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, expect, test } from 'vitest';

const entry = resolve(import.meta.dirname, 'start.ts');
const data = mkdtempSync(join(tmpdir(), 'keelson-start-'));
afterAll(() => rmSync(data, { recursive: true }));

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGTERM');
});

function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, KEELSON_SIMULATOR_PORT: '0', KEELSON_DATA: data, ...environment },
  });
  running.push(child);
  const output = { text: '' };
  child.stdout.on('data', (chunk) => (output.text += chunk));
  child.stderr.on('data', (chunk) => (output.text += chunk));
  return { child, output, ended: once(child, 'close') };
}

/** The line to paste, run as a shell runs it. */
async function paste(output: { text: string }): Promise<{ url: string; answer: string }> {
  await expect.poll(() => output.text, { timeout: 20_000 }).toMatch(/^ {2}curl .+$/m);
  const line = /^ {2}(curl .+)$/m.exec(output.text)?.[1] ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', `${line} --silent`]);
  return { url: /http:\S+/.exec(line)?.[0] ?? '', answer: stdout };
}

test('it prints exactly one curl line, which answers without any provider key, and ends on SIGTERM with code 0', async () => {
  const { child, output, ended } = start({ KEELSON_PORT: '0' });
  const { url, answer } = await paste(output);
  expect(output.text.match(/curl/g)).toHaveLength(1);
  expect(JSON.parse(answer)).toMatchObject({ choices: [{ message: { role: 'assistant' } }] });
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow();
});

test('when the server cannot start, everything ends with its code and its sentence', async () => {
  const { output, ended } = start({ KEELSON_PORT: 'wrong' });
  expect(await ended).toEqual([1, null]);
  expect(output.text).toContain('KEELSON_PORT is `wrong`');
});

test('when it is killed outright, nothing stays behind on the ports', async () => {
  const { child, output } = start({ KEELSON_PORT: '0' });
  await expect.poll(() => output.text, { timeout: 10_000 }).toMatch(/simulator listens on \S+/);
  await expect.poll(() => output.text, { timeout: 10_000 }).toMatch(/^ {2}curl .+$/m);
  const urls = [...output.text.matchAll(/listens on (http:\S+?)\.\s/g)].map(([, url]) => url as string);
  expect(urls).toHaveLength(2);
  child.kill('SIGKILL');
  for (const url of urls) {
    const isGone = () =>
      fetch(url).then(
        () => false,
        () => true,
      );
    await expect.poll(isGone, { timeout: 5_000 }).toBe(true);
  }
});
