// Receipts verified in a web page: core's verification, bundled for browsers, run by Chromium on an exported file. No server of ours takes part.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const exported = readFileSync(join(root, 'packages/core/src/receipts/__fixtures__/released-1.jsonl'), 'utf8');
const program = process.env.KEELSON_CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(program);
if (!isThere)
  console.warn(`Not run: there is no Chromium at ${program}. KEELSON_CHROMIUM names another place.`);

/** As the guide has it. */
const script = `
import { checkStatements, readLines, verifyExport } from '@keelson/core';
globalThis.verifyText = async (text, options) => {
  const lines = readLines(text);
  const { isValid, faults, receipts, batches, keysFrom, statements } = await verifyExport(lines, options);
  const stated = await checkStatements(lines, statements);
  return { isValid: isValid && stated.faults.length === 0, faults: [...faults, ...stated.faults], receipts, batches, keysFrom };
};
`;

async function bundle(): Promise<string> {
  const entry = '\0page';
  const bundled = await rolldown({
    cwd: root,
    input: entry,
    platform: 'browser',
    treeshake: { moduleSideEffects: false },
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) =>
          id === entry
            ? script.replace('@keelson/core', join(root, 'packages/core/src/index.ts'))
            : undefined,
      },
    ],
  });
  const { output } = await bundled.generate({ format: 'esm', codeSplitting: false, minify: true });
  return output[0].code;
}

let server: Server;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  if (!isThere) return;
  const code = await bundle();
  server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? code : '<!doctype html><script type="module" src="page.js"></script>');
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  page = await browser.newPage();
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction('typeof verifyText === "function"');
}, 90_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
});

const verify = (text: string, options: object = {}) =>
  page.evaluate(`verifyText(${JSON.stringify(text)}, ${JSON.stringify(options)})`);

test.runIf(isThere)(
  'an export is verified in a page, by its own keys and by keys of the reader',
  async () => {
    expect(await verify(exported)).toEqual({
      isValid: true,
      faults: [],
      receipts: 11,
      batches: 4,
      keysFrom: 'export',
    });
    const keys = exported
      .split('\n')
      .filter((line) => line.includes('"type":"key"'))
      .map((line) => {
        const { type: _, ...key } = JSON.parse(line);
        return key;
      });
    expect(await verify(exported, { keys })).toMatchObject({ isValid: true, keysFrom: 'caller' });
    expect(await verify(exported, { keys: keys.slice(0, 1) })).toMatchObject({ isValid: false });
  },
);

test.runIf(isThere)('a changed byte is named there as it is everywhere', async () => {
  const changed = exported.replace('"alias":"fast"', '"alias":"fasT"');
  expect(await verify(changed)).toMatchObject({
    isValid: false,
    faults: [{ problem: 'receipt_changed', where: expect.stringContaining('line 5') }],
  });
});
