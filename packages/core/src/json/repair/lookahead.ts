/**
 * Bounded looks ahead in damaged text: what kind of token follows. Every pattern here reads at most a fixed number of
 * characters, so that a look at each quote of a long text stays linear overall.
 */

/** Opening quotes and what may close each. Autocorrection mixes both directions, and sometimes leaves one straight. */
export const quoteClosers: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ...[...'“”„‟'].map((quote) => [quote, '“”‟"'] as const),
  ...[...'‘’‚‛'].map((quote) => [quote, "‘’‛'"] as const),
]);

const keywordSource = 'true|false|null|True|False|None|TRUE|FALSE|NULL|Null|NaN|undefined|Infinity';
const quotes = '"\'`“”„‟‘’‚‛';

/** A quoted name, and what must follow it. */
function quotedKeySource(ending: string, cut: string): string {
  const sources = [...new Set(quoteClosers.values())].map((closers) => {
    const openers = closers.length === 1 ? closers : openersOf(closers);
    // The second form is a name with a quote of its own, such as `'owner's':`.
    return [
      `[${openers}](?:[^${closers}\\\\]|\\\\.){0,256}(?:[${closers}]\\s{0,16}${ending}${cut})`,
      `[${openers}][^\\n:,{}[\\]]{0,64}[${closers}]\\s{0,16}:`,
    ].join('|');
  });
  return sources.join('|');
}

const valueStartSource = `[${quotes}{[\\d+-]|\\.\\d|(?:${keywordSource})(?!\\w)|[tfnTFN]\\w{0,4}$`;
const bareKeySource = `[\\p{L}\\p{N}_$][\\p{L}\\p{N}_$-]{0,63}\\s{0,16}`;
const itemEndSource = `(?:\\s{0,16}(?:[,\\]}]|$|\\n)|\\s{1,16}["'{[])`;

const quotedKey = new RegExp(quotedKeySource(':', ''), 'uys');
const quotedKeyOrCut = new RegExp(quotedKeySource('(?::|$)', '|\\\\?$'), 'uys');
/** A name so long that its end is out of sight is taken for a name. */
const longQuotedKey = new RegExp(`[${quotes}](?:[^${quotes}\\\\]|\\\\.){256}`, 'uys');
const bareKey = new RegExp(`${bareKeySource}(?:$|:\\s{0,64}(?:$|${valueStartSource}))`, 'uy');
const bareKeyWithColon = new RegExp(`${bareKeySource}:`, 'uy');
const scalarItem = new RegExp(`(?:-?\\d[\\d.eE+-]{0,64}|(?:${keywordSource}))${itemEndSource}`, 'uy');
const containerItem = /[{[]\s{0,64}["'“‘{[\]}\d-]/uy;
const stringItem = /(["'])(?:(?!\1)[^\\]|\\.){0,256}\1\s{0,16}(?:[,\]"'}]|$)/suy;
const separatedStringItem = /(["'])(?:(?!\1)[^\\]|\\.){0,256}\1\s{0,64}[,\]]/suy;
const namedContinuation = /[\s,}\]]{0,64},\s{0,64}"(?:[^"\\]|\\.){0,256}"\s{0,16}:/suy;
const continuedString = /[^\n"{}[\]]{0,256}"\s{0,16}(?:[}\]]|,\s{0,64}"(?:[^"\\]|\\.){0,256}"\s{0,16}:)/suy;

const nonSpace = /[^\s\u200b]/g;
const nonWord = /[^\p{L}\p{N}_$-]/gu;

function openersOf(closers: string): string {
  return [...quoteClosers]
    .filter(([, value]) => value === closers)
    .map(([opener]) => opener)
    .join('');
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** The index of the next character that is not white space; the length of the text when there is none. */
export function nextNonSpace(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code > 32 && code < 127) return at;
  nonSpace.lastIndex = at;
  return nonSpace.exec(text)?.index ?? text.length;
}

/** The index just after the bare word at `at`. */
export function endOfWord(text: string, at: number): number {
  nonWord.lastIndex = at;
  return nonWord.exec(text)?.index ?? text.length;
}

/** Whether the document can go no further here: the text ends, or the code fence around it closes. */
export function isEnd(text: string, at: number): boolean {
  return at >= text.length || text.startsWith('```', at);
}

export function isQuote(char: string | undefined): boolean {
  return char !== undefined && quoteClosers.has(char);
}

export function isCommentStart(text: string, at: number): boolean {
  return text[at] === '#' || text.startsWith('//', at) || text.startsWith('/*', at);
}

/** A quoted name with its colon. */
export function isQuotedKeyAhead(text: string, at: number): boolean {
  return matchesAt(quotedKey, text, at);
}

/** A bare name, its colon and the beginning of a value. The value tells it from `, note: this` inside a sentence. */
export function isBareKeyAhead(text: string, at: number): boolean {
  return matchesAt(bareKey, text, at);
}

/** A bare name with its colon, where a sentence cannot be. */
export function isBareNameAhead(text: string, at: number): boolean {
  return matchesAt(bareKeyWithColon, text, at);
}

/** What may stand after a comma in an object. The text may end inside the name. */
export function isKeyAhead(text: string, at: number): boolean {
  if (isQuote(text[at])) return matchesAt(quotedKeyOrCut, text, at) || matchesAt(longQuotedKey, text, at);
  return matchesAt(bareKey, text, at);
}

/** What may stand after a comma in a list. */
export function isItemAhead(text: string, at: number): boolean {
  const char = text[at];
  return isQuote(char) || char === '{' || char === '[' || matchesAt(scalarItem, text, at);
}

/** What may follow a list item whose comma is missing. Stricter, because inner quotes look much the same. */
export function isUnseparatedItemAhead(text: string, at: number): boolean {
  const char = text[at];
  if (char === '"' || char === "'") return matchesAt(stringItem, text, at);
  if (char === '{' || char === '[') return matchesAt(containerItem, text, at);
  return matchesAt(scalarItem, text, at);
}

/** A string and then a comma or the end of a list: an item, where a name was expected. */
export function isStringItemAhead(text: string, at: number): boolean {
  return matchesAt(separatedStringItem, text, at);
}

/** `, "name":` after a closed root: the closer came too early. */
export function isNamedContinuation(text: string, at: number): boolean {
  return matchesAt(namedContinuation, text, at);
}

/** On the same line a later quote ends a string of the document: `"} here", "name":`. */
export function isStringContinued(text: string, at: number): boolean {
  return matchesAt(continuedString, text, at);
}
