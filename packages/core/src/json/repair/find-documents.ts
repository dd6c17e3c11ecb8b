/**
 * Finds the JSON documents in a text that may hold prose, code fences and several documents, best first. Each is read
 * strictly when possible and leniently otherwise. Choosing among them by a schema is the matter of `repair-json.ts`.
 */

import { maxJsonDepth } from '../bounds.ts';
import type { Json } from '../json.ts';
import { isWithinBounds } from '../parse-json.ts';
import { readPrefix } from '../read-prefix.ts';
import { type LenientRead, readLenient } from './lenient-reader.ts';
import { isEnd, isNamedContinuation, nextNonSpace } from './lookahead.ts';
import { RepairNotes } from './repair-notes.ts';

export interface FoundDocument {
  readonly value: Json;
  readonly start: number;
  readonly end: number;
  readonly isFenced: boolean;
  readonly repairs: readonly string[];
}

/** Why no document was found at the place where one seemed to be. */
export interface DocumentFailure {
  readonly position: number;
  readonly expected: string;
  readonly isTooDeep: boolean;
}

export interface FoundDocuments {
  readonly documents: readonly FoundDocument[];
  readonly failure: DocumentFailure;
}

type Attempt =
  | { readonly state: 'read'; readonly document: FoundDocument }
  | { readonly state: 'failed'; readonly failure: DocumentFailure; readonly next: number };

interface LenientAttempt {
  readonly read: LenientRead;
  readonly notes: RepairNotes;
}

export function findDocuments(text: string): FoundDocuments {
  const whole = readWhole(text);
  if (whole !== undefined) return { documents: [whole], failure: nothingFound(text) };
  return new DocumentSearch(text).run();
}

function readWhole(text: string): FoundDocument | undefined {
  try {
    const value = JSON.parse(text.trim()) as Json;
    if (!isWithinBounds(value, maxJsonDepth)) return undefined;
    const repairs = text.startsWith('\uFEFF') ? ['removed a byte order mark'] : [];
    return { value, start: 0, end: text.length, isFenced: false, repairs };
  } catch {
    return undefined;
  }
}

function nothingFound(text: string): DocumentFailure {
  return {
    position: nextNonSpace(text, 0) % (text.length + 1),
    expected: 'a JSON document',
    isTooDeep: false,
  };
}

class DocumentSearch {
  readonly #text: string;
  readonly #documents: FoundDocument[] = [];
  readonly #firstCharacter: number;
  #failure: DocumentFailure | undefined;
  #counterparts: Int32Array | undefined;
  /** How many characters may still be read: each place that fails is read again from the next bracket on. */
  #budget: number;

  constructor(text: string) {
    this.#text = text;
    this.#firstCharacter = nextNonSpace(text, 0);
    this.#budget = 4 * text.length + 1_000_000;
  }

