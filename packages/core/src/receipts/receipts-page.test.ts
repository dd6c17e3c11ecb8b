// The example in docs/receipts.md is computed here, its table of problems is the code's, and what was released still verifies.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../json/index.ts';
import { nodeCrypto } from './__fixtures__/make-log.ts';
import {
  createLeafHasher,
  hashNode,
  headHash,
  type InclusionPath,
  portableCrypto,
  type Receipt,
  type ReceiptHead,
  type ReceiptKey,
  readLines,
  verifyExport,
  verifyReceipt,
} from './index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../../../../docs/receipts.md');
const [receipt, path, head, key] = [...page.matchAll(/```json\n(.*?)```/gs)].map(
  ([, json = '']) => JSON.parse(json) as unknown,
) as [Receipt, InclusionPath, ReceiptHead, ReceiptKey];

describe('the page of receipts', () => {
  test('has an example that verifies', async () => {
    const verdict = await verifyReceipt({ receipt, path, head }, { keys: [key] });
    expect(verdict).toEqual({ isValid: true, faults: [] });
  });

  test('computes it as it says', () => {
    const { sha256 } = portableCrypto;
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const [left, right] = path.hashes.map((hash) => Buffer.from(hash, 'hex')) as [Buffer, Buffer];
    const leaf = createLeafHasher({ sha256 })(canonicalJson(receipt));
    const node = hashNode(sha256, left, leaf);
    const root = hashNode(sha256, node, right);
    const results = [hex(leaf), hex(node), hex(root), headHash(sha256, head)];
    const table = [...page.matchAll(/^\| .* \| `([0-9a-f]{64})` \|$/gm)].map(([, hash]) => hash);
    expect(table).toEqual(results);
    expect(head.root).toBe(hex(root));
  });

  test('names every problem there is', () => {
    const source = read('./faults.ts');
    const known = [...source.matchAll(/^ {2}\| '([a-z_]+)'/gm)].map(([, name]) => name);
    const rows = page.slice(page.indexOf('| problem |')).split('\n\n')[0] ?? '';
    const named = [...rows.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name),
    );
    expect(named.sort()).toEqual(known.sort());
  });
});

describe('an export of version 1, as it was released', () => {
  const text = read('./__fixtures__/released-1.jsonl');
  test.each([
    ['Node', nodeCrypto],
    ['any runtime', portableCrypto],
  ])('verifies with the crypto of %s', async (_, crypto) => {
    expect(await verifyExport(readLines(text), { crypto })).toMatchObject({
      isValid: true,
      batches: 4,
      receipts: 11,
      logs: [
        {
          log: 'log_1',
          lastSeq: 3,
          lastHash: '031120e11223d2a6483838a91adf10e79c6dd4abf01d479c1f1be609093d26d1',
        },
        {
          log: 'log_2',
          lastSeq: 1,
          lastHash: '0457c5876510fa6c9787c33f6b9e1ee793908624af4359c1c74b8fa156048def',
        },
      ],
    });
  });
});
