/**
 * Hashes and signatures as text and back. Each has exactly one text: another one for the same bytes would be a change
 * that nobody notices.
 */

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += digits[byte];
  return text;
}

const hashForm = /^[0-9a-f]{64}$/;

export function isHashText(text: unknown): text is string {
  return typeof text === 'string' && hashForm.test(text);
}

/** `text` is the hexadecimal form of a hash. */
export function decodeHash(text: string): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let at = 0; at < 32; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

const prefix = 'ed25519:';

/** Public keys and signatures: `ed25519:` and base64url without padding. */
export function encodeEd25519(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return prefix + base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Undefined when the text is not what `encodeEd25519` writes for so many bytes. */
export function decodeEd25519(text: unknown, length: number): Uint8Array | undefined {
  if (typeof text !== 'string' || !text.startsWith(prefix)) return undefined;
  const base64 = text.slice(prefix.length);
  if (!/^[\w-]+$/.test(base64) || base64.length !== Math.ceil((length * 4) / 3)) return undefined;
  const binary = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  return encodeEd25519(bytes) === text ? bytes : undefined;
}
