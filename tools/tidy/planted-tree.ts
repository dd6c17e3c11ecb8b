/**
 * For tests of the rules: a small, clean repository in a temporary folder, into which a test plants a trespass. Each
 * test names everything that `findProblems` says, so a rule that speaks too much fails as well as one that is silent.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type Excuses, findProblems } from './check.ts';
import { floors } from './floor-plan.ts';
import { renderProblem } from './problem.ts';

export type Files = Readonly<Record<string, string>>;

/** The first line of every planted source file, so that line numbers begin at 2. */
const header = '/** A small file that a test plants, to be judged by the rules. */\n';

const noExcuses: Excuses = { allowances: [], shape: {} };

/** The package.json files of all floors: each declares the floors that it may import. */
const house: Files = {
  'package.json': JSON.stringify({ scripts: { test: 'vitest' }, devDependencies: { vitest: '1.0.0' } }),
  ...Object.fromEntries(
    floors.map(({ name, folder, packageName, mayImport, onlyWhenAsked = [] }) => {
      const packages = floors.filter((floor) => [...mayImport, ...onlyWhenAsked].includes(floor.name));
      const dependencies = Object.fromEntries(packages.map((floor) => [floor.packageName, '0.1.0']));
      const exports = {
        '.': './src/index.ts',
        ...(name === 'core' ? { './schema': './src/schema.ts' } : {}),
      };
      return [`${folder}/package.json`, JSON.stringify({ name: packageName, exports, dependencies })];
    }),
  ),
};

/** Writes a tree to a new temporary folder, which is removed when the test ends. */
export function plantTree(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'keelson-tidy-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ ...house, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Everything the rules say about the house with these files in it. */
export function complaintsAbout(files: Files, excuses: Partial<Excuses> = {}): string[] {
  return findProblems(plantTree(files), { ...noExcuses, ...excuses }).map(renderProblem);
}

interface Trespass {
  /** Files in which nothing is wrong. */
  readonly clean: Files;
  /** The same, or more, with something wrong. */
  readonly planted: Files;
  /** All that must be said about it. */
  readonly says: readonly string[];
}

/** The clean twin passes; with the trespass in it, exactly these sentences come. */
export function expectCaught({ clean, planted, says }: Trespass): void {
  expect(says.length).toBeGreaterThan(0);
  expect(complaintsAbout(clean)).toEqual([]);
  expect(complaintsAbout({ ...clean, ...planted })).toEqual(says);
}

/** A source file with a header. */
export function source(...lines: readonly string[]): string {
  return `${header}${lines.join('\n')}\n`;
}
