// Keys: made once for their owner alone, read from text in two forms, and never told in a message.
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEd25519, KeelsonError } from '@keelson/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeCrypto } from './node-crypto.ts';
import { openSigningKey, readSigningKey, replaceSigningKey, type SigningKey } from './signing-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function signs(key: SigningKey): boolean | Promise<boolean> {
  const message = Buffer.from('a message');
  const publicKey = decodeEd25519(key.publicKey, 32)!;
  return nodeCrypto.verifySignature({ publicKey, message, signature: sign(null, message, key.secret) });
}

describe('the file of a key', () => {
  test('is made once, for its owner alone', async () => {
    const data = join(folder, 'data');
    const first = openSigningKey(data);
    expect(openSigningKey(data).keyId).toBe(first.keyId);
    expect(statSync(join(data, 'receipt-key.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(readdirSync(data)).toEqual(['receipt-key.pem']);
    expect(await signs(first)).toBe(true);
  });

  test('that others can read is closed to them', () => {
    openSigningKey(folder);
    const path = join(folder, 'receipt-key.pem');
    writeFileSync(path, readFileSync(path), { mode: 0o644 });
    openSigningKey(folder);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  test('is replaced by another, and kept beside it', async () => {
    const old = openSigningKey(folder);
    const fresh = replaceSigningKey(folder);
    expect(fresh.keyId).not.toBe(old.keyId);
    expect(openSigningKey(folder).keyId).toBe(fresh.keyId);
    const kept = `receipt-key-${old.keyId.slice(0, 16)}.pem`;
    expect(readdirSync(folder).sort()).toEqual([kept, 'receipt-key.pem'].sort());
    expect(statSync(join(folder, kept)).mode & 0o777).toBe(0o600);
    expect(await signs(fresh)).toBe(true);
  });

  test('that holds nothing is refused', () => {
    writeFileSync(join(folder, 'receipt-key.pem'), '');
    expect(() => openSigningKey(folder)).toThrow(/receipt-key\.pem holds no Ed25519 key/);
  });

  test('in a place that is no folder is refused with advice', () => {
    writeFileSync(join(folder, 'file'), '');
    const open = () => openSigningKey(join(folder, 'file'));
    expect(open).toThrow(KeelsonError);
    expect(open).toThrow(/cannot be used/);
  });
});

describe('a key from text', () => {
  test('may be PEM or a seed', async () => {
    const seed = Buffer.alloc(32, 7).toString('base64');
    const key = readSigningKey(`${seed}\n`, 'KEELSON_RECEIPT_KEY');
    expect(await signs(key)).toBe(true);
    expect(readSigningKey(seed, 'x').keyId).toBe(key.keyId);
    const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    expect(await signs(readSigningKey(pem, 'x'))).toBe(true);
  });

  test.each([
    ['a short seed', Buffer.alloc(31, 7).toString('base64')],
    ['a long seed', Buffer.alloc(40, 7).toString('base64')],
    ['broken PEM', '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----'],
    [
      'a key of another kind',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
        format: 'pem',
        type: 'pkcs8',
      }) as string,
    ],
    ['nothing', ''],
  ])('is refused without being told: %s', (_, text) => {
    let message = '';
    try {
      readSigningKey(text, 'KEELSON_RECEIPT_KEY');
    } catch (error) {
      message = JSON.stringify([
        String(error),
        (error as KeelsonError).details,
        String((error as Error).cause),
      ]);
    }
    expect(message).toContain('KEELSON_RECEIPT_KEY holds no Ed25519 key');
    if (text !== '') expect(message).not.toContain(text.slice(0, 20));
  });
});
