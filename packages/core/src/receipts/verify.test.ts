// What verification finds: nothing in what is right, and a name and a place for everything that was changed.
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../json/index.ts';
import {
  makeExport,
  makeKey,
  makeLog,
  makeReceipt,
  nodeCrypto,
  noon,
  type TestBatch,
} from './__fixtures__/make-log.ts';
import {
  buildLevels,
  createLeafHasher,
  headHash,
  pathOf,
  portableCrypto,
  type ReceiptKey,
  type ReceiptProof,
  readLines,
  sealBatch,
  verifyChain,
  verifyExport,
  verifyReceipt,
} from './index.ts';

const key = makeKey(1);
const keys = [key.key];
const question = { keys, crypto: nodeCrypto };
const { sha256 } = nodeCrypto;

function proofOf({ head, receipts }: TestBatch, index: number): ReceiptProof {
  const levels = buildLevels(sha256, receipts.map(createLeafHasher(nodeCrypto)));
  const hashes = pathOf(levels, index).map((node) => Buffer.from(node).toString('hex'));
  return { receipt: JSON.parse(receipts[index]!), path: { index, hashes }, head };
}

/** Problems with their places, as one text each. */
const named = (faults: readonly { problem: string; where: string }[]): string[] =>
  faults.map(({ problem, where }) => `${problem} at ${where}`);

describe('one receipt', () => {
  const batch = makeLog([5])[0]!;

  test.each([
    0, 1, 2, 3, 4,
  ])('at place %i verifies, with the crypto of Node and with that of any runtime', async (index) => {
    const proof = proofOf(batch, index);
    expect(await verifyReceipt(proof, question)).toEqual({ isValid: true, faults: [] });
    expect(await verifyReceipt(canonicalJson(proof), { keys, crypto: portableCrypto })).toMatchObject({
      isValid: true,
    });
    expect(await verifyReceipt(proof, { keys })).toMatchObject({ isValid: true });
  });

  const proof = proofOf(batch, 2);
  const { receipt, path, head } = proof;
  test.each<[string, unknown, string]>([
    [
      'another cost',
      {
        ...proof,
        receipt: { ...receipt, cost: { ...(receipt as never as { cost: object }).cost, amount: '0.1' } },
      },
      'receipt_changed at receipt or path',
    ],
    [
      'one more field',
      { ...proof, receipt: { ...receipt, note: 'hello' } },
      'receipt_changed at receipt or path',
    ],
    ['another place', { ...proof, path: { ...path, index: 3 } }, 'receipt_changed at receipt or path'],
    ['a place beyond the batch', { ...proof, path: { ...path, index: 5 } }, 'path_changed at path.index'],
    [
      'a shorter path',
      { ...proof, path: { ...path, hashes: path.hashes.slice(1) } },
      'path_changed at path.hashes',
    ],
    [
      'a hash in capitals',
      { ...proof, path: { ...path, hashes: path.hashes.map((hash) => hash.toUpperCase()) } },
      'unreadable at path.hashes[0]',
    ],
    ['another root', { ...proof, head: { ...head, root: head.prev } }, 'head_changed at head'],
    ['another time', { ...proof, head: { ...head, last_at: head.last_at + 1 } }, 'head_changed at head'],
    [
      'another signature',
      { ...proof, head: { ...head, signature: `ed25519:${'A'.repeat(86)}` } },
      'head_changed at head',
    ],
    [
      'a signature that is cut off',
      { ...proof, head: { ...head, signature: head.signature.slice(0, -1) } },
      'unreadable at head.signature',
    ],
    ['one more field of the head', { ...proof, head: { ...head, note: 1 } }, 'unreadable at head.note'],
    [
      'a version that is not known',
      { ...proof, receipt: { ...receipt, version: 2 } },
      'unreadable at receipt.version',
    ],
    ['no head', { ...proof, head: null }, 'unreadable at head.head'],
    ['no receipt', { ...proof, receipt: 7 }, 'unreadable at receipt.receipt'],
    ['no path', { ...proof, path: [] }, 'unreadable at path'],
  ])('with %s does not', async (_, changed, expected) => {
    const verdict = await verifyReceipt(changed as ReceiptProof, question);
    expect(verdict.isValid).toBe(false);
    expect(named(verdict.faults)).toContain(expected);
  });

  test('as text is refused at the byte where it is no canonical JSON', async () => {
    const text = canonicalJson(proof);
    const verdict = await verifyReceipt(`${text.slice(0, 8)} ${text.slice(8)}`, question);
    expect(named(verdict.faults)).toEqual(['unreadable at byte 8']);
    expect((await verifyReceipt('"text"', question)).isValid).toBe(false);
    expect((await verifyReceipt('', question)).isValid).toBe(false);
  });
});

