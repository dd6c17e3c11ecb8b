/**
 * A strict JSON reader that keeps what it understood when the text ends early or goes wrong. It serves the partial
 * parser, the error positions of `parseJson` and the search for documents inside prose. It never guesses: guessing is
 * the matter of `repair/`.
 */
import { maxJsonDepth } from './bounds.ts';
import { type Json, setField } from './json.ts';
import { readNumber } from './read-number.ts';
import { readString } from './read-string.ts';

export interface JsonPrefix {
  /** What the text says up to `position`; `undefined` when it says nothing yet. */
  readonly value: Json | undefined;
  readonly state: 'complete' | 'partial' | 'invalid';
  /** Where reading stopped: the end of the text, or the first character that is not JSON. */
  readonly position: number;
  /** What would have been allowed at `position`. */
  readonly expected: string;
  /** Index just after the document, once it is closed. Text may follow. */
  readonly end: number | undefined;
  readonly tooDeep: boolean;
}

type Expectation =
  | 'value'
  | 'first-item'
  | 'first-key'
  | 'key'
  | 'colon'
  | 'object-next'
  | 'array-next'
  | 'nothing';
type Outcome = 'ok' | 'partial' | 'invalid';
type Container = { readonly object: Record<string, Json>; key: string } | { readonly list: Json[] };

const wanted: Readonly<Record<Expectation, string>> = {
  value: 'a value',
  'first-item': 'a value or `]`',
  'first-key': 'a key in double quotes or `}`',
  key: 'a key in double quotes',
  colon: '`:`',
  'object-next': '`,` or `}`',
  'array-next': '`,` or `]`',
  nothing: 'the end of the text',
};

const keywords: Readonly<Record<string, readonly [string, Json]>> = {
  t: ['true', true],
  f: ['false', false],
  n: ['null', null],
};

/** Reads the document that starts at `start`. */
export function readPrefix(text: string, start = 0): JsonPrefix {
  return new PrefixReader(text, start).read();
}

class PrefixReader {
  readonly #text: string;
  readonly #stack: Container[] = [];
  #at: number;
  #expects: Expectation = 'value';
  #root: Json | undefined;
  #end: number | undefined;
  #tooDeep = false;
  /** What was wanted inside a token, where that says more than the grammar. */
  #wanted: string | undefined;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
  }

  read(): JsonPrefix {
    for (;;) {
      this.#skipSpace();
      if (this.#at >= this.#text.length)
        return this.#finish(this.#end === undefined ? 'partial' : 'complete');
      const outcome = this.#step(this.#text[this.#at] as string);
      if (outcome !== 'ok') return this.#finish(outcome);
    }
  }

  #finish(state: JsonPrefix['state']): JsonPrefix {
    const expected = this.#wanted ?? wanted[this.#expects];
    return { value: this.#root, state, position: this.#at, expected, end: this.#end, tooDeep: this.#tooDeep };
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at++;
    }
  }

  #step(char: string): Outcome {
    switch (this.#expects) {
      case 'nothing':
        return 'invalid';
      case 'colon':
        return this.#punctuation(char === ':', 'value');
      case 'first-key':
        return char === '}' ? this.#close() : this.#key(char);
      case 'key':
        return this.#key(char);
      case 'object-next':
        return char === '}' ? this.#close() : this.#punctuation(char === ',', 'key');
      case 'array-next':
        return char === ']' ? this.#close() : this.#punctuation(char === ',', 'value');
      case 'first-item':
        return char === ']' ? this.#close() : this.#value(char);
      case 'value':
        return this.#value(char);
    }
  }

  #punctuation(matches: boolean, next: Expectation): Outcome {
    if (!matches) return 'invalid';
    this.#at++;
    this.#expects = next;
    return 'ok';
  }

  #key(char: string): Outcome {
    if (char !== '"') return 'invalid';
    const token = readString(this.#text, this.#at);
    if (token.state === 'cut') return this.#cut('a closing quote');
    if (token.state === 'invalid') return this.#invalid(token.position, token.expected);
    const container = this.#stack.at(-1);
    if (container !== undefined && 'object' in container) container.key = token.value;
    this.#at = token.end;
    this.#expects = 'colon';
    return 'ok';
  }

  #value(char: string): Outcome {
    if (char === '{') return this.#open({ object: {}, key: '' }, 'first-key');
    if (char === '[') return this.#open({ list: [] }, 'first-item');
    if (char === '"') return this.#string();
    if (char === '-' || (char >= '0' && char <= '9')) return this.#number();
    return this.#keyword(char);
  }

  #open(container: Container, next: Expectation): Outcome {
    if (this.#stack.length >= maxJsonDepth) {
      this.#tooDeep = true;
      return this.#invalid(this.#at, `at most ${maxJsonDepth} levels of nesting`);
    }
    this.#place('object' in container ? container.object : container.list);
    this.#stack.push(container);
    this.#at++;
    this.#expects = next;
    return 'ok';
  }

  #close(): Outcome {
    this.#stack.pop();
    this.#at++;
    this.#afterValue();
    return 'ok';
  }

  #string(): Outcome {
    const token = readString(this.#text, this.#at);
    if (token.state === 'invalid') return this.#invalid(token.position, token.expected);
    this.#place(token.value);
    if (token.state === 'cut') return this.#cut('a closing quote');
    return this.#scalarEndsAt(token.end);
  }

  #number(): Outcome {
    const found = readNumber(this.#text, this.#at);
    if (found.state === 'cut') return this.#cut('a digit');
    if (found.state === 'invalid') return this.#invalid(found.position, 'a digit');
    // Inside a document a number that touches the end may go on. A lone number has nothing that could ever end it.
    if (found.end === this.#text.length && this.#stack.length > 0)
      return this.#cut('the rest of the document');
    const value = Number(this.#text.slice(this.#at, found.end));
    if (!Number.isFinite(value)) return this.#invalid(this.#at, 'a number within the range of a double');
    this.#place(value);
    return this.#scalarEndsAt(found.end);
  }

  #keyword(char: string): Outcome {
    const row = keywords[char];
    if (row === undefined) return 'invalid';
    const [word, value] = row;
    const found = this.#text.slice(this.#at, this.#at + word.length);
    if (found === word) {
      this.#place(value);
      return this.#scalarEndsAt(this.#at + word.length);
    }
    const touchesEnd = this.#at + found.length === this.#text.length;
    return touchesEnd && word.startsWith(found) ? this.#cut(`\`${word}\``) : 'invalid';
  }

  #scalarEndsAt(end: number): Outcome {
    this.#at = end;
    this.#afterValue();
    return 'ok';
  }

  #place(value: Json): void {
    const container = this.#stack.at(-1);
    if (container === undefined) this.#root = value;
    else if ('object' in container) setField(container.object, container.key, value);
    else container.list.push(value);
  }

  #afterValue(): void {
    const container = this.#stack.at(-1);
    if (container === undefined) {
      this.#expects = 'nothing';
      this.#end = this.#at;
    } else {
      this.#expects = 'object' in container ? 'object-next' : 'array-next';
    }
  }

  #cut(expected: string): Outcome {
    this.#at = this.#text.length;
    this.#wanted = expected;
    return 'partial';
  }

  #invalid(position: number, expected: string): Outcome {
    this.#at = position;
    this.#wanted = expected;
    return 'invalid';
  }
}
