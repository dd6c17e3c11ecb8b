// The first key of an installation: made at the first start, kept in a file that only its owner can read, so that every
// start can print a line to paste. Keys that are made later are shown once and never again.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeelsonError } from '@keelson/core';

/** `draw` gives unpredictable bytes. */
export function readBootstrapKey(folder: string, draw: (count: number) => Uint8Array): string {
  const path = join(folder, 'bootstrap-key');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Of two starts at once, one writes and the other reads what was written.
    writeFileSync(path, `${makeKey(draw)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if (!isExisting(cause)) throw unusable(folder, cause);
  }
  try {
    chmodSync(path, 0o600);
    const key = readFileSync(path, 'utf8').trim();
    if (/^ks-[\w-]{20,}$/.test(key)) return key;
  } catch (cause) {
    throw unusable(folder, cause);
  }
  throw new KeelsonError('configuration_invalid', `${path} holds no key.`, {
    hint: 'Remove the file; the next start makes a new key.',
  });
}

function makeKey(draw: (count: number) => Uint8Array): string {
  return `ks-${Buffer.from(draw(24)).toString('base64url')}`;
}

function isExisting(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
}

function unusable(folder: string, cause: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The data folder ${folder} cannot be used.`, {
    hint: 'Set KEELSON_DATA to a folder that this user may write to.',
    cause,
  });
}
