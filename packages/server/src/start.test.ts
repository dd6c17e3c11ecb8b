// The server as a process: what it prints, how it stops, and what it says when it cannot start.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { spawnServer } from './__fixtures__/index.ts';

const data = mkdtempSync(join(tmpdir(), 'keelson-server-'));
afterAll(() => rmSync(data, { recursive: true }));

const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function startServer(environment: Record<string, string>) {
  const child = spawnServer({ KEELSON_DATA: data, ...environment });
  running.push(child);
  const output = { text: '' };
  child.stdout.on('data', (chunk) => (output.text += chunk));
  child.stderr.on('data', (chunk) => (output.text += chunk));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { child, output, exited };
}

async function waitForCurl(output: { text: string }): Promise<string> {
  const deadline = performance.now() + 50_000;
  while (performance.now() < deadline) {
    const url = /^ {2}curl (\S+)(?: |$)/m.exec(output.text)?.[1];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`The server printed no curl line: ${output.text}`);
}

async function waitForGreeting(output: { text: string }): Promise<void> {
  await expect.poll(() => output.text.includes('Try it:'), { timeout: 50_000 }).toBe(true);
}

test('it prints exactly one curl line, which answers, and stops on SIGTERM with code 0', async () => {
  const { child, output, exited } = startServer({ KEELSON_PORT: '0' });
  const url = await waitForCurl(output);
  expect(output.text.match(/curl/g)).toHaveLength(1);
  expect(await (await fetch(url)).json()).toMatchObject({ status: 'ok', version: expect.any(String) });
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(output.text).toContain('stopped');
});

test('it goes on, and stops in order, when nobody reads what it says any more', async () => {
  const { child, output, exited } = startServer({ KEELSON_PORT: '0' });
  const url = await waitForCurl(output);
  child.stdout.destroy();
  child.stderr.destroy();
  expect((await fetch(url)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test('an address for all interfaces is printed as one that can be called', async () => {
  const { output } = startServer({ KEELSON_HOST: '0.0.0.0', KEELSON_PORT: '0' });
  expect(await waitForCurl(output)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/health$/);
});

test('a second signal while closing changes nothing', async () => {
  const { child, output, exited } = startServer({ KEELSON_PORT: '0' });
  await waitForCurl(output);
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await exited).toBe(0);
});

test('a taken port is one sentence that names the setting', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const { output, exited } = startServer({ KEELSON_PORT: port });
  expect(await exited).toBe(1);
  expect(output.text).toContain(`Port ${port} on \`127.0.0.1\` is already in use`);
  expect(output.text).toContain('KEELSON_PORT');
  expect(output.text).not.toContain('    at ');
  blocker.close();
});

test('a wrong setting is one sentence without a stack', async () => {
  const { output, exited } = startServer({ KEELSON_PORT: 'many' });
  expect(await exited).toBe(1);
  expect(output.text).toBe(
    'KEELSON_PORT is `many`. Set it to a whole number from 0 to 65535 (0 picks a free port).\n',
  );
});

test('a file of budgets is read, and one that is wrong is told whole', async () => {
  const file = join(data, 'budgets.json');
  const budget = {
    id: 'all',
    scope: 'workspace',
    subject: 'default',
    measure: 'requests',
    window: 'day',
    limit: 0,
  };
  writeFileSync(file, JSON.stringify({ budgets: [{ ...budget, limit: -1 }, { id: 'other' }] }));
  const wrong = startServer({ KEELSON_PORT: '0', KEELSON_BUDGETS: file });
  expect(await wrong.exited).toBe(1);
  expect(wrong.output.text).toContain('Budget `all`: `limit` must be a whole number');
  expect(wrong.output.text).toContain('Budget `other`: `scope`');
  writeFileSync(file, JSON.stringify({ budgets: [budget] }));
  const environment = {
    KEELSON_PORT: '0',
    KEELSON_BUDGETS: file,
    KEELSON_KEY: 'ks-test',
    OPENAI_API_KEY: 'sk-none',
  };
  const { child, output, exited } = startServer(environment);
  const url = await waitForCurl(output);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer ks-test', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'openai:gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }),
  });
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answer.json()).toMatchObject({ error: { code: 'limit_reached' } });
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  const missing = startServer({ KEELSON_PORT: '0', KEELSON_BUDGETS: join(data, 'none.json') });
  expect(await missing.exited).toBe(1);
  expect(missing.output.text).toContain('KEELSON_BUDGETS is');
});

