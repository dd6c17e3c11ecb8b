/**
 * Decides whether the object or list being read ends at the cursor: by its own bracket, by the end of the text, by a
 * wrong bracket, or because what follows can only belong to what is around it.
 */
import type { LenientCursor } from './lenient-cursor.ts';
import { isBareNameAhead, isEnd, isNamedContinuation, isStringItemAhead } from './lookahead.ts';
import { cutNote } from './repair-notes.ts';

/** `again`: a bracket was passed that closes nothing. */
export type Closing = 'closed' | 'open' | 'again' | 'failed';

export function closeObject(cursor: LenientCursor, isDoubled: boolean): Closing {
  if (isEnd(cursor.text, cursor.at)) return closeAtEnd(cursor);
  switch (cursor.char) {
    case '}':
      return closeBrace(cursor, isDoubled);
    case ']':
      return closeObjectAtBracket(cursor);
    case '{':
      return cursor.lists > 0 ? closeUnfinished(cursor, '}') : fail(cursor, 'a key');
    default:
      // `{"a": 1, "b"]`: a string that is no name belongs to the list around this object.
      return cursor.lists > 0 && isStringItemAhead(cursor.text, cursor.at)
        ? closeUnfinished(cursor, '}')
        : 'open';
  }
}

/** `isEmpty` tells that nothing of the list was read yet. */
export function closeList(cursor: LenientCursor, isEmpty: boolean): Closing {
  if (isEnd(cursor.text, cursor.at)) return closeAtEnd(cursor);
  const { char, objects } = cursor;
  if (char === ']' || (char === '}' && objects === 0)) {
    if (char === '}') cursor.notes.add('read `}` as `]`');
    cursor.at++;
    return 'closed';
  }
  if (objects === 0) return 'open';
  // A list that begins with a name is an object in the wrong brackets, not a list without its end.
  const isOuterName = !isEmpty && (cursor.nameAt === cursor.at || isBareNameAhead(cursor.text, cursor.at));
  return char === '}' || isOuterName ? closeUnfinished(cursor, ']') : 'open';
}

function closeAtEnd(cursor: LenientCursor): Closing {
  cursor.isCut = true;
  cursor.notes.add(cutNote);
  return 'closed';
}

function closeUnfinished(cursor: LenientCursor, bracket: string): Closing {
  cursor.notes.add(`added a missing \`${bracket}\``);
  return 'closed';
}

function closeBrace(cursor: LenientCursor, isDoubled: boolean): Closing {
  cursor.at++;
  if (isDoubled && cursor.char === '}') cursor.at++;
  return isStray(cursor) ? 'again' : 'closed';
}

function closeObjectAtBracket(cursor: LenientCursor): Closing {
  if (cursor.lists > 0) return closeUnfinished(cursor, '}');
  const followsBracket = cursor.text[cursor.at - 1] === ']';
  cursor.at++;
  if (isStray(cursor)) return 'again';
  // `[1]]` inside an object: the second bracket may be an extra one or stand for a brace. At the end it is the same.
  if (followsBracket && !cursor.skip()) return fail(cursor, '`}`');
  cursor.notes.add('read `]` as `}`');
  return 'closed';
}

/** After the bracket that would close the root: named fields go on, so the bracket was one too many. */
function isStray(cursor: LenientCursor): boolean {
  const isExtra = cursor.objects + cursor.lists === 1 && isNamedContinuation(cursor.text, cursor.at);
  if (isExtra) cursor.notes.add('removed an extra closing bracket');
  return isExtra;
}

function fail(cursor: LenientCursor, expected: string): Closing {
  cursor.fail(expected);
  return 'failed';
}
