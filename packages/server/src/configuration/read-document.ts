/**
 * From the text of a file to plain values, with the place of each. YAML, which JSON is a part of; whatever could mean more than
 * it says is refused: several documents, tags, doubled keys, keys that are no texts, anchors that refer to themselves.
 */
import type { Document, Node, Pair, ParsedNode, YAMLMap, YAMLSeq } from 'yaml';
import { type Environment, interpolate } from './interpolate.ts';
import { type Place, writePath } from './problem.ts';

export type PlainValue = null | boolean | number | string | readonly PlainValue[] | PlainObject;
export interface PlainObject {
  readonly [name: string]: PlainValue;
}

interface DocumentProblem extends Partial<Place> {
  readonly path: string;
  readonly message: string;
}

export interface ReadDocument {
  /** With the values of variables in it. */
  readonly value: PlainObject;
  /** The same as it was written, for people. */
  readonly shown: PlainObject;
  readonly places: ReadonlyMap<string, Place>;
  /** By path, texts that variables were put into. */
  readonly filled: ReadonlyMap<string, { readonly written: string; readonly text: string }>;
  readonly problems: readonly DocumentProblem[];
}

export const maxFileBytes = 256 * 1024;
const maxDepth = 64;
/** Anchors may be named often, and may hold others that are. */
const maxValues = 50_000;

export async function readDocument(text: string, environment: Environment): Promise<ReadDocument> {
  const early = problemWithText(text);
  if (early !== undefined) return nothing([{ path: '', message: early, line: 1, column: 1 }]);
  // The parser is loaded where there is a file to read.
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  // It compares every key with every other; the reader below does it in one pass.
  const document = yaml.parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // What comes after the first one mostly follows from it.
  const [wrong] = [...document.errors, ...document.warnings];
  if (wrong !== undefined) {
    const place = placeAt(wrong.pos[0]);
    const isUnquoted = text.split('\n')[place.line - 1]?.includes('${') === true;
    const hint = isUnquoted ? ' Between braces, a text with `${` needs quotes around it.' : '';
    return nothing([{ path: '', message: `${explain(wrong.message)}${hint}`, ...place }]);
  }
  return new DocumentReader(yaml, document, { placeAt, environment }).read();
}

function nothing(problems: readonly DocumentProblem[]): ReadDocument {
  return { value: {}, shown: {}, places: new Map(), filled: new Map(), problems };
}

/** Before the parser sees it, because that would need very long to find out. */
function problemWithText(text: string): string | undefined {
  if (text.trim() === '') return isEmpty;
  if (Buffer.byteLength(text) > maxFileBytes) return tooLong;
  if (text.includes('\0')) return 'is no text: it holds a zero byte.';
  let depth = 0;
  for (const sign of text) {
    if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    if (depth > 4 * maxDepth) return tooDeep;
  }
  return undefined;
}

const tooLong = `is longer than ${maxFileBytes / 1024} kB.`;
const isEmpty = 'is empty. Write `{}` if nothing is to be configured.';
const tooDeep = 'is nested too deeply.';

/** In the parser's own words, which are good, but for what only programmers understand. */
function explain(message: string): string {
  if (/call stack/i.test(message)) return tooDeep;
  if (message.includes('multiple documents')) return 'holds several documents; write one.';
  if (message.startsWith('Unresolved tag')) return 'has a tag (`!`), which means nothing here.';
  const [first = ''] = message.split('\n');
  return `cannot be read: ${first.replace(/[.:]?\s*$/, '')}.`;
}

interface ReaderParts {
  readonly environment: Environment;
  placeAt(offset: number): Place;
}

interface Both {
  readonly value: PlainValue;
  readonly shown: PlainValue;
}

const none: Both = { value: null, shown: null };
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

class DocumentReader {
  readonly #yaml: typeof import('yaml');
  readonly #document: Document.Parsed<ParsedNode>;
  readonly #parts: ReaderParts;
  readonly #places = new Map<string, Place>();
  readonly #filled = new Map<string, { written: string; text: string }>();
  readonly #problems: DocumentProblem[] = [];
  readonly #anchors = new Map<string, Node>();
  /** Those that the reader is within. */
  readonly #around = new Set<Node>();
  #count = 0;
  #here: Place = { line: 1, column: 1 };

  constructor(yaml: typeof import('yaml'), document: Document.Parsed<ParsedNode>, parts: ReaderParts) {
    this.#yaml = yaml;
    this.#document = document;
    this.#parts = parts;
  }

