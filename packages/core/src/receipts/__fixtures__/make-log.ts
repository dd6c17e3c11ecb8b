/** Logs for tests: receipts of made-up calls, sealed by a key that comes out of its seed. */
import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto';
import { canonicalJson } from '../../json/index.ts';
import { encodeEd25519 } from '../byte-text.ts';
import {
  batchLines,
  type CallReceipt,
  endLine,
  exportHeader,
  keyLine,
  type ReceiptCrypto,
  type ReceiptHead,
  type ReceiptKey,
  sealBatch,
} from '../index.ts';

export const noon = Date.UTC(2026, 10, 21, 12);

const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');
const spki = Buffer.from('302a300506032b6570032100', 'hex');

export const nodeCrypto: ReceiptCrypto = {
  sha256,
  sha256Text: (text) => hash('sha256', text, 'buffer'),
  verifySignature: ({ publicKey, message, signature }) => {
    const key = createPublicKey({ key: Buffer.concat([spki, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  },
};

export interface TestKey {
  readonly key: ReceiptKey;
  sign(message: Uint8Array): Uint8Array;
}

export function makeKey(seedByte: number, valid: { from?: number; to?: number } = {}): TestKey {
  const pkcs8 = Buffer.from(`302e020100300506032b657004220420${Buffer.alloc(32, seedByte).toString('hex')}`, 'hex');
  const secret = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const bytes = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    key: {
      key_id: hash('sha256', bytes, 'hex'),
      public_key: encodeEd25519(bytes),
      valid_from: valid.from ?? noon - 1000,
      ...(valid.to !== undefined && { valid_to: valid.to }),
    },
    sign: (message) => sign(null, message, secret),
  };
}

export function makeReceipt(number: number): CallReceipt {
  const name = number.toString(16).padStart(12, '0');
  return {
    version: 1,
    receipt_id: `rcpt_019aa6b5ea007000800${name}0`,
    kind: 'call',
    call_id: `019aa6b5-ea00-7000-8000-${name}`,
    timestamp: new Date(noon + number).toISOString(),
    workspace: 'main',
    key_id: 'key_1',
    endpoint: 'chat',
    dialect: 'openai-chat',
    stream: number % 2 === 1,
    alias: 'fast',
    requested_model: 'fast',
    provider: 'openai',
    model: 'gpt-5-mini',
    served_model: 'gpt-5-mini-2026-01-01',
    outcome: 'answered',
    status: 200,
    usage: { input: { total: 100 + number, uncached: 100 + number }, output: { total: 20 } },
    cost: { amount: '0.000125', currency: 'USD', price_version: 'sha256:ab12', status: 'priced' },
    attempts: [{ provider: 'openai', model: 'gpt-5-mini', reason: 'first', outcome: 'answered', status: 200 }],
    request_sha256: hash('sha256', `request ${number}`),
    response_sha256: hash('sha256', `ü answer ${number}`),
  };
}

export interface TestBatch {
  readonly head: ReceiptHead;
  readonly receipts: readonly string[];
}

/** One batch of each size, a second apart. */
export function makeLog(
  sizes: readonly number[],
  { log = 'log_1', key = makeKey(1), from = 0 }: { log?: string; key?: TestKey; from?: number } = {},
): TestBatch[] {
  const batches: TestBatch[] = [];
  let made = from;
  for (const [at, size] of sizes.entries()) {
    const receipts = Array.from({ length: size }, () => canonicalJson(makeReceipt(made++)));
    const before = batches.at(-1)?.head;
    batches.push(
      sealBatch(receipts, {
        log,
        ...(before !== undefined && { before }),
        openedAt: noon + at * 1000,
        closedAt: noon + at * 1000 + 100,
        keyId: key.key.key_id,
        keyValidFrom: key.key.valid_from,
        crypto: nodeCrypto,
        sign: key.sign,
      }),
    );
  }
  return batches;
}

export function makeExport(batches: readonly TestBatch[], keys: readonly ReceiptKey[]): string[] {
  const lines = batches.flatMap(({ head, receipts }) => batchLines(head, receipts, nodeCrypto));
  const count = batches.reduce((sum, { receipts }) => sum + receipts.length, 0);
  return [exportHeader, ...keys.map(keyLine), ...lines, endLine(batches.length, count)];
}
