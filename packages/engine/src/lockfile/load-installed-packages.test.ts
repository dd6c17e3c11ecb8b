// Lockfiles of packages, found where Node would find the packages, and nowhere else.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxLockfileLength, parseLockfile, resolveAlias } from '@keelson/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadInstalledPackages } from './load-installed-packages.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-packages-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const lockOf = (model: string): string =>
  `version = 1\n\n[profiles.default]\n\n[profiles.default.aliases]\nshort = ["${model}"]\n`;

function install(at: string, name: string, text: string, file = 'keelson.lock'): void {
  const home = join(folder, at, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, file), text);
}

function load(names: readonly string[], at = 'app/inner') {
  const lockfile = parseLockfile(
    `version = 1\n\n[extends]\npackages = ${JSON.stringify(names)}\n\n[profiles.default]\n`,
  );
  return { lockfile, ...loadInstalledPackages(lockfile, join(folder, at, 'keelson.lock')) };
}

test('the nearest package going up answers, scoped ones and those of LLMRing too', () => {
  install('', 'prompts', lockOf('openai:far'));
  install('app', 'prompts', lockOf('openai:near'));
  install('', '@acme/prompts', lockOf('openai:scoped'));
  const old = 'version = "1.0"\n[[bindings]]\nalias = "short"\nmodels = ["openai:old"]\n';
  install('', 'older', old, 'llmring.lock');
  const { lockfile, packages, missing } = load(['prompts', '@acme/prompts', 'older']);
  const modelOf = (name: string) => resolveAlias(lockfile, name, { packages }).targets[0]?.reference;
  expect(missing).toEqual([]);
  expect(['prompts:short', '@acme/prompts:short', 'older:short'].map(modelOf)).toEqual([
    'openai:near',
    'openai:scoped',
    'openai:old',
  ]);
});

test('a package that is not there, brings none, or a broken one, is told as missing', () => {
  install('', 'bare', '{}', 'package.json');
  install('', 'broken', 'version = 1\n');
  const { packages, missing } = load(['absent', 'bare', 'broken']);
  expect([...packages.keys()]).toEqual([]);
  expect(missing.map(({ package: name }) => name)).toEqual(['absent', 'bare', 'broken']);
  expect(missing[2]?.says).toContain('has no profiles');
});

test('a name leads nowhere but into node_modules, and a huge file is not read', () => {
  writeFileSync(join(folder, 'keelson.lock'), lockOf('openai:outside'));
  install('', 'huge', ' '.repeat(4 * maxLockfileLength + 1));
  mkdirSync(join(folder, 'app/inner/node_modules'), { recursive: true });
  const names = ['..', '../..', '../../..', '.', '@a/..', 'a/../../..', join(folder, 'x'), 'huge'];
  const { packages, missing } = load(names);
  expect([...packages.keys()]).toEqual([]);
  expect(missing).toHaveLength(names.length);
});
