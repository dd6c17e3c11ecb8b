/**
 * The tree over the receipts of a batch, by RFC 6962: a zero byte before a leaf and a one before two nodes, so that neither
 * can be taken for the other. A node without a neighbour rises as it is, which is the same tree as that standard's.
 */
import type { ReceiptCrypto } from './receipt-crypto.ts';

type Sha256 = ReceiptCrypto['sha256'];

type LeafCrypto = Pick<ReceiptCrypto, 'sha256' | 'sha256Text'>;

const hashBytes = 32;

/** Of the UTF-8 of the text. */
export type LeafHasher = (text: string) => Uint8Array;

/** Its buffer is used again for every leaf. */
export function createLeafHasher({ sha256, sha256Text }: LeafCrypto): LeafHasher {
  if (sha256Text !== undefined) return (text) => sha256Text(`\0${text}`);
  const encoder = new TextEncoder();
  let buffer = new Uint8Array(4096);
  return (text) => {
    const most = 1 + text.length * 3;
    if (buffer.length < most) buffer = new Uint8Array(2 * most);
    buffer[0] = 0;
    const { written } = encoder.encodeInto(text, buffer.subarray(1));
    return sha256(buffer.subarray(0, 1 + written));
  };
}

export function hashLeaf(sha256: Sha256, bytes: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(1 + bytes.length);
  buffer.set(bytes, 1);
  return sha256(buffer);
}

export function hashNode(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(1 + 2 * hashBytes);
  buffer[0] = 1;
  buffer.set(left, 1);
  buffer.set(right, 1 + hashBytes);
  return sha256(buffer);
}

/** From the leaves up to the root, which is alone on its level. */
export type MerkleLevels = readonly (readonly Uint8Array[])[];

export function buildLevels(sha256: Sha256, leaves: readonly Uint8Array[]): MerkleLevels {
  const levels: Uint8Array[][] = [[...leaves]];
  for (let level = levels[0] as Uint8Array[]; level.length > 1; ) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const left = level[at] as Uint8Array;
      const right = level[at + 1];
      above.push(right === undefined ? left : hashNode(sha256, left, right));
    }
    levels.push(above);
    level = above;
  }
  return levels;
}

/** Of a tree without leaves it is the hash of nothing. */
export function rootOf(sha256: Sha256, levels: MerkleLevels): Uint8Array {
  return levels.at(-1)?.[0] ?? sha256(new Uint8Array(0));
}

/** The neighbours from this leaf up to the root. */
export function pathOf<Node>(levels: readonly (readonly Node[])[], index: number): Node[] {
  const path: Node[] = [];
  for (let height = 0, at = index; height < levels.length - 1; height++, at >>= 1) {
    const neighbour = levels[height]?.[at ^ 1];
    if (neighbour !== undefined) path.push(neighbour);
  }
  return path;
}

/** How many neighbours a leaf has on its way up. */
export function pathLength(index: number, count: number): number {
  let length = 0;
  for (let at = index, last = count - 1; last > 0; at >>= 1, last >>= 1) if ((at ^ 1) <= last) length += 1;
  return length;
}

/** What the root must be if this leaf is at its place; the path has as many hashes as such a leaf has neighbours. */
export function climb(
  sha256: Sha256,
  leaf: Uint8Array,
  { index, count }: { readonly index: number; readonly count: number },
  path: readonly Uint8Array[],
): Uint8Array {
  let node = leaf;
  let used = 0;
  for (let at = index, last = count - 1; last > 0; at >>= 1, last >>= 1) {
    if ((at ^ 1) > last) continue;
    const neighbour = path[used++] as Uint8Array;
    node = at % 2 === 0 ? hashNode(sha256, node, neighbour) : hashNode(sha256, neighbour, node);
  }
  return node;
}
