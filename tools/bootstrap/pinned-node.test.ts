// Which Node is chosen, on every kind of machine, and what a person is told when there is none.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseNode, findPinnedNode, isNewEnough, nodePackages } from './pinned-node.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keelson-node-'));
  vi.stubEnv('KEELSON_NODE', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const platform = `${process.platform}-${process.arch}` as keyof typeof nodePackages;

function installFakeNode(script: string): string {
  const folder = join(root, 'node_modules', nodePackages[platform]);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ bin: { node: 'bin/node' } }));
  writeFileSync(join(folder, 'bin/node'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin/node'), 0o755);
  writeFileSync(join(root, 'node_modules/.bin/node'), '');
  return join(folder, 'bin/node');
}

test.each([
  ['v22.18.0', true],
  ['v24.0.0', true],
  ['v26.1.0', true],
  ['v22.17.9', false],
  ['v20.20.2', false],
  ['v18.0.0', false],
])('%s is new enough: %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test.runIf(process.platform !== 'win32')('the pinned Node is used even when the one at hand is new', () => {
  const pinned = installFakeNode('echo v24.18.0');
  expect(chooseNode(root, { path: '/other/node', version: 'v26.0.0' })).toBe(pinned);
});

test('without a pinned Node a new one at hand is used', () => {
  expect(chooseNode(root, { path: '/other/node', version: 'v22.18.0' })).toBe('/other/node');
});

test.runIf(process.platform !== 'win32')(
  'a pinned Node that cannot run leaves the PATH of npm scripts',
  () => {
    installFakeNode('exit 127');
    expect(chooseNode(root, { path: '/other/node', version: 'v24.0.0' })).toBe('/other/node');
    expect(existsSync(join(root, 'node_modules/.bin/node'))).toBe(false);
  },
);

test('an old Node alone is one sentence that says what to do', () => {
  expect(() => chooseNode(root, { path: '/usr/bin/node', version: 'v20.20.2' })).toThrow(
    /needs Node 22\.18 or newer; this is v20\.20\.2 on .* delete the folder node_modules .* install Node 24/,
  );
});

test.runIf(process.platform !== 'win32')('an old Node with a pinned one that cannot run says why', () => {
  installFakeNode('exit 127');
  expect(() => chooseNode(root, { path: '/usr/bin/node', version: 'v20.20.2' })).toThrow(/musl/);
});

test('CI can insist on the Node at hand', () => {
  vi.stubEnv('KEELSON_NODE', 'current');
  expect(chooseNode(root, { path: '/other/node', version: 'v26.0.0' })).toBe('/other/node');
});

test('a platform without a package has no pinned Node', () => {
  expect(findPinnedNode(root, 'freebsd-x64')).toBeUndefined();
  expect(findPinnedNode(root, 'linux-x64')).toBeUndefined();
});
