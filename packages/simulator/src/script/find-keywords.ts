/**
 * Finds `[[name]]` and `[[name: value]]` in a text. A value that is JSON, or a word and JSON, ends where the JSON ends,
 * so that `]]` may stand inside it. What the keywords mean is `keywords.ts`.
 */
import { refuseScript } from '../notation/index.ts';

export interface FoundKeyword {
  readonly name: string;
  /** Trimmed; undefined without a colon. */
  readonly value: string | undefined;
}

export interface FoundKeywords {
  readonly keywords: readonly FoundKeyword[];
  /** The text without them. */
  readonly rest: string;
}

/** `[[1,2],[3]]`, `[[Page]]` and `[[ -f x ]]` are ordinary text: a keyword begins with a small letter. */
const opening = /\[\[([a-z][a-z0-9-]*)(:|\]\])/g;
const jsonWords: ReadonlySet<string> = new Set(['true', 'false', 'null']);
const jsonStart = /\s*(?:[^\s[\]{}"]+\s+)?(?=[[{"])/y;

/** Bounds on what one text may ask for, so that reading it always ends soon. */
const mostKeywords = 200;
const mostJsonCharacters = 1_000_000;

export function findKeywords(text: string): FoundKeywords {
  const keywords: FoundKeyword[] = [];
  let rest = '';
  let from = 0;
  opening.lastIndex = 0;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const [whole, name = '', mark] = match;
    if (mark === ']]' && jsonWords.has(name)) continue;
    const start = match.index + whole.length;
    const end = mark === ':' ? findEnd(text, start, name) : start - 2;
    keywords.push({ name, value: mark === ':' ? text.slice(start, end).trim() : undefined });
    if (keywords.length > mostKeywords) throw refuseScript(`A script has at most ${mostKeywords} keywords.`);
    rest += text.slice(from, match.index);
    from = end + 2;
    opening.lastIndex = from;
  }
  return { keywords, rest: (rest + text.slice(from)).trim() };
}

/** Where the value ends: the position of its `]]`. */
function findEnd(text: string, start: number, name: string): number {
  const end = findJsonEnd(text, start) ?? text.indexOf(']]', start);
  if (end === -1) throw refuseScript(`The keyword \`[[${name}: …\` has no end.`, ']]');
  return end;
}

/** The position of the `]]` behind a value that ends in JSON; undefined when the value is anything else. */
function findJsonEnd(text: string, start: number): number | undefined {
  jsonStart.lastIndex = start;
  if (!jsonStart.test(text)) return undefined;
  const end = skipSpace(text, skipJson(text, jsonStart.lastIndex));
  return text.startsWith(']]', end) ? end : undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** Behind the string or the balanced brackets at `from`. Whether it is really JSON is judged by whoever uses it. */
function skipJson(text: string, from: number): number {
  const limit = Math.min(text.length, from + mostJsonCharacters);
  let depth = 0;
  let isString = false;
  for (let at = from; at < limit; at++) {
    const character = text[at];
    if (isString && character === '\\') at += 1;
    else if (character === '"') isString = !isString;
    else if (!isString && (character === '{' || character === '[')) depth += 1;
    else if (!isString && (character === '}' || character === ']')) depth -= 1;
    if (depth === 0 && !isString) return at + 1;
  }
  return limit;
}