test('a budget that sends calls to an alias that is none is told at the start, with what may be meant', {
  timeout: 60_000,
}, async () => {
  const file = join(data, 'downgrade.json');
  const budget = {
    id: 'thrift',
    scope: 'workspace',
    subject: 'default',
    measure: 'money',
    window: 'day',
    limit: '1',
  };
  const write = (alias: string): void =>
    writeFileSync(file, JSON.stringify({ budgets: [{ ...budget, policy: 'downgrade', alias }] }));
  const aliases = join(data, 'own-aliases.json');
  writeFileSync(aliases, '{"aliases":{"thrifty":["openai:gpt-4o-mini"]}}');
  const environment = {
    KEELSON_PORT: '0',
    KEELSON_BUDGETS: file,
    KEELSON_ALIASES: aliases,
    OPENAI_API_KEY: 'sk-none',
    KEELSON_CHECK_PROVIDERS: 'off',
  };
  write('thrify');
  const wrong = startServer(environment);
  expect(await wrong.exited).toBe(1);
  expect(wrong.output.text).toContain('Budget `thrift`: it sends calls to `thrify`.');
  expect(wrong.output.text).toContain('Did you mean `thrifty`');
  expect(wrong.output.text).not.toContain('    at ');
  write('thrifty');
  const { child, output, exited } = startServer(environment);
  await waitForCurl(output);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test.each(['1', '2'])('wrong aliases are told at once, by the name of their file, with %s workers', {
  timeout: 60_000,
}, async (workers) => {
  const file = join(data, 'aliases.json');
  writeFileSync(file, '{"aliases":{"a":["nobody:a"],"b":{"targts":[]}}}');
  const { output, exited } = startServer({
    KEELSON_PORT: '0',
    KEELSON_ALIASES: file,
    KEELSON_WORKERS: workers,
  });
  expect(await exited).toBe(1);
  expect(output.text).toContain(`KEELSON_ALIASES is \`${file}\`. The aliases cannot be used: `);
  expect(output.text).toContain('Did you mean `targets`?');
  expect(output.text).not.toContain('    at ');
});

test('a key that is refused is one line of the log, and asking can be switched off', async () => {
  let asked = 0;
  const vendor = createHttpServer((_, response) => {
    asked += 1;
    response.writeHead(401).end('{"error":{"message":"Wrong: sk-canary-at-start","code":"invalid_api_key"}}');
  }).listen(0, '127.0.0.1');
  await once(vendor, 'listening');
  const { port } = vendor.address() as AddressInfo;
  const environment = {
    KEELSON_PORT: '0',
    OPENAI_API_KEY: 'sk-canary-at-start',
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
    KEELSON_SIMULATOR_URL: 'http://127.0.0.1:1',
  };
  const { output } = startServer(environment);
  await waitForGreeting(output);
  await expect.poll(() => /"problem":"wrong-key"/.test(output.text), { timeout: 10_000 }).toBe(true);
  const lines = output.text.split('\n').filter((line) => line.startsWith('{'));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    provider: 'openai',
    msg: expect.stringMatching(/does not know its key.*OPENAI_API_KEY/),
  });
  expect(output.text).not.toContain('canary');
  expect(asked).toBe(1);
  const silent = startServer({ ...environment, KEELSON_CHECK_PROVIDERS: 'off' });
  await waitForGreeting(silent.output);
  silent.child.kill('SIGTERM');
  expect(await silent.exited).toBe(0);
  expect(asked).toBe(1);
  vendor.close();
});

test('a start without a lockfile says so, and that nothing is locked', async () => {
  const { output } = startServer({ KEELSON_PORT: '0', KEELSON_SIMULATOR_URL: 'http://127.0.0.1:1' });
  await waitForGreeting(output);
  expect(output.text).toMatch(/^ {2}lockfile +none found: nothing is locked/m);
});

test('a provider that says nothing holds up neither the start nor the end', async () => {
  const sockets = new Set<object>();
  const vendor = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  vendor.listen(0, '127.0.0.1');
  await once(vendor, 'listening');
  const { port } = vendor.address() as AddressInfo;
  const { child, output, exited } = startServer({
    KEELSON_PORT: '0',
    ANTHROPIC_API_KEY: 'sk-canary-at-start',
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
  });
  await waitForGreeting(output);
  await expect.poll(() => sockets.size).toBe(1);
  const before = performance.now();
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(performance.now() - before).toBeLessThan(5000);
  vendor.close();
});

test('several workers share the port, one that is killed is replaced, and all end together', {
  timeout: 60_000,
}, async () => {
  const { child, output, exited } = startServer({ KEELSON_PORT: '0', KEELSON_WORKERS: '2' });
  const url = await waitForCurl(output);
  expect(output.text.match(/curl/g)).toHaveLength(1);
  const workersOf = (): number[] =>
    execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  const [first, second] = workersOf();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  process.kill(first as number, 'SIGKILL');
  await expect.poll(() => workersOf().filter((pid) => pid !== first).length, { timeout: 10_000 }).toBe(2);
  expect(workersOf()).toContain(second);
  await expect.poll(async () => (await fetch(url)).status, { timeout: 10_000 }).toBe(200);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});
