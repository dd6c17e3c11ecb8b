/**
 * A short text that matches a regular expression, for the usual patterns of JSON schemas: classes, groups, alternatives
 * and counts. What it cannot read (back references, for one) gives undefined; whoever uses the text checks it anyway.
 */

/** A place in the pattern; `undefined` results travel up as exceptions would, without a stack. */
interface Cursor {
  readonly pattern: string;
  at: number;
}

const mostRepeats = 1000;
/** Tried in this order against a class of characters. */
const candidates = [...'aA0-_ .:/@x1Zz9,;!#%&*+=~|'];
const classLetters = new Set([...'dDwWsS']);
const controlCharacters: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v' };

export function inventPatternText(pattern: string): string | undefined {
  const cursor: Cursor = { pattern, at: 0 };
  const text = readAlternatives(cursor);
  return cursor.at === pattern.length ? text : undefined;
}

/** The first alternative; the others are read and forgotten. */
function readAlternatives(cursor: Cursor): string | undefined {
  const first = readSequence(cursor);
  let isReadable = first !== undefined;
  while (cursor.pattern[cursor.at] === '|') {
    cursor.at += 1;
    isReadable = readSequence(cursor) !== undefined && isReadable;
  }
  return isReadable ? first : undefined;
}

function readSequence(cursor: Cursor): string | undefined {
  let text = '';
  while (cursor.at < cursor.pattern.length && !'|)'.includes(cursor.pattern.charAt(cursor.at))) {
    const atom = readAtom(cursor);
    if (atom === undefined) return undefined;
    const count = readCount(cursor);
    if (count > mostRepeats) return undefined;
    text += atom.repeat(count);
  }
  return text;
}

function readAtom(cursor: Cursor): string | undefined {
  const character = cursor.pattern[cursor.at];
  cursor.at += 1;
  switch (character) {
    case '^':
    case '$':
      return '';
    case '.':
      return 'a';
    case '(':
      return readGroup(cursor);
    case '[':
      return readClass(cursor);
    case '\\':
      return readEscape(cursor);
    default:
      return character;
  }
}

function readGroup(cursor: Cursor): string | undefined {
  const [opening = ''] = cursor.pattern.slice(cursor.at).match(/^\?(?:[:=!]|<[=!]|<[^>]+>)/) ?? [];
  cursor.at += opening.length;
  const text = readAlternatives(cursor);
  if (cursor.pattern[cursor.at] !== ')') return undefined;
  cursor.at += 1;
  // A look around demands something of its neighbours and adds nothing itself.
  return /[=!]$/.test(opening) ? '' : text;
}

function readClass(cursor: Cursor): string | undefined {
  const start = cursor.at - 1;
  for (let isFirst = true; cursor.pattern[cursor.at] !== ']' || isFirst; isFirst = false) {
    if (cursor.at >= cursor.pattern.length) return undefined;
    cursor.at += cursor.pattern[cursor.at] === '\\' ? 2 : 1;
  }
  cursor.at += 1;
  const source = cursor.pattern.slice(start, cursor.at);
  return findMember(source, [...candidates, ...source]);
}

function readEscape(cursor: Cursor): string | undefined {
  const [letters = ''] =
    cursor.pattern.slice(cursor.at).match(/^(?:u[\da-f]{4}|x[\da-f]{2}|p\{[^}]+\}|.)/is) ?? [];
  cursor.at += letters.length;
  if (letters === 'b' || letters === 'B') return '';
  if (/^\d/.test(letters) || letters === '' || letters === 'k') return undefined;
  if (classLetters.has(letters) || letters.length > 1) return findMember(`\\${letters}`, candidates);
  return controlCharacters[letters] ?? letters;
}

function findMember(source: string, among: readonly string[]): string | undefined {
  try {
    const expression = new RegExp(`^${source}$`, 'u');
    const literal = /^\\[ux]([\da-f]+)$/i.exec(source)?.[1];
    const all = literal === undefined ? among : [String.fromCharCode(Number.parseInt(literal, 16))];
    return all.find((character) => expression.test(character));
  } catch {
    return undefined;
  }
}

/** As few repetitions as the quantifier allows. */
function readCount(cursor: Cursor): number {
  const [quantifier = '', least] =
    cursor.pattern.slice(cursor.at).match(/^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/) ?? [];
  cursor.at += quantifier.length;
  if (least !== undefined) return Number(least);
  return quantifier === '' || quantifier.startsWith('+') ? 1 : 0;
}
