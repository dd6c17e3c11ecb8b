// docs/conformance.md is what the dialects really do: every feature through every pair of formats.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conformanceGrid } from './__fixtures__/conformance/grid.ts';
import { renderPage, worseThan } from './__fixtures__/conformance/page.ts';

const file = new URL('../../../../docs/conformance.md', import.meta.url).pathname;
const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
const cells = conformanceGrid();

it('has no cell in which something vanished without a word', () => {
  const unexplained = cells.flatMap(({ feature, inbound, outbound, outcomes }) =>
    outcomes
      .filter(({ state }) => state === 'unexplained')
      .map(({ probe }) => `${feature}, ${probe.name}: ${inbound} to ${outbound}`),
  );
  expect(unexplained).toEqual([]);
});

it('has no cell that is worse than the page says', () => {
  expect(worseThan(written, cells)).toEqual([]);
});

it('tells a page that is worse from one that is not', () => {
  const page = renderPage(cells);
  expect(worseThan(page, cells)).toEqual([]);
  const better = page.replace(/\| (lost|emulated) /, '| full ');
  if (better !== page) expect(worseThan(better, cells)).toHaveLength(1);
});

it('is what the page says; `npm run conformance` writes it', async () => {
  // A page that tells of better things is not overwritten, whoever asks.
  if (worseThan(written, cells).length > 0) expect.fail('The page would get worse.');
  await expect(renderPage(cells)).toMatchFileSnapshot(file);
});
