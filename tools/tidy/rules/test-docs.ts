/** Every test that the documentation names, by its path from `packages` and the titles behind it, exists under that title. */
import { posix } from 'node:path';
import type { Problem } from '../problem.ts';
import type { Tree } from '../read-sources.ts';
import type { TreeRule } from '../rule.ts';

const pages = /^docs\/.*\.md$/;
/** A path, and behind it one title or several, which may stand on the next line. */
const namedTest = /`([^`\s]+\.(?:test|contract)\.ts)`(?:\s("[^"]+"(?:, "[^"]+")*))?/g;

export const testDocsRule: TreeRule = (tree) =>
  tree.paths.filter((path) => pages.test(path)).flatMap((path) => checkPage(path, tree));

function checkPage(page: string, tree: Tree): Problem[] {
  const text = tree.read(page) ?? '';
  return [...text.matchAll(namedTest)].flatMap(({ index, 1: path = '', 2: titles = '' }) => {
    const line = text.slice(0, index).split('\n').length;
    return lacks(path, titles, tree).map((says) => ({ rule: 'test-docs', file: page, line, says }));
  });
}

function lacks(path: string, titles: string, tree: Tree): string[] {
  const source = tree.read(posix.join('packages', path));
  // Without a title a page may call it by its end.
  if (titles === '' && tree.paths.some((known) => known.endsWith(path))) return [];
  if (source === undefined) return [`There is no \`${path}\`; correct the page.`];
  return [...titles.matchAll(/"([^"]+)"/g)]
    .map(([, title = '']) => title)
    .filter((title) => !["'", '"', '`'].some((quote) => source.includes(`(${quote}${title}${quote},`)))
    .map((title) => `\`${path}\` has no test "${title}"; correct the page.`);
}
