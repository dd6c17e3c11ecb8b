// The example in docs/registry.md is computed here, and its list of prices is the one that the code knows.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Usage } from '../message/index.ts';
import { bundledProviders, loadBundledFile } from './bundled-registry.ts';
import { costOf } from './cost.ts';
import { registryStats } from './curation/index.ts';
import { findCard } from './find-card.ts';
import { formatDollars } from './money.ts';
import { serviceVariants, tokenRates } from './price-row.ts';
import { readWholeRegistryFile } from './read-registry-file.ts';
import { createRegistry } from './registry.ts';

const page = readFileSync(new URL('../../../../docs/registry.md', import.meta.url), 'utf8');
const [file = '', usage = ''] = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => json);

test('the example costs what the page says', () => {
  const registry = createRegistry([readWholeRegistryFile(JSON.parse(file))]);
  const cost = costOf(JSON.parse(usage) as Usage, findCard(registry, 'example:large')?.prices);
  if (cost.status === 'unpriced') throw new Error(`Unpriced: ${cost.unpriced.join()}`);
  const lines = cost.breakdown.map(
    ({ bucket, count, rate, nanoDollars }) =>
      `| \`${bucket}\` | ${count} | \`${rate}\` | ${formatDollars(nanoDollars)} |\n`,
  );
  expect(page).toContain(`${lines.join('')}| total | | | ${formatDollars(cost.nanoDollars)} |\n`);
});

test('the page names every price that a row may state', () => {
  const paragraph = /Prices of tokens end in .*?\n\n/s.exec(page)?.[0] ?? '';
  const named = [...paragraph.matchAll(/`([a-z0-9_]+)`/g)].map(([, name]) => name);
  const suffixes = ['_long_context', ...serviceVariants.map((variant) => `_${variant}`)];
  expect(named.sort()).toEqual([...tokenRates, 'cached_input', ...suffixes].sort());
});

test('the page counts the snapshot as the code does', async () => {
  const files = await Promise.all(bundledProviders.map(loadBundledFile));
  const { models, priced, partlyPriced } = registryStats(files);
  const tell = (count: number): string => count.toLocaleString('en-US');
  expect(page).toContain(
    `${tell(priced)} of ${tell(models)} models of ${files.length} providers have all prices that their kind of work needs, and ${partlyPriced} have some.`,
  );
});