describe('keys', () => {
  const batch = makeLog([3])[0]!;
  const proof = proofOf(batch, 0);
  const verdictOf = (changed: ReceiptKey) => verifyReceipt(proof, { keys: [changed], crypto: nodeCrypto });

  test.each<[string, Partial<ReceiptKey>, string]>([
    ['begins too late', { valid_from: noon + 50 }, 'key_outside_validity at head.first_at'],
    ['ends too early', { valid_to: noon + 100 }, 'key_outside_validity at head.last_at'],
    ['has other bytes', { public_key: makeKey(2).key.public_key }, 'key_changed at keys[0]'],
    ['has no bytes', { public_key: 'ed25519:' }, 'unreadable at keys[0].public_key'],
  ])('that %s', async (_, changed, expected) => {
    expect(named((await verdictOf({ ...key.key, ...changed })).faults)).toContain(expected);
  });

  test('that are not known', async () => {
    expect(named((await verdictOf(makeKey(2).key)).faults)).toEqual(['unknown_key at head.key_id']);
  });

  test('that took turns verify a chain, each in its time', async () => {
    const [first, second] = [makeKey(1, { to: noon + 1000 }), makeKey(2, { from: noon + 900 })];
    const [one] = makeLog([2], { key: first });
    const two = sealBatch([canonicalJson(makeReceipt(9))], {
      log: 'log_1',
      before: one!.head,
      openedAt: noon + 1000,
      closedAt: noon + 1001,
      keyId: second.key.key_id,
      keyValidFrom: second.key.valid_from,
      crypto: nodeCrypto,
      sign: second.sign,
    });
    const heads = [one!.head, two.head];
    expect(await verifyChain(heads, { keys: [first.key, second.key], crypto: nodeCrypto })).toMatchObject({
      isValid: true,
    });
    const early = { ...second.key, valid_from: noon + 1001 };
    const verdict = await verifyChain(heads, { keys: [first.key, early], crypto: nodeCrypto });
    expect(named(verdict.faults)).toEqual(['key_outside_validity at heads[1].first_at']);
  });
});

describe('a chain', () => {
  const heads = makeLog([1, 2, 3, 2, 1]).map(({ head }) => head);
  const [one, two, three, four, five] = heads as [never, never, never, never, never];
  const check = async (order: readonly never[], more = {}) =>
    named((await verifyChain(order, { ...question, ...more })).faults);

  test('is right as it is, with other logs between', async () => {
    const others = makeLog([2, 2], { log: 'log_2', from: 50 }).map(({ head }) => head);
    const verdict = await verifyChain([heads[0]!, others[0]!, ...heads.slice(1), others[1]!], question);
    expect(verdict).toMatchObject({ isValid: true, faults: [] });
    expect(verdict.logs).toEqual([
      { log: 'log_1', firstSeq: 1, lastSeq: 5, lastHash: headHash(sha256, heads[4]!) },
      { log: 'log_2', firstSeq: 1, lastSeq: 2, lastHash: headHash(sha256, others[1]!) },
    ]);
  });

  test.each<[string, readonly never[], string[]]>([
    ['without its first', [two, three, four, five], ['missing_batch at before heads[0]']],
    ['without one in its middle', [one, two, four, five], ['missing_batch at before heads[2]']],
    ['in another order', [one, three, two, four, five], ['reordered_batch at heads[2]']],
    ['with one twice', [one, two, two, three, four, five], ['duplicated_batch at heads[2]']],
  ])('%s', async (_, order, expected) => {
    expect(await check(order)).toEqual(expected);
  });

  test('that is cut off is known by an anchor only', async () => {
    expect(await check([one, two])).toEqual([]);
    const anchors = [{ log: 'log_1', seq: 5, hash: headHash(sha256, five) }];
    expect(await check([one, two], { anchors })).toEqual(['anchor_mismatch at the end']);
    expect(await check([one, two, three, four, five], { anchors })).toEqual([]);
  });

  test('may start late where that is said', async () => {
    expect(await check([three, four, five], { mayStartLate: true })).toEqual([]);
  });

  test('with two heads of one number names the fork', async () => {
    const other = makeLog([1, 1, 3, 2, 1]).map(({ head }) => head);
    expect(await check([one, two, other[1] as never, three, four, five])).toEqual([
      'forked_batch at heads[2]',
    ]);
    // Each is signed and follows the first, but what follows it does not.
    expect(await check([one, other[1] as never, three])).toEqual(['broken_chain at heads[2].prev']);
    const anchors = [{ log: 'log_1', seq: 2, hash: headHash(sha256, two) }];
    expect(await check([one, other[1] as never], { anchors })).toEqual(['anchor_mismatch at heads[1]']);
  });

  test('whose clock went back is sealed in order all the same, and one that was not is found', async () => {
    const seal = {
      log: 'log_1',
      keyId: key.key.key_id,
      keyValidFrom: key.key.valid_from,
      crypto: nodeCrypto,
      sign: key.sign,
    };
    const text = [canonicalJson(makeReceipt(1))];
    const early = { openedAt: noon - 9_000_000, closedAt: noon - 8_000_000 };
    const next = sealBatch(text, { ...seal, ...early, before: heads[4]! });
    expect(next.head).toMatchObject({ first_at: heads[4]!.last_at, last_at: heads[4]!.last_at });
    expect(await check([one, two, three, four, five, next.head as never])).toEqual([]);
    // Sealed by somebody who forgot what was before, and then chained by hand.
    const { signature: _, ...rest } = sealBatch(text, { ...seal, ...early, keyValidFrom: 0 }).head;
    const forged = { ...rest, seq: 6, prev: headHash(sha256, five) };
    const { headBytes, encodeEd25519 } = await import('./index.ts');
    const signed = { ...forged, signature: encodeEd25519(key.sign(headBytes(forged))) };
    const old = { ...key.key, valid_from: 0 };
    expect(await check([one, two, three, four, five, signed as never], { keys: [old] })).toEqual([
      'time_reversed at heads[5].first_at',
    ]);
  });
});

