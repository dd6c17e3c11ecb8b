// The simulator as a process: what it prints, how it ends, and what it says when it cannot start.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function start(words: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [entry, ...words], { env: { ...process.env, ...environment } });
  running.push(child);
  const output = { text: '', errors: '' };
  child.stdout.on('data', (chunk) => (output.text += chunk));
  child.stderr.on('data', (chunk) => (output.errors += chunk));
  return { child, output, ended: once(child, 'close') };
}

const urlIn = (text: string) => /listens on (http:\S+?)\.\s/.exec(text)?.[1];

test('it prints its address and one curl line, which answers', async () => {
  const { output } = start(['--port', '0']);
  await expect.poll(() => output.text, { timeout: 10_000 }).toContain('curl');
  expect(output.text.match(/curl/g)).toHaveLength(1);
  const line = /^ {2}(curl .*)$/m.exec(output.text)?.[1] ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', `${line} --silent`]);
  expect(JSON.parse(stdout)).toMatchObject({ choices: [{ message: { content: 'Ahoy' } }] });
  await expect.poll(() => output.text).toContain('POST /v1/chat/completions openai-chat any 200');
});

test.each([
  'SIGINT',
  'SIGTERM',
] as const)('%s ends it with code 0, answers under way included', async (signal) => {
  const { child, output, ended } = start([], { KEELSON_SIMULATOR_PORT: '0' });
  await expect.poll(() => urlIn(output.text), { timeout: 10_000 }).toBeDefined();
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: '[[delay: 60s]]' }] });
  const asked = fetch(`${urlIn(output.text)}/v1/chat/completions`, { method: 'POST', body });
  asked.catch(() => undefined);
  const counts = async () => (await fetch(`${urlIn(output.text)}/_simulator/counts`)).json();
  await expect.poll(counts).toMatchObject({ requests: 1 });
  child.kill(signal);
  expect(await ended).toEqual([0, null]);
  await expect(asked).rejects.toThrow();
  expect(output.text).toContain('The simulator has stopped.');
});

test('--quiet prints the address and nothing else', async () => {
  const { output } = start(['--quiet', '--port', '0']);
  await expect.poll(() => urlIn(output.text), { timeout: 10_000 }).toBeDefined();
  await fetch(`${urlIn(output.text)}/v1/models`);
  expect(output.text).toMatch(/^The simulator listens on \S+\.\n$/);
});

test('--help explains every option', async () => {
  const { output, ended } = start(['--help']);
  expect(await ended).toEqual([0, null]);
  for (const option of ['--port', '--host', '--seed', '--quiet', '--help'])
    expect(output.text).toContain(option);
});

test('a port that is taken is said in one sentence, with code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { output, ended } = start(['--port', String(port)]);
  expect(await ended).toEqual([1, null]);
  expect(output.errors).toMatch(new RegExp(`^Port ${port} on .* is already in use\\..*\\n$`));
  other.close();
});

test.each([
  [['--port', 'http'], '--port is `http`'],
  [['--seed', '-1'], 'seed'],
  [['--prot', '1'], '--prot'],
  [['start'], 'start'],
])('%j is refused with code 1', async (words, named) => {
  const { output, ended } = start(words);
  expect(await ended).toEqual([1, null]);
  expect(output.errors).toContain(named);
  expect(output.errors).toContain('--help');
});

test('a wrong port in the environment is named', async () => {
  const { output, ended } = start([], { KEELSON_SIMULATOR_PORT: 'x' });
  expect(await ended).toEqual([1, null]);
  expect(output.errors).toContain('KEELSON_SIMULATOR_PORT is `x`');
});
