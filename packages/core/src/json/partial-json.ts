/**
 * The meaning of a JSON document that is still arriving, for streamed objects and tool arguments. Nothing is ever
 * invented: what is unfinished is left out, except a string, which is given as far as it came.
 */
import type { Json } from './json.ts';
import { readPrefix } from './read-prefix.ts';

export interface PartialJson {
  /** `undefined` while nothing can be said yet. */
  readonly value: Json | undefined;
  /** `complete`: a whole document. `partial`: more text may complete it. `invalid`: no further text can. */
  readonly state: 'complete' | 'partial' | 'invalid';
}

/**
 * `parsePartialJson('{"city": "Par')` gives `{ value: { city: 'Par' }, state: 'partial' }`. A document that is only a number
 * counts as complete as soon as it is a number, because nothing could mark its end.
 */
export function parsePartialJson(text: string): PartialJson {
  const { value, state } = readPrefix(text);
  return { value, state };
}
