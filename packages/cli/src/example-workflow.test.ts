// The example for continuous integration names commands and flags that exist.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from './catalog/index.ts';
import { findCommand } from './line/find-command.ts';
import { parseLine } from './line/parse-line.ts';

const root = resolve(import.meta.dirname, '../../..');

test.each(['examples/lock-check.yml', 'docs/guides/lockfile-in-ci.md'])('%s', (file) => {
  const text = readFileSync(resolve(root, file), 'utf8');
  const lines = [...text.matchAll(/(?:npx |^)keelson ([^|\n`]+)/gm)].map(([, line = '']) => line.trim());
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
    const command = findCommand(catalog, words);
    expect(() => parseLine(command, command.rest), line).not.toThrow();
    expect(command.spec.load, line).toBeDefined();
  }
});
