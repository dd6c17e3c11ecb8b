// docs/cli.md says what the commands say of themselves; `npm run docs:cli` writes it anew.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from './catalog/index.ts';
import { renderPage } from './line/render-page.ts';

test('docs/cli.md is made of the descriptions of the commands', async () => {
  const page = resolve(import.meta.dirname, '../../../docs/cli.md');
  await expect(renderPage(catalog)).toMatchFileSnapshot(page);
});