  run(): FoundDocuments {
    const brackets = /[{[]/g;
    for (let from = 0; this.#budget > 0; ) {
      brackets.lastIndex = from;
      const start = brackets.exec(this.#text)?.index;
      if (start === undefined) break;
      const attempt = this.#attempt(start);
      if (attempt.state === 'read') this.#documents.push(attempt.document);
      else this.#remember(attempt.failure);
      if (this.#failure?.isTooDeep === true) return { documents: [], failure: this.#failure };
      from = attempt.state === 'read' ? attempt.document.end : attempt.next;
    }
    if (this.#documents.length === 0) this.#readLone();
    return { documents: this.#ranked(), failure: this.#failure ?? nothingFound(this.#text) };
  }

  #remember(failure: DocumentFailure): void {
    if (failure.isTooDeep || this.#failure === undefined || failure.position > this.#failure.position) {
      this.#failure = failure;
    }
  }

  /** Fenced documents first, then the longest: a document is longer than the brackets that prose uses. */
  #ranked(): readonly FoundDocument[] {
    const length = (document: FoundDocument) => document.end - document.start;
    return this.#documents.toSorted(
      (left, right) => Number(right.isFenced) - Number(left.isFenced) || length(right) - length(left),
    );
  }

  #attempt(start: number): Attempt {
    const strict = readPrefix(this.#text, start);
    this.#spend(start, strict.position);
    if (strict.tooDeep) return this.#failed(start, { ...strict, isTooDeep: true });
    if (
      strict.end !== undefined &&
      strict.value !== undefined &&
      !isNamedContinuation(this.#text, strict.end)
    ) {
      return { state: 'read', document: this.#document(strict.value, start, { end: strict.end, notes: [] }) };
    }
    return this.#attemptLenient(start);
  }

  #attemptLenient(start: number): Attempt {
    const { read, notes } = this.#readBothWays(start);
    if (read.state === 'failed') {
      return this.#failed(this.#next(start, read.isCommitted), read);
    }
    // An opened bracket at the end of a sentence is not an empty document.
    if (read.isCut && start > this.#firstCharacter && isEmpty(read.value)) {
      return this.#failed(start + 1, { position: start, expected: 'a JSON document', isTooDeep: false });
    }
    return {
      state: 'read',
      document: this.#document(read.value, start, { end: read.end, notes: notes.list() }),
    };
  }

  /** Quotes are trusted first: a document that reads to its end that way has no quotes that should have been escaped. */
  #readBothWays(start: number): LenientAttempt {
    const trusting = this.#readLenient(start, true);
    if (trusting.read.state === 'read' && !trusting.read.isCut) return trusting;
    const doubting = this.#readLenient(start, false);
    if (trusting.read.state === 'failed') return doubting;
    return doubting.read.state === 'read' && !doubting.read.isCut ? doubting : trusting;
  }

  #readLenient(start: number, trustsQuotes: boolean): LenientAttempt {
    const notes = new RepairNotes();
    const read = readLenient(this.#text, start, { notes, trustsQuotes });
    this.#spend(start, read.state === 'read' ? read.end : read.reach);
    return { read, notes };
  }

  #failed(next: number, { position, expected, isTooDeep }: DocumentFailure): Attempt {
    return { state: 'failed', next, failure: { position, expected, isTooDeep } };
  }

  #spend(from: number, to: number): void {
    this.#budget -= 64 + Math.max(0, to - from);
  }

  #document(
    value: Json,
    start: number,
    { end, notes }: { readonly end: number; readonly notes: readonly string[] },
  ): FoundDocument {
    const isFenced = /```[^\S\n]*[\w+-]{0,20}\s*$/.test(this.#text.slice(Math.max(0, start - 48), start));
    const repairs = [...notes];
    if (isFenced) repairs.push('removed a code fence');
    const hasProse =
      (!isFenced && start > this.#firstCharacter) || !isEnd(this.#text, nextNonSpace(this.#text, end));
    if (hasProse) repairs.push('removed the text around the document');
    return { value, start, end, isFenced, repairs };
  }

  /**
   * Where to look on after a failure at `start`. What lies between a bracket and its counterpart belongs to what could
   * not be read; a part of a document must never be taken for the document.
   */
  #next(start: number, isCommitted: boolean): number {
    this.#counterparts ??= matchBrackets(this.#text);
    const counterpart = this.#counterparts[start] as number;
    if (counterpart > 0) return counterpart + 1;
    return isCommitted ? this.#text.length : start + 1;
  }

  /** A text that is only a string or a word, perhaps in a code fence. */
  #readLone(): void {
    const { start, end, isFenced } = unfenced(this.#text, this.#firstCharacter);
    const body = this.#text.slice(start, end);
    const strict = readWhole(body);
    const notes = new RepairNotes();
    const read =
      strict === undefined && body !== '' ? readLenient(body, 0, { notes, trustsQuotes: true }) : undefined;
    const isWhole = read?.state === 'read' && nextNonSpace(body, read.end) >= body.length;
    const value = isWhole ? read.value : strict?.value;
    if (value === undefined || (typeof value === 'object' && value !== null)) return;
    const repairs = isFenced ? [...notes.list(), 'removed a code fence'] : notes.list();
    this.#documents.push({ value, start, end, isFenced, repairs });
  }
}

/** For each opening bracket the index of its closing one, whatever their kinds; 0 where it has none. */
function matchBrackets(text: string): Int32Array {
  const counterparts = new Int32Array(text.length);
  const open: number[] = [];
  const brackets = /[{}[\]]/g;
  for (let found = brackets.exec(text); found !== null; found = brackets.exec(text)) {
    if (found[0] === '{' || found[0] === '[') {
      open.push(found.index);
      continue;
    }
    const opener = open.pop();
    if (opener !== undefined) counterparts[opener] = found.index;
  }
  return counterparts;
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function unfenced(text: string, first: number): { start: number; end: number; isFenced: boolean } {
  const opening = /^```[^\S\n]*[\w+-]{0,20}[^\S\n]*\n/.exec(text.slice(first, first + 64));
  if (opening === null) return { start: first, end: text.length, isFenced: false };
  const start = nextNonSpace(text, first + opening[0].length);
  const closing = text.lastIndexOf('```');
  return { start, end: closing > start ? closing : text.length, isFenced: true };
}
