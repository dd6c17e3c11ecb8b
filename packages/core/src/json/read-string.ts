/**
 * Reads one strict JSON string token, whole or cut off by the end of the text. Damaged strings (raw control characters,
 * inner quotes) are the matter of `repair/`.
 */

export type StringToken =
  | { readonly state: 'closed'; readonly value: string; readonly end: number }
  | { readonly state: 'cut'; readonly value: string }
  | { readonly state: 'invalid'; readonly position: number; readonly expected: string };

const backslash = 92;
const quote = 34;

/** `start` is the index of the opening quote. */
export function readString(text: string, start: number): StringToken {
  // Searching for the next special character keeps this linear; a greedy `[^"\\]*` would overflow on long strings.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids raw control characters in strings.
  const special = /["\\\u0000-\u001f]/g;
  let at = start + 1;
  let escaped = false;
  for (;;) {
    special.lastIndex = at;
    const found = special.exec(text);
    if (found === null) return cutAt(text, start, text.length);
    at = found.index;
    const code = text.charCodeAt(at);
    if (code === quote) {
      const raw = text.slice(start + 1, at);
      return { state: 'closed', value: escaped ? unescaped(raw) : raw, end: at + 1 };
    }
    if (code !== backslash)
      return { state: 'invalid', position: at, expected: 'an escaped control character' };
    escaped = true;
    const length = escapeLength(text, at);
    if (length === 'cut') return cutAt(text, start, at);
    if (length === 'invalid') return { state: 'invalid', position: at, expected: 'a valid escape' };
    at += length;
  }
}

/** Drops the first half of a surrogate pair at the end of a cut string: alone it is not yet a character. */
export function trimHalfPair(value: string): string {
  const last = value.charCodeAt(value.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? value.slice(0, -1) : value;
}

function cutAt(text: string, start: number, end: number): StringToken {
  return { state: 'cut', value: trimHalfPair(unescaped(text.slice(start + 1, end))) };
}

function unescaped(raw: string): string {
  return JSON.parse(`"${raw}"`) as string;
}

function escapeLength(text: string, at: number): number | 'cut' | 'invalid' {
  const kind = text[at + 1];
  if (kind === undefined) return 'cut';
  if (kind !== 'u') return '"\\/bfnrt'.includes(kind) ? 2 : 'invalid';
  const digits = text.slice(at + 2, at + 6);
  if (!/^[0-9a-fA-F]*$/.test(digits)) return 'invalid';
  return digits.length === 4 ? 6 : 'cut';
}
