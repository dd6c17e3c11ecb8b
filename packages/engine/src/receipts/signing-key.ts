/**
 * The secret key that heads are signed with: read from text, or kept in a file that only its owner can read and that is made
 * at the first start. It never leaves this file but as a function that signs.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeEd25519, KeelsonError } from '@keelson/core';

export interface SigningKey {
  /** The SHA-256 of the public key. */
  readonly keyId: string;
  readonly publicKey: string;
  /** It signs, and is never written or told. */
  readonly secret: KeyObject;
}

/** What stands before the 32 bytes of a seed in their PKCS 8 form (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** `text` is PKCS 8 as PEM, or 32 bytes in base64. `place` is where it came from, for the message. */
export function readSigningKey(text: string, place: string): SigningKey {
  const key = tryParse(text.trim());
  if (key !== undefined) return toSigningKey(key);
  throw new KeelsonError('configuration_invalid', `${place} holds no Ed25519 key.`, {
    hint: 'Give it a key as PKCS 8 in PEM form, or 32 random bytes in base64.',
  });
}

/** What is wrong is not told: the words of a failure might hold some of the key. */
function tryParse(text: string): KeyObject | undefined {
  try {
    const key = parsePrivateKey(text);
    return key?.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

function parsePrivateKey(text: string): KeyObject | undefined {
  if (text.startsWith('-----BEGIN')) return createPrivateKey(text);
  const seed = Buffer.from(text, 'base64');
  if (seed.length !== 32) return undefined;
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
}

function toSigningKey(key: KeyObject): SigningKey {
  const bytes = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    keyId: hash('sha256', bytes, 'hex'),
    publicKey: encodeEd25519(bytes),
    secret: key,
  };
}

const fileName = 'receipt-key.pem';

/** Of the file in this folder, made when it is missing. Of two starts at once both get the same key. */
export function openSigningKey(folder: string): SigningKey {
  const path = join(folder, fileName);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const written = tryRead(path) ?? makeFile(path);
    chmodSync(path, 0o600);
    return readSigningKey(written, path);
  } catch (cause) {
    throw KeelsonError.is(cause) ? cause : unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The signing key ${path} cannot be used.`, {
    hint: 'Set KEELSON_DATA to a folder that this user may write to, or KEELSON_RECEIPT_KEY to a key.',
    cause,
  });
}

/** Undefined where the folder has none yet. */
export function findSigningKeyFile(folder: string): string | undefined {
  const path = join(folder, fileName);
  return existsSync(path) ? path : undefined;
}

/** A new key in a file of its own, which must not be there yet; what is told of it is public. */
export function writeSigningKey(path: string): Pick<SigningKey, 'keyId' | 'publicKey'> {
  const pem = makePem();
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    throw unwritable(path, cause);
  }
  const { keyId, publicKey } = readSigningKey(pem, path);
  return { keyId, publicKey };
}

function unwritable(path: string, cause: unknown): KeelsonError {
  const isThere = (cause as { code?: unknown }).code === 'EEXIST';
  const says = isThere ? 'is there already, and keys are never written over' : 'cannot be written';
  const hint = isThere
    ? 'Name another file, or let `keelson keys rotate` replace the key.'
    : 'Name another place.';
  return new KeelsonError('configuration_invalid', `\`${path}\` ${says}.`, { hint, cause });
}

/** Puts a new key in the place of the old one, which is kept beside it under its id. */
export function replaceSigningKey(folder: string): SigningKey {
  const path = join(folder, fileName);
  const old = tryRead(path);
  if (old !== undefined) {
    const { keyId } = readSigningKey(old, path);
    writeFileSync(join(folder, `receipt-key-${keyId.slice(0, 16)}.pem`), old, { mode: 0o600 });
  }
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, makePem(), { mode: 0o600 });
  renameSync(fresh, path);
  return openSigningKey(folder);
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: written under another name first, and linked, which fails where there is one already. */
function makeFile(path: string): string {
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, makePem(), { mode: 0o600 });
  try {
    linkSync(fresh, path);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
  return readFileSync(path, 'utf8');
}

function makePem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
}
