// The lock must install on every platform and from any registry: complete, and without the address of a host.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { nodePackages } from './pinned-node.mjs';

interface LockedPackage {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(resolve(import.meta.dirname, '../../package-lock.json'), 'utf8');
const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(text);
const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));

test('no package is tied to a registry host', () => {
  const tied = Object.entries(packages).filter(([, { resolved, link }]) => resolved !== undefined && !link);
  expect(tied).toEqual([]);
});

/** `npm ci` refuses a lock in which a tool's packages for other platforms are missing, which happens when the registry lacks some. */
test('every optional package that is asked for has its entry', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !names.has(name))
      .map((name) => `${path} wants ${name}`),
  );
  expect(missing).toEqual([]);
});

test('the root asks for the pinned Node of each platform', () => {
  expect(Object.keys(packages['']?.optionalDependencies ?? {}).sort()).toEqual(
    Object.values(nodePackages).sort(),
  );
});
