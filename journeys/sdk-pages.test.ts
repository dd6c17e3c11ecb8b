/** The code of docs/sdk.md and docs/guides/ai-sdk.md, block by block as it stands there, against the simulator behind a gateway. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { providerForms, Secret } from '@keelson/engine';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ownerKey } from '../packages/server/src/admin/__fixtures__/index.ts';
import { type SdkHarness, startSdkHarness } from './sdk-harness.ts';

const root = resolve(import.meta.dirname, '..');
let harness: SdkHarness;
let folder: string;
beforeAll(async () => {
  harness = await startSdkHarness();
  folder = mkdtempSync(resolve(harness.folder, 'pages-'));
  symlinkSync(resolve(root, 'node_modules'), resolve(folder, 'node_modules'), 'junction');
  writeFileSync(resolve(folder, 'keelson.lock'), readFileSync(resolve(harness.folder, 'keelson.lock')));
  writeFileSync(resolve(folder, 'invoice.pdf'), '%PDF-1.4');
  mkdirSync(resolve(folder, 'keelson-data'));
  vi.stubEnv('KEELSON_KEY', ownerKey);
  vi.stubEnv('OPENAI_API_KEY', 'sk-test');
  const form = providerForms.get('openai');
  const vendor = { name: 'openai', form, address: harness.simulator.url, key: new Secret('sk-vendor') };
  vi.stubGlobal('vendors', [vendor]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await harness.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Block {
  readonly page: string;
  readonly at: number;
  readonly code: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(resolve(root, 'docs', page), 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(({ 1: code = '' }, index) => ({
    page,
    at: index + 1,
    code,
  }));
}

const sdk = blocksOf('sdk.md');
const aiSdk = blocksOf('guides/ai-sdk.md');

/** What a block takes from those before it on its page. */
const earlier: readonly (readonly [name: string, page: string, code: string])[] = [
  ['connect', '', "import { connect } from '@keelson/sdk';"],
  ['createKeelson', '', "import { createKeelson } from '@keelson/sdk/ai';"],
  ['generateText', '', "import { generateText } from 'ai';"],
  ['tool', 'sdk.md', "import { tool } from '@keelson/sdk';"],
  ['z', '', "import { z } from 'zod';"],
  ['ServerClient', '', "import { ServerClient } from '@keelson/sdk/server';"],
  ['keelson', 'sdk.md', 'const keelson = connect({ url: URL, key: KEY });'],
  ['keelson', 'guides/ai-sdk.md', 'const keelson = createKeelson({ url: URL, key: KEY });'],
  ['server', 'sdk.md', 'const server = new ServerClient({ url: URL, key: KEY });'],
];

function programOf({ page, code }: Block): string {
  let program = code
    .replaceAll('http://127.0.0.1:4100', harness.url)
    .replaceAll(/'\.\/(keelson\.lock|keelson-data|invoice\.pdf)'/g, (_, name: string) =>
      JSON.stringify(resolve(folder, name)),
    )
    // The vendors of this machine would be asked otherwise.
    .replaceAll('local({', 'local({ providers: vendors,');
  for (const [name, only, line] of earlier.toReversed()) {
    const isUsed = new RegExp(`(?<![.\\w'@/-])${name}(?=[.(,])`).test(program);
    const isThere = new RegExp(`const ${name} =|import (\\{[^}]*)?\\b${name}\\b`).test(program);
    if (isUsed && !isThere && (only === '' || only === page)) program = `${line}\n${program}`;
  }
  return program.replaceAll('URL,', `'${harness.url}',`).replaceAll('key: KEY', `key: '${ownerKey}'`);
}

/** What the vendor says, where its usual words would not do. */
function scriptFor(code: string): string {
  if (code.includes('schema: ship')) return '[[json: {"name":"Argo","masts":1}]]';
  if (code.includes('tools: { weather }'))
    return '[[tool: weather {"city":"Oslo"}]] [[then]] [[text: Sunny.]]';
  return '';
}

test('both pages have their blocks', () => {
  expect(sdk.length).toBeGreaterThan(9);
  expect(aiSdk.length).toBeGreaterThan(2);
});

test.each([...sdk, ...aiSdk])('block $at of $page', { timeout: 30_000 }, async (block) => {
  harness.simulator.reset();
  const script = scriptFor(block.code);
  if (script !== '') harness.simulator.script(script);
  const file = resolve(folder, `${block.page.replaceAll(/\W/g, '-')}-${block.at}.ts`);
  const program = programOf(block);
  writeFileSync(file, program);
  const said: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...words) => void said.push(...words));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    log.mockRestore();
  }
  if (program.includes('console.log(')) {
    expect(said.length).toBeGreaterThan(0);
    expect(said).not.toContain(undefined);
  }
  const isAsked = /\.(chat|stream)\(|await generateText\(/.test(block.code);
  expect(harness.simulator.requests.length > 0).toBe(isAsked);
});
