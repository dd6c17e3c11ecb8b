/**
 * Decides whether a quote inside a damaged document ends its string or belongs to it. A quote ends the string when what
 * follows could stand after a string at that place; in a sound document that is always so.
 */
import {
  isBareKeyAhead,
  isCommentStart,
  isEnd,
  isItemAhead,
  isKeyAhead,
  isQuote,
  isQuotedKeyAhead,
  isStringContinued,
  isUnseparatedItemAhead,
  nextNonSpace,
} from './lookahead.ts';

/** Where a string stands. `lone` is a document that is only a string. */
export interface StringPlace {
  readonly role: 'key' | 'field' | 'item' | 'lone';
  /** How many objects and lists are open around it. */
  readonly objects: number;
  readonly lists: number;
  /** Every quote ends its string: the writer is taken to have escaped the inner ones. */
  readonly trustsQuotes: boolean;
  /** The string already holds quotes that did not end it. */
  readonly hasInnerQuotes: boolean;
}

/** `after` is the index just after the quote. */
export function endsString(text: string, after: number, place: StringPlace): boolean {
  if (place.trustsQuotes) return true;
  const next = nextNonSpace(text, after);
  // A fence that closes stands on a line of its own; any other is part of the string.
  if (isEnd(text, next) && (next >= text.length || text.slice(after, next).includes('\n'))) return true;
  if (place.role === 'lone') return false;
  const char = text[next] as string;
  if (place.role === 'key') return char === ':' || char === ',' || char === '}';
  if (char === ',') return fitsAfterComma(text, next + 1, place);
  if (char === '}' || char === ']') return fitsAsCloser(text, next, place);
  if (char === ':') return place.role === 'item' && place.objects > 0 && !place.hasInnerQuotes;
  return isCommentStart(text, next) || fitsWithoutComma(text, after, { ...place, next });
}

function fitsAfterComma(text: string, afterComma: number, place: StringPlace): boolean {
  const at = nextNonSpace(text, afterComma);
  const char = text[at] ?? '';
  if (isEnd(text, at) || ',}]'.includes(char) || isCommentStart(text, at)) return true;
  if (place.role === 'field') return isKeyAhead(text, at) || (char === '{' && place.lists > 0);
  return isItemAhead(text, at) || (place.objects > 0 && isKeyAhead(text, at));
}

function fitsAsCloser(text: string, closer: number, place: StringPlace): boolean {
  const at = nextNonSpace(text, closer + 1);
  const char = text[at] ?? '';
  if (isEnd(text, at) || ',}]'.includes(char) || isCommentStart(text, at)) return true;
  const isOpen = (text[closer] === '}' ? place.objects : place.lists) > 0;
  if (!isOpen) return false;
  if (place.objects + place.lists === 1) return fitsAsRootCloser(text, closer + 1, at);
  if (isQuote(char)) return isQuotedKeyAhead(text, at) || isUnseparatedItemAhead(text, at);
  return char === '{' || char === '[';
}

/** After the root any prose may follow, but prose does not touch the bracket and does not end strings. */
function fitsAsRootCloser(text: string, after: number, next: number): boolean {
  const char = text[next] ?? '';
  if (next === after && (isQuote(char) || /[\p{L}\p{N}]/u.test(char))) return false;
  return !isStringContinued(text, after);
}

/** Here a missing comma and an inner quote look much the same; a line break or a name tells them apart. */
function fitsWithoutComma(
  text: string,
  after: number,
  place: StringPlace & { readonly next: number },
): boolean {
  const { next, role, lists } = place;
  if (role === 'field' && isQuote(text[next])) return isQuotedKeyAhead(text, next);
  if (!text.slice(after, next).includes('\n')) return false;
  if (role === 'item') return isUnseparatedItemAhead(text, next);
  if (text[next] === '{') return lists > 0 && isUnseparatedItemAhead(text, next);
  return isBareKeyAhead(text, next);
}
