import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findProblems } from './check.ts';
import { complaintsAbout, plantTree, source } from './planted-tree.ts';
import { renderProblem } from './problem.ts';

const here = import.meta.dirname;
const clean = {
  'tools/one.ts': source('export const one = 1;'),
  'tools/two.tsx': source("export const two = <p>Don't</p>;"),
};

function runCheck(root: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(here, 'check.ts'), root], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the command', () => {
  it('says how many files it read and exits with 0 when all is well', () => {
    expect(runCheck(plantTree(clean))).toEqual({
      status: 0,
      stdout: 'tidy: 2 files, no problems\n',
      stderr: '',
    });
  });

  it('prints one sentence per problem, sorted, and exits with 1', () => {
    const root = plantTree({
      ...clean,
      'tools/two.tsx': source("import './one.js';", "import 'react';"),
      'bench/a.ts': '\n',
    });
    expect(runCheck(root)).toEqual({
      status: 1,
      stdout: [
        'bench/a.ts:1: no header; begin with a comment that says what this file is and what does not belong in it.',
        'tools/two.tsx:3: `react` is not declared; add it to `devDependencies` of package.json.',
        '',
      ].join('\n'),
      stderr: '',
    });
  });
});

describe('what is read', () => {
  it('reports a file that it cannot parse instead of passing it by', () => {
    const [says, ...more] = complaintsAbout({ ...clean, 'tools/one.ts': source('export const = 1;') });
    expect(says).toMatch(/^tools\/one\.ts:2: cannot be parsed \(.+\); correct the syntax\.$/);
    expect(more).toEqual([]);
  });

  it('leaves out installed packages and, where there is git, what git ignores', () => {
    const root = plantTree({
      '.gitignore': 'private/\nnode_modules/\n',
      'private/Bad_Name.ts': source('export const hidden = 1;'),
      'node_modules/x/Bad_Name.ts': source('export const installed = 1;'),
      'tools/Seen_Name.ts': source('export const seen = 1;'),
    });
    const badNames = (): string[] =>
      findProblems(root, { allowances: [], shape: {} }).map(({ file }) => file);
    expect(badNames()).toEqual(['private/Bad_Name.ts', 'tools/Seen_Name.ts']);
    execFileSync('git', ['init', '--quiet'], { cwd: root });
    expect(badNames()).toEqual(['tools/Seen_Name.ts']);
  });

  it('reads the tree it is asked about, also inside the hook of another repository', () => {
    const root = plantTree({ 'tools/Seen_Name.ts': source('export const seen = 1;') });
    execFileSync('git', ['init', '--quiet'], { cwd: root });
    vi.stubEnv('GIT_DIR', resolve(root, 'nowhere'));
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(findProblems(root, { allowances: [], shape: {} }).map(({ file }) => file)).toEqual([
      'tools/Seen_Name.ts',
    ]);
  });
});

describe('this repository', () => {
  it('is clean', () => {
    expect(findProblems(resolve(here, '../..')).map(renderProblem)).toEqual([]);
  });
});
