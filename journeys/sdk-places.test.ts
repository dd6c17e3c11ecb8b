/**
 * The remote client where applications run it, packed as their bundlers pack it: a page in Chromium, a runtime that has nothing of
 * Node, and the oldest Node that is met in the field.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BundledFile, bundleClient } from '../tools/build/bundle-client.ts';
import { type SdkHarness, startSdkHarness } from './sdk-harness.ts';

let harness: SdkHarness;
let files: readonly BundledFile[];
const folder = mkdtempSync(join(tmpdir(), 'keelson-places-'));

beforeAll(async () => {
  harness = await startSdkHarness();
  files = await bundleClient(
    "export { connect, file, KeelsonError } from '@keelson/sdk'; export { ServerClient } from '@keelson/sdk/server';",
  );
  for (const { name, code } of files) writeFileSync(join(folder, name), code);
});
afterAll(async () => {
  await harness.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What each place runs; it must not refer to anything outside itself. */
const program = `async ({ connect, file, ServerClient }, url, key) => {
  const keelson = connect({ url, key });
  const note = file(new Blob(['noted'], { type: 'text/plain' }));
  const whole = await keelson.chat({ model: 'fast', prompt: [note, '[[text: Ahoy, 世界.]]'] });
  const stream = keelson.stream({ model: 'fast', prompt: '[[text: one two three]]' });
  let text = '';
  for await (const piece of stream.text()) text += piece;
  const { cost, model } = await stream.final;
  const refused = await connect({ url, key: 'wrong' }).chat({ model: 'fast', prompt: 'Hi' }).catch((error) => error.code);
  const leaving = new AbortController();
  const left = keelson.chat({ model: 'fast', prompt: '[[delay: 60s]]' }, { signal: leaving.signal }).catch((error) => error.code);
  leaving.abort();
  const server = new ServerClient({ url, key });
  const lockfile = { version: 1, profiles: { place: { aliases: { fast: { models: ['openai:gpt-4o'] } } } } };
  const shared = await server.push('place', { lockfile, force: true });
  const isShared = (await server.pull('place')).digest === shared.digest;
  let verdict;
  for (let tries = 0; verdict === undefined && tries < 300; tries += 1) {
    verdict = await keelson.receipts.verify(whole.receiptId).catch(() => undefined);
    if (verdict === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { said: whole.text, text, status: cost.status, model, refused, left: await left, isShared, isValid: verdict?.isValid };
}`;
const expected = {
  said: 'Ahoy, 世界.',
  text: 'one two three',
  status: 'priced',
  model: 'openai:gpt-4o',
  refused: 'authentication_failed',
  left: 'cancelled',
  isShared: true,
  isValid: true,
};
const key = 'ks-of-the-owner-of-this-installation';

function skipAloud(why: string): void {
  console.warn(`SKIPPED: ${why}`);
}

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The page and the gateway at one address, as behind a proxy. */
async function servePage(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { url = '/', method = 'GET' } = request;
    const asked = files.find(({ name }) => `/${name}` === url);
    if (asked !== undefined) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(asked.code);
      return;
    }
    if (url === '/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Page</title>');
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { authorization = '' } = request.headers;
    const headers = { authorization, 'content-type': 'application/json' };
    const leaving = new AbortController();
    response.on('close', () => leaving.abort());
    try {
      const body = method === 'GET' ? null : Buffer.concat(pieces);
      const reply = await fetch(harness.url + url, { method, headers, body, signal: leaving.signal });
      response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? '' });
      for await (const piece of reply.body ?? []) response.write(piece);
      response.end();
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

it('in a page of Chromium', { timeout: 60_000 }, async () => {
  const executablePath = browsers.find((path) => existsSync(path));
  if (executablePath === undefined) {
    skipAloud('there is no Chromium here, so that the client is not tried in a page.');
    return;
  }
  const server = await servePage();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await page.goto(origin);
    const script = `(async () => {
      return (${program})(await import('/client.js'), ${JSON.stringify(origin)}, ${JSON.stringify(key)});
    })()`;
    expect(await page.evaluate(script)).toEqual(expected);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});

it('where there is nothing of Node, as at the edge', async () => {
  const script = join(folder, 'edge.mjs');
  writeFileSync(script, edgeScript());
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--experimental-vm-modules',
    '--no-warnings',
    script,
  ]);
  expect(JSON.parse(stdout)).toEqual(expected);
});

/** A context that has web globals only, in which importing anything but the client's own files fails. */
function edgeScript(): string {
  return `
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, SourceTextModule } from 'node:vm';
const names = ['AbortController', 'AbortSignal', 'atob', 'Blob', 'btoa', 'clearTimeout', 'crypto', 'fetch', 'Headers', 'Request', 'Response',
  'ReadableStream', 'setTimeout', 'structuredClone', 'TextDecoder', 'TextEncoder', 'TransformStream', 'URL', 'URLSearchParams', 'performance'];
const context = createContext(Object.fromEntries(names.map((name) => [name, globalThis[name]])));
const known = new Map();
const load = (specifier) => {
  if (!specifier.startsWith('./')) throw new Error('It asks for ' + specifier);
  const path = join(${JSON.stringify(folder)}, specifier);
  if (!known.has(path)) known.set(path, new SourceTextModule(readFileSync(path, 'utf8'), {
    context, identifier: path, importModuleDynamically: async (asked) => ready(load(asked)),
  }));
  return known.get(path);
};
const ready = async (module) => {
  if (module.status === 'unlinked') await module.link(load);
  if (module.status === 'linked') await module.evaluate();
  return module;
};
const { namespace } = await ready(load('./client.js'));
const run = new SourceTextModule('export const program = ${asText(program)};', { context });
await ready(run);
console.log(JSON.stringify(await run.namespace.program(namespace, ${JSON.stringify(harness.url)}, ${JSON.stringify(key)})));
process.exit(0);
`;
}

const asText = (code: string): string => code.replaceAll("'", "\\'").replaceAll('\n', ' ');

it('in Node 20', async () => {
  const node = '/usr/bin/node';
  const version = existsSync(node) ? (await promisify(execFile)(node, ['--version'])).stdout : 'none';
  if (!version.startsWith('v20.')) {
    skipAloud(`${node} is ${version.trim()}, so that the client is not tried in Node 20.`);
    return;
  }
  const script = join(folder, 'node.mjs');
  writeFileSync(
    script,
    `import * as client from './client.js';
const run = ${program};
console.log(JSON.stringify(await run(client, ${JSON.stringify(harness.url)}, ${JSON.stringify(key)})));
process.exit(0);`,
  );
  const { stdout } = await promisify(execFile)(node, [script]);
  expect(JSON.parse(stdout)).toEqual(expected);
});

it('and nothing that is packed names a module of Node', () => {
  expect(files.map(({ code }) => code).join('\n')).not.toMatch(/node:|require\(/);
});