  read(): ReadDocument {
    const { contents } = this.#document;
    const { value, shown } = this.#readNode(contents, []);
    if (value === null) this.#complain([], isEmpty);
    else if (!isObject(value)) this.#complain([], 'must hold names with values.');
    const problems = this.#problems;
    if (problems.length > 0) return { ...nothing(problems), places: this.#places };
    return {
      value: value as PlainObject,
      shown: shown as PlainObject,
      places: this.#places,
      filled: this.#filled,
      problems,
    };
  }

  #readNode(node: Node | null, path: readonly PropertyKey[]): Both {
    this.#count += 1;
    if (this.#count > maxValues) {
      if (this.#count === maxValues + 1)
        this.#complain(path, `holds more than ${maxValues} values, with those of anchors.`);
      return none;
    }
    if (node === null) return none;
    if (node.range && !this.#yaml.isAlias(node)) this.#note(node, path);
    if (this.#yaml.isAlias(node)) return this.#readAlias(node, path);
    // The parser's own way to find one goes through the whole document.
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    if (this.#yaml.isScalar(node)) return this.#readScalar(node.value, path);
    if (path.length >= maxDepth) return this.#complain(path, tooDeep);
    this.#around.add(node);
    const read = this.#yaml.isMap(node)
      ? this.#readMap(node, path)
      : this.#readList(node as YAMLSeq<Node>, path);
    this.#around.delete(node);
    return read;
  }

  /** Where a value stands; one that has a name stands where its name does. */
  #note(node: Node, path: readonly PropertyKey[]): void {
    const place = this.#parts.placeAt(node.range?.[0] ?? 0);
    this.#here = place;
    const text = writePath(path);
    if (!this.#places.has(text)) this.#places.set(text, place);
  }

  #readAlias(node: import('yaml').Alias, path: readonly PropertyKey[]): Both {
    const meant = this.#anchors.get(node.source);
    if (meant === undefined) return this.#complain(path, 'names an anchor that is not there.');
    if (this.#around.has(meant)) return this.#complain(path, 'names an anchor that it is itself a part of.');
    return this.#readNode(meant, path);
  }

  #readScalar(value: unknown, path: readonly PropertyKey[]): Both {
    if (typeof value === 'string') return this.#readText(value, path);
    const isPlain = value === null || typeof value === 'boolean' || Number.isFinite(value);
    if (!isPlain) return this.#complain(path, 'is no number that can be used here.');
    return { value: value as PlainValue, shown: value as PlainValue };
  }

  #readText(written: string, path: readonly PropertyKey[]): Both {
    const filled = interpolate(written, this.#parts.environment);
    if (filled === undefined) return { value: written, shown: written };
    if (filled.problem !== undefined) return this.#complain(path, filled.problem);
    this.#filled.set(writePath(path), { written, text: filled.text });
    return { value: filled.text, shown: written };
  }

  #readList(list: YAMLSeq<Node>, path: readonly PropertyKey[]): Both {
    const all = list.items.map((item, index) => this.#readNode(item, [...path, index]));
    return { value: all.map(({ value }) => value), shown: all.map(({ shown }) => shown) };
  }

  #readMap(map: YAMLMap, path: readonly PropertyKey[]): Both {
    const value: Record<string, PlainValue> = {};
    const shown: Record<string, PlainValue> = {};
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const name = this.#readName(pair.key, path);
      if (name === undefined) continue;
      const inner = [...path, name];
      if (Object.hasOwn(value, name)) {
        this.#here = this.#parts.placeAt(pair.key.range?.[0] ?? 0);
        this.#complain(inner, 'is there twice.', this.#here);
        continue;
      }
      this.#note(pair.key, inner);
      const read = this.#readNode(pair.value, inner);
      value[name] = read.value;
      shown[name] = read.shown;
    }
    return { value, shown };
  }

  #readName(key: Node, path: readonly PropertyKey[]): string | undefined {
    this.#here = this.#parts.placeAt(key.range?.[0] ?? 0);
    const name = this.#yaml.isScalar(key) ? key.value : undefined;
    const text = typeof name === 'number' ? String(name) : name;
    if (typeof text !== 'string') {
      this.#complain(path, 'has a name that is no text.', this.#here);
      return undefined;
    }
    if (!forbidden.has(text)) return text;
    this.#complain(path, `has the name \`${text}\`, which is not allowed.`, this.#here);
    return undefined;
  }

  #complain(path: readonly PropertyKey[], message: string, place?: Place): Both {
    const at = place ?? this.#places.get(writePath(path)) ?? this.#here;
    if (this.#problems.length < 50) this.#problems.push({ path: writePath(path), message, ...at });
    return none;
  }
}

export function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
