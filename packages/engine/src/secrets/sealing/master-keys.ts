/**
 * The keys that everything secret in the database is encrypted with: 32 bytes each, written as base64 or hexadecimal
 * digits, one or more in a text. The first one writes; the others still read what they wrote.
 */
import { hash } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import type { Secret } from '../secret.ts';

export interface MasterKey {
  /** Of the key's hash, so that it can be told without telling the key. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

const keyBytes = 32;

export function parseMasterKeys(text: Secret): readonly MasterKey[] {
  const words = text
    .reveal()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const keys = words.map((word, index) => {
    const bytes = decodeKey(word);
    if (bytes === undefined) {
      throw new KeelsonError('configuration_invalid', `Master key ${index + 1} is not one of 32 bytes.`, {
        hint: 'Make one with `openssl rand -base64 32`; several stand on lines of their own, the newest first.',
      });
    }
    return { id: idOf(bytes), bytes };
  });
  if (keys.length > 0) return keys;
  throw new KeelsonError('configuration_invalid', 'The master key is empty.', {
    hint: 'Make one with `openssl rand -base64 32`.',
  });
}

/** `draw` gives unpredictable bytes. */
export function generateMasterKey(draw: (count: number) => Uint8Array): string {
  return Buffer.from(draw(keyBytes)).toString('base64');
}

function decodeKey(word: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(word)) return Buffer.from(word, 'hex');
  if (!/^[\w+/-]{43}=?$/.test(word)) return undefined;
  const bytes = Buffer.from(word, 'base64');
  return bytes.length === keyBytes ? bytes : undefined;
}

function idOf(bytes: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from('keelson master key\n'), bytes])).slice(0, 16);
}