describe('an export', () => {
  const batches = makeLog([3, 5, 1, 4]);
  const lines = makeExport(batches, keys);
  const check = async (changed: readonly string[], more = {}) => {
    const verdict = await verifyExport(changed, { ...question, ...more });
    expect(verdict.isValid).toBe(verdict.faults.length === 0);
    return named(verdict.faults);
  };
  /** 1: header, 2: key, 3: head, 4-6, 7: head, 8-12, 13: head, 14, 15: head, 16-19, 20: end. */
  const without = (...numbers: number[]) => lines.filter((_, at) => !numbers.includes(at + 1));
  const swapped = (one: number, two: number) =>
    lines.with(one - 1, lines[two - 1]!).with(two - 1, lines[one - 1]!);
  const replaced = (number: number, line: string) => lines.with(number - 1, line);

  test('verifies as it is, with its own keys or with those of the caller', async () => {
    const verdict = await verifyExport(readLines(`${lines.join('\n')}\n`), question);
    expect(verdict).toMatchObject({
      isValid: true,
      batches: 4,
      receipts: 13,
      keysFrom: 'caller',
      moreFaults: 0,
    });
    expect(await verifyExport(lines)).toMatchObject({ isValid: true, keysFrom: 'export' });
  });

  test('of no receipts verifies', async () => {
    expect(await check(makeExport([], keys))).toEqual([]);
  });

  test.each<[string, () => readonly string[], string[]]>([
    ['without its header', () => without(1), ['unreadable at line 1']],
    ['without its end', () => without(20), ['truncated at line 20']],
    [
      'cut off in a batch',
      () => lines.slice(0, 10),
      ['missing_receipt at line 7', 'missing_receipt at line 7', 'truncated at line 11'],
    ],
    ['with lines behind the end', () => [...lines, lines[3]!], ['unreadable at line 21']],
    ['without a receipt', () => without(9), ['missing_receipt at line 7', 'truncated at line 19']],
    [
      'without a head',
      () => without(7),
      expect.arrayContaining(['reordered_receipt at line 7: seq', 'missing_batch at before line 12: head']),
    ],
    [
      'without a batch',
      () => without(7, 8, 9, 10, 11, 12),
      ['truncated at line 14', 'missing_batch at before line 7: head'],
    ],
    ['with two receipts in turned order', () => swapped(9, 10), ['reordered_receipt at line 10']],
    [
      'with receipts of two batches in each other’s place',
      () => swapped(4, 8),
      expect.arrayContaining(['reordered_receipt at line 4: seq', 'reordered_receipt at line 8: seq']),
    ],
    [
      'with a receipt twice',
      () => [...lines.slice(0, 9), lines[8]!, ...lines.slice(9)],
      ['duplicated_receipt at line 10', 'truncated at line 21'],
    ],
    [
      'with a batch twice',
      () => [...lines.slice(0, 12), ...lines.slice(6)],
      ['truncated at line 26', 'duplicated_batch at line 13: head'],
    ],
    [
      'with batches in turned order',
      () => [...lines.slice(0, 2), ...lines.slice(6, 12), ...lines.slice(2, 6), ...lines.slice(12)],
      ['reordered_batch at line 9: head'],
    ],
    [
      'with a changed receipt',
      () => replaced(9, lines[8]!.replace('0.000125', '0.000124')),
      ['receipt_changed at line 9: receipt'],
    ],
    [
      'with a changed path',
      () => replaced(9, flip(lines[8]!, '"path":["')),
      ['path_changed at line 9: path[0]'],
    ],
    [
      'with a changed upper hash',
      () => replaced(9, flip(lines[8]!, '"path":["', 67)),
      ['path_changed at line 9: path[1]'],
    ],
    ['with a changed head', () => replaced(7, flip(lines[6]!, '"root":"')), ['head_changed at line 7: head']],
    ['with a changed key', () => replaced(2, flip(lines[1]!, '"key_id":"')), []],
    [
      'with an empty line',
      () => [...lines.slice(0, 9), '', ...lines.slice(9)],
      expect.arrayContaining(['unreadable at line 10, byte 0']),
    ],
  ])('%s', async (_, change, expected) => {
    expect(await check(change())).toEqual(expected);
  });

  test('whose keys are its own knows a changed one', async () => {
    const verdict = await verifyExport(replaced(2, flip(lines[1]!, '"key_id":"')), { crypto: nodeCrypto });
    expect(named(verdict.faults)).toContain('key_changed at keys[0]');
  });

  test('of other receipts under a good head is known', async () => {
    const other = makeLog([3, 5, 1, 4], { from: 100 })[1]!;
    const forged = [batches[0]!, { head: batches[1]!.head, receipts: other.receipts }, ...batches.slice(2)];
    expect(await check(makeExport(forged, keys))).toEqual(['receipt_changed at line 7: head.root']);
  });

  test('with one receipt in two batches is known', async () => {
    const twice = makeLog([2], { from: 0 });
    const again = makeLog([2], { log: 'log_2', from: 1 });
    expect(await check(makeExport([...twice, ...again], keys))).toEqual([
      'duplicated_receipt at line 7: receipt',
    ]);
  });

  test('for one tenant may hold some receipts of a batch, where that is said', async () => {
    const partial = [...without(4, 9, 11).slice(0, -1), '{"batches":4,"receipts":10,"type":"end"}'];
    expect(await check(partial, { mayBePartial: true })).toEqual([]);
    expect(await check(partial)).toHaveLength(3);
    const changed = partial.map((line) =>
      line.replace(
        '"call_id":"019aa6b5-ea00-7000-8000-000000000001"',
        '"call_id":"019aa6b5-ea00-7000-8000-000000000009"',
      ),
    );
    expect(await check(changed, { mayBePartial: true })).toEqual([
      'receipt_changed at line 4: receipt or path',
    ]);
  });

  test('of which any byte is changed says where', { timeout: 120_000 }, async () => {
    const text = `${lines.join('\n')}\n`;
    const bytes = Buffer.from(text);
    const firstHead = bytes.indexOf('{"head"');
    // Of the line of a key only what its id vouches for is known to the caller, so that those bytes are left out.
    for (let at = firstHead; at < bytes.length; at += 11) {
      const changed = Buffer.from(bytes);
      changed[at] = (bytes[at]! + 1 + (at % 17)) % 256;
      const verdict = await verifyExport(readLines(changed.toString('utf8')), question);
      const line = bytes.subarray(0, at).toString('utf8').split('\n').length;
      const near = [line, line + 1].map((number) => `line ${number}`);
      const isNamed = verdict.faults.some(({ where }) =>
        near.some((place) => new RegExp(`${place}\\b`).test(where)),
      );
      expect(isNamed, `byte ${at}, line ${line}: ${named(verdict.faults)}`).toBe(true);
    }
  });

  test('of faults without number lists the first thousand', async () => {
    const noise = Array.from({ length: 1500 }, () => 'noise');
    const verdict = await verifyExport([lines[0]!, ...noise, lines.at(-1)!], question);
    expect(verdict.faults).toHaveLength(1000);
    expect(verdict.moreFaults).toBe(501);
  });
});

/** The hexadecimal digit so far behind a mark, turned into another. */
function flip(line: string, mark: string, offset = 0): string {
  const at = line.indexOf(mark) + mark.length + offset;
  return line.slice(0, at) + (line[at] === '0' ? '1' : '0') + line.slice(at + 1);
}
