/**
 * Where in a TOML text everything stands, and which comments belong to it: what a parser of values does not tell. The text
 * must already have been accepted by the parser, so that this walk need not judge it.
 */

export type TomlPath = readonly (string | number)[];

/** Comments of one entry, without their line ends. */
export interface EntryComments {
  /** On lines of their own above it. */
  readonly before: readonly string[];
  /** Behind it on its line. */
  readonly behind?: string;
}

export interface TomlLayout {
  /** Offset of the key or of the list's item, by `pathKey`. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly comments: ReadonlyMap<string, EntryComments>;
  /** Comments at the beginning that a blank line parts from the rest. */
  readonly head: readonly string[];
  /** Comments after the last entry. */
  readonly foot: readonly string[];
}

export const pathKey = (path: TomlPath): string => JSON.stringify(path);

/** A text in a list is known by itself and not by its place, so that its comment goes where it goes. */
export const itemStep = (value: unknown, index: number): string | number =>
  typeof value === 'string' ? `=${value}` : index;

/** Stands for the end of a list, which may have comments above it too. */
export const listEnd = '=end';

export function readTomlLayout(text: string): TomlLayout {
  return new Walk(text).run();
}

const blank = /[ \t]*/y;
const bareKey = /[A-Za-z0-9_-]+/y;
const toLineEnd = /[^\r\n]*/y;
const scalar = /[^,\]}\r\n#]+/y;

interface Comments {
  before: string[];
  behind?: string;
}

