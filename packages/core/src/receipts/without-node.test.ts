// Verification runs where there is no Node: nothing that it imports, in core or beyond, is a module of Node.
import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const start = fileURLToPath(new URL('./index.ts', import.meta.url));
const importing = /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/g;

function resolveImport(specifier: string, from: string): string {
  if (specifier.startsWith('.')) return resolve(dirname(from), specifier);
  return createRequire(pathToFileURL(from)).resolve(specifier);
}

test('verification reaches no module of Node', () => {
  const seen = new Set<string>();
  const reached: string[] = [];
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(importing)) {
      if (isBuiltin(specifier)) reached.push(`${file}: ${specifier}`);
      else visit(resolveImport(specifier, file));
    }
  };
  visit(start);
  expect(reached).toEqual([]);
  // The walk went somewhere: this room, the one below it, and the package that writes canonical JSON.
  const visited = [...seen].join('\n');
  for (const part of ['receipts/verify-export.ts', 'json/sha256.ts', 'canonicalize'])
    expect(visited).toContain(part);
});
