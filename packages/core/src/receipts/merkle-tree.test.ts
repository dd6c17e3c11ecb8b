// The tree of RFC 6962: its published vectors, and every leaf of every size against a tree built by the standard's own words.
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  buildLevels,
  climb,
  createLeafHasher,
  hashLeaf,
  hashNode,
  pathLength,
  pathOf,
  rootOf,
} from './merkle-tree.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

/** The eight leaves that implementations of Certificate Transparency test with. */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => Buffer.from(text, 'hex'));

const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** As RFC 6962 says it: split at the largest power of two below the size. */
function treeHash(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!;
  let half = 1;
  while (half * 2 < hashes.length) half *= 2;
  return hashNode(sha256, treeHash(hashes.slice(0, half)), treeHash(hashes.slice(half)));
}

function path(index: number, hashes: readonly Uint8Array[]): Uint8Array[] {
  if (hashes.length === 1) return [];
  let half = 1;
  while (half * 2 < hashes.length) half *= 2;
  const [left, right] = [hashes.slice(0, half), hashes.slice(half)];
  return index < half
    ? [...path(index, left), treeHash(right)]
    : [...path(index - half, right), treeHash(left)];
}

describe('the tree', () => {
  test('has the roots of the published vectors', () => {
    expect(hex(rootOf(sha256, buildLevels(sha256, [])))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    for (const [at, root] of roots.entries()) {
      const hashes = leaves.slice(0, at + 1).map((leaf) => hashLeaf(sha256, leaf));
      expect(hex(rootOf(sha256, buildLevels(sha256, hashes)))).toBe(root);
    }
  });

  test('has the published paths', () => {
    const hashes = leaves.map((leaf) => hashLeaf(sha256, leaf));
    expect(pathOf(buildLevels(sha256, hashes), 5).map(hex)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(pathOf(buildLevels(sha256, hashes.slice(0, 3)), 2).map(hex)).toEqual([
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    ]);
  });

  test('of every size is that of the standard, and every path leads to its root and nowhere else', () => {
    const hashes = Array.from({ length: 70 }, (_, at) => hashLeaf(sha256, Buffer.from([at])));
    for (let count = 1; count <= hashes.length; count++) {
      const some = hashes.slice(0, count);
      const levels = buildLevels(sha256, some);
      const root = hex(treeHash(some));
      expect(hex(rootOf(sha256, levels))).toBe(root);
      for (let index = 0; index < count; index++) {
        const own = pathOf(levels, index);
        expect(own.map(hex)).toEqual(path(index, some).map(hex));
        expect(own).toHaveLength(pathLength(index, count));
        expect(hex(climb(sha256, some[index]!, { index, count }, own))).toBe(root);
        const other = (index + 1) % count;
        if (count > 1) expect(hex(climb(sha256, some[other]!, { index, count }, own))).not.toBe(root);
      }
    }
  });

  test('hashes texts of any length as their UTF-8', () => {
    const sha256Text = (text: string): Uint8Array => hash('sha256', text, 'buffer');
    for (const leafOf of [createLeafHasher({ sha256 }), createLeafHasher({ sha256, sha256Text })]) {
      for (const text of ['', 'a', 'ü€🦝'.repeat(5000), 'b']) {
        expect(hex(leafOf(text))).toBe(hex(hashLeaf(sha256, Buffer.from(text))));
      }
    }
  });
});