class Walk {
  readonly #text: string;
  #at = 0;
  readonly #offsets = new Map<string, number>();
  readonly #comments = new Map<string, Comments>();
  /** How many items each list of tables has so far. */
  readonly #lists = new Map<string, number>();
  #table: TomlPath = [];
  #waiting: string[] = [];
  #head: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  run(): TomlLayout {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    while (this.#at < this.#text.length) {
      const start = this.#at;
      this.#readLine();
      this.#goOnFrom(start);
    }
    return { offsets: this.#offsets, comments: this.#comments, head: this.#head, foot: this.#waiting };
  }

  /** Only text that is no TOML stops the walk, and even that must come to an end. */
  #goOnFrom(start: number): void {
    if (this.#at === start) this.#at++;
  }

  #readLine(): void {
    this.#take(blank);
    const char = this.#text[this.#at];
    if (char === '\n' || char === '\r') this.#endOfBlankLine();
    else if (char === '#') this.#waiting.push(this.#commentHere());
    else if (char === '[') this.#readHeader();
    else if (char !== undefined) this.#readPair(this.#table);
    this.#finishLine();
  }

  /** Comments above a blank line at the very beginning belong to the file. */
  #endOfBlankLine(): void {
    if (this.#offsets.size > 0 || this.#waiting.length === 0) return;
    this.#head = [...this.#head, ...(this.#head.length > 0 ? [''] : []), ...this.#waiting];
    this.#waiting = [];
  }

  #finishLine(): void {
    this.#take(blank);
    if (this.#text.startsWith('\r\n', this.#at)) this.#at += 2;
    else if (this.#text[this.#at] === '\n') this.#at++;
  }

  #readHeader(): void {
    const start = this.#at;
    const isList = this.#text.startsWith('[[', this.#at);
    this.#at += isList ? 2 : 1;
    const written = this.#readKeys();
    this.#take(blank);
    this.#at += isList ? 2 : 1;
    const path = this.#place(written, isList);
    this.#table = path;
    this.#noteHolders(path, start);
    this.#note(path, start);
    this.#noteBehind(path);
  }

  /** A step through a list of tables means its last item. */
  #place(keys: readonly string[], isList: boolean): TomlPath {
    const path: (string | number)[] = [];
    for (const [index, key] of keys.entries()) {
      path.push(key);
      const count = this.#lists.get(pathKey(path));
      if (index === keys.length - 1 && isList) {
        this.#lists.set(pathKey(path), (count ?? 0) + 1);
        path.push(count ?? 0);
      } else if (count !== undefined) path.push(count - 1);
    }
    return path;
  }

  #readPair(table: TomlPath): void {
    const start = this.#at;
    const keys = this.#readKeys();
    this.#take(blank);
    this.#at++;
    this.#take(blank);
    const path = [...table, ...keys];
    this.#noteHolders(path, start);
    this.#note(path, start);
    this.#readValue(path);
    this.#noteBehind(path);
  }

  #readKeys(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.#take(blank);
      const quote = this.#text[this.#at];
      keys.push(quote === '"' || quote === "'" ? this.#readString() : this.#take(bareKey));
      this.#take(blank);
      if (this.#text[this.#at] !== '.') return keys;
      this.#at++;
    }
  }

  #readValue(path: TomlPath): unknown {
    const char = this.#text[this.#at];
    if (char === '"' || char === "'") return this.#readString();
    if (char === '[') return this.#readList(path);
    if (char === '{') return this.#readInlineTable(path);
    return void this.#take(scalar);
  }

  #readList(path: TomlPath): void {
    this.#at++;
    let last: TomlPath | undefined;
    const outside = this.#waiting;
    this.#waiting = [];
    for (let index = 0; ; ) {
      const char = this.#skipToItem(last);
      if (char === ']' || char === undefined) break;
      const start = this.#at;
      const inside = this.#waiting;
      this.#waiting = [];
      const value = this.#readValue([...path, index]);
      this.#goOnFrom(start);
      this.#offsets.set(pathKey([...path, index]), start);
      last = [...path, itemStep(value, index)];
      if (inside.length > 0) this.#comments.set(pathKey(last), { before: inside });
      index++;
    }
    if (this.#waiting.length > 0) this.#comments.set(pathKey([...path, listEnd]), { before: this.#waiting });
    this.#waiting = outside;
    this.#at++;
  }

  /** Past blanks, commas and comments; a comment on the line of the item before belongs to that. */
  #skipToItem(last: TomlPath | undefined): string | undefined {
    let isOnLineOfLast = last !== undefined;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === '\n') isOnLineOfLast = false;
      if (char === '#') {
        const comment = this.#commentHere();
        if (isOnLineOfLast && last !== undefined) this.#addBehind(last, comment);
        else this.#waiting.push(comment);
      } else if (char !== undefined && ' \t\r\n,'.includes(char)) this.#at++;
      else return char;
    }
  }

  #readInlineTable(path: TomlPath): void {
    this.#at++;
    const outside = this.#waiting;
    for (;;) {
      this.#waiting = [];
      const char = this.#skipToItem(undefined);
      if (char === '}' || char === undefined) break;
      this.#waiting = [];
      const start = this.#at;
      const inner = [...path, ...this.#readKeys()];
      this.#take(blank);
      this.#at++;
      this.#take(blank);
      this.#offsets.set(pathKey(inner), start);
      this.#readValue(inner);
      this.#goOnFrom(start);
    }
    this.#waiting = outside;
    this.#at++;
  }

  /** The value of basic and literal strings, of one line or several. */
  #readString(): string {
    const quote = this.#text[this.#at] as string;
    const isLong = this.#text.startsWith(quote.repeat(3), this.#at);
    const mark = isLong ? quote.repeat(3) : quote;
    const start = this.#at + mark.length;
    let at = start;
    while (at < this.#text.length && !this.#text.startsWith(mark, at))
      at += quote === '"' && this.#text[at] === '\\' ? 2 : 1;
    // Up to two quotes may stand directly before the closing three.
    while (isLong && this.#text[at + mark.length] === quote) at++;
    this.#at = at + mark.length;
    const raw = this.#text.slice(start, at);
    return quote === '"' && !isLong ? unescapeBasic(raw) : raw;
  }

  #note(path: TomlPath, offset: number): void {
    const key = pathKey(path);
    this.#offsets.set(key, offset);
    if (this.#waiting.length > 0) this.#comments.set(key, { before: this.#waiting });
    this.#waiting = [];
  }

  /** Tables that are never written themselves stand where the first of their entries does. */
  #noteHolders(path: TomlPath, offset: number): void {
    for (let length = 1; length < path.length; length++) {
      const key = pathKey(path.slice(0, length));
      if (!this.#offsets.has(key)) this.#offsets.set(key, offset);
    }
  }

  #noteBehind(path: TomlPath): void {
    this.#take(blank);
    if (this.#text[this.#at] === '#') this.#addBehind(path, this.#commentHere());
  }

  #addBehind(path: TomlPath, comment: string): void {
    const key = pathKey(path);
    const known = this.#comments.get(key) ?? { before: [] };
    known.behind = known.behind === undefined ? comment : `${known.behind} ${comment}`;
    this.#comments.set(key, known);
  }

  #commentHere(): string {
    return this.#take(toLineEnd).trimEnd();
  }

  #take(form: RegExp): string {
    form.lastIndex = this.#at;
    const [taken] = form.exec(this.#text) ?? [''];
    this.#at += taken.length;
    return taken;
  }
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001B',
  '"': '"',
  '\\': '\\',
};

function unescapeBasic(raw: string): string {
  return raw.replace(
    /\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)/gs,
    ([, letter = '', ...digits]: string) =>
      digits.length > 0
        ? String.fromCodePoint(Number.parseInt(digits.join(''), 16))
        : (escapes[letter] ?? ''),
  );
}
