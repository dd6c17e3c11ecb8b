// When `node_modules` counts as installed: complete, stale, interrupted, or copied from another machine.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInstalled, isSameInstall, rememberInstall } from './install-state.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keelson-state-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, packages: object) =>
  writeFileSync(join(root, path), JSON.stringify({ packages }));
const one = { '': {}, 'node_modules/one': { version: '1.0.0' } };

function installed(packages: object): boolean {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  write('node_modules/.package-lock.json', packages);
  return isInstalled(root);
}

test('no node_modules is not installed', () => {
  write('package-lock.json', one);
  expect(isInstalled(root)).toBe(false);
});

test('an install by hand that matches the lock is recognised', () => {
  write('package-lock.json', one);
  expect(installed({ 'node_modules/one': { version: '1.0.0' } })).toBe(true);
});

test('an install that npm did not finish is not installed', () => {
  write('package-lock.json', one);
  mkdirSync(join(root, 'node_modules/one'), { recursive: true });
  expect(isInstalled(root)).toBe(false);
  writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages": {');
  expect(isInstalled(root)).toBe(false);
});

test('a changed lock makes a remembered install stale', () => {
  write('package-lock.json', one);
  expect(installed({ 'node_modules/one': { version: '1.0.0' } })).toBe(true);
  write('package-lock.json', { ...one, 'node_modules/one': { version: '1.0.1' } });
  expect(isInstalled(root)).toBe(false);
});

test('node_modules copied from another platform is stale', () => {
  write('package-lock.json', one);
  installed({ 'node_modules/one': { version: '1.0.0' } });
  rememberInstall(root);
  const stamp = join(root, 'node_modules/.keelson-install');
  writeFileSync(stamp, 'abc plan9-mips\n');
  expect(isInstalled(root)).toBe(false);
});

const linux = { os: 'linux', cpu: 'x64', libc: 'glibc' };
const exact = { 'node_modules/one': { version: '1.0.0' } };

test('packages may be neither missing, nor of another version, nor left over', () => {
  const wanted = { 'packages/core': { version: '0.1.0' }, 'node_modules/one': { version: '1.0.0' } };
  expect(isSameInstall(wanted, exact, linux)).toBe(true);
  expect(isSameInstall(wanted, {}, linux)).toBe(false);
  expect(isSameInstall(wanted, { 'node_modules/one': { version: '0.9.0' } }, linux)).toBe(false);
  expect(isSameInstall(wanted, { ...exact, 'node_modules/old': { version: '1.0.0' } }, linux)).toBe(false);
});

test.each<[string, object, boolean]>([
  ['another system', { os: ['darwin'], cpu: ['x64'] }, true],
  ['another processor', { os: 'linux', cpu: 'arm64' }, true],
  ['another C library', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }, true],
  ['this platform', { os: ['linux'], cpu: ['x64'], libc: ['glibc'] }, false],
  ['this platform with any C library', { os: 'linux', cpu: 'x64' }, false],
  ['no platform by name', {}, true],
])('an optional package for $0 may be absent: $2', (_, restriction, expected) => {
  const wanted = { ...exact, 'node_modules/native': { version: '1.0.0', optional: true, ...restriction } };
  expect(isSameInstall(wanted, exact, linux)).toBe(expected);
});
