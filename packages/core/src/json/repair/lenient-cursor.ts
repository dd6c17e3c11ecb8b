/**
 * Where the reading of a damaged document stands: position, open brackets, what was noted, why it failed. It passes white
 * space, comments and commas; what the tokens mean is the matter of `lenient-reader.ts`.
 */
import { isEnd, nextNonSpace } from './lookahead.ts';
import type { RepairNotes } from './repair-notes.ts';

export interface LenientOptions {
  readonly notes: RepairNotes;
  /** Whether every quote ends its string. Otherwise quotes that cannot end one are kept as part of it. */
  readonly trustsQuotes: boolean;
}

export class LenientCursor {
  readonly text: string;
  readonly notes: RepairNotes;
  readonly trustsQuotes: boolean;
  at: number;
  /** How many objects and lists are open. */
  objects = 0;
  lists = 0;
  /** Where a name of an outer object was met inside a list, which therefore must be closed. */
  nameAt = -1;
  /** How far the text was read, where that is further than `at`. */
  reach = 0;
  isCut = false;
  /** Enough was understood to be sure that this was meant as JSON. */
  isCommitted = false;
  isTooDeep = false;
  failure: { readonly position: number; readonly expected: string } | undefined;

  constructor(text: string, start: number, options: LenientOptions) {
    this.text = text;
    this.at = start;
    this.notes = options.notes;
    this.trustsQuotes = options.trustsQuotes;
  }

  get char(): string {
    return this.text[this.at] ?? '';
  }

  fail(expected: string, position = this.at): void {
    this.failure ??= { position, expected };
  }

  /** Passes white space and comments, and says whether the document ends here. */
  skip(): boolean {
    for (;;) {
      this.at = nextNonSpace(this.text, this.at);
      if (isEnd(this.text, this.at)) return true;
      const end = this.#endOfComment();
      if (end === undefined) return false;
      this.notes.add('removed comments');
      this.at = end;
    }
  }

  #endOfComment(): number | undefined {
    const isBlock = this.text.startsWith('/*', this.at);
    if (!isBlock && this.char !== '#' && !this.text.startsWith('//', this.at)) return undefined;
    const end = this.text.indexOf(isBlock ? '*/' : '\n', this.at + 1);
    if (end === -1) return this.text.length;
    return isBlock ? end + 2 : end;
  }

  skipCommas(): number {
    let commas = 0;
    while (!this.skip() && this.char === ',') {
      commas++;
      this.at++;
    }
    return commas;
  }

  /** False for a comma right after the opening bracket: something before it was lost, and nobody knows what. */
  separates(commas: number, isFirst: boolean): boolean {
    if (isFirst) {
      if (commas > 0) this.fail('something before the comma');
      return commas === 0;
    }
    if (commas > 1) this.notes.add('removed extra commas');
    if (commas === 0) this.notes.add('added missing commas');
    return true;
  }
}
