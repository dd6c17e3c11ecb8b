// How a caller's key is written: `ks_`, 22 characters of chance, `_`, 6 characters of checksum, so that a key that lost a
// character on its way is known without asking anybody, and leaked ones can be searched for. Older kinds are no mistake.
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 22;
const checkLength = 6;
/** The greatest multiple of the alphabet's length that a byte can hold: what is beyond would favour some characters. */
const fairBytes = 248;

/** Some 131 bits of chance; `draw` gives unpredictable bytes. */
export function generateKey(draw: (count: number) => Uint8Array): string {
  let body = '';
  while (body.length < randomLength) {
    for (const byte of draw(32)) {
      if (byte < fairBytes && body.length < randomLength) body += alphabet[byte % alphabet.length];
    }
  }
  return `ks_${body}_${checksum(body)}`;
}

/** `damaged`: it was one, but a character has been lost or changed. `other`: it was never one of this kind. */
export type KeyShape = 'whole' | 'damaged' | 'other';

export function shapeOf(key: string): KeyShape {
  const [, body, check] = /^ks_([0-9A-Za-z]{22})_([0-9A-Za-z]{6})$/.exec(key) ?? [];
  if (body !== undefined && check === checksum(body)) return 'whole';
  return /^ks_\w{20,40}$/.test(key) ? 'damaged' : 'other';
}

/** So much that people can tell their keys apart. */
export function prefixOf(key: string): string {
  return key.slice(0, 8);
}

function checksum(body: string): string {
  let left = crc32(`ks_${body}`);
  let text = '';
  for (let at = 0; at < checkLength; at += 1) {
    text = `${alphabet[left % alphabet.length]}${text}`;
    left = Math.floor(left / alphabet.length);
  }
  return text;
}
