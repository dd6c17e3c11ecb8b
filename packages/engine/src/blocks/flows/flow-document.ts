/**
 * From the text of a flow file to plain values, with the place of each. YAML, of which JSON is a part; what could mean more than
 * it says is refused: tags, anchors, several documents, doubled keys.
 */
import { type Json, setField } from '@keelson/core';
import type { Document, LineCounter, Node } from 'yaml';

export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

interface TextProblem extends TextPlace {
  readonly path: string;
  readonly says: string;
}

export interface FlowDocument {
  readonly value: Json;
  /** By the keys on the way to it, joined by `placeKey`. */
  readonly places: ReadonlyMap<string, TextPlace>;
  readonly problems: readonly TextProblem[];
}

const maxFlowBytes = 1024 * 1024;
const maxDepth = 64;
const start: TextPlace = { line: 1, column: 1 };

export const placeKey = (keys: readonly (string | number)[]): string => JSON.stringify(keys);

export async function readFlowDocument(text: string): Promise<FlowDocument> {
  const early = complaintAboutText(text);
  if (early !== undefined) return broken({ ...start, path: '', says: early });
  // The parser is loaded where there is a file to read.
  const yaml = await import('yaml');
  const lineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter,
    // The parser compares every key with every other; the reader below does it in one pass.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  // What comes after the first one mostly follows from it.
  const [wrong] = [...document.errors, ...document.warnings];
  if (wrong !== undefined) {
    const [says = ''] = wrong.message.split('\n');
    return broken({ ...placeAt(lineCounter, wrong.pos[0]), path: '', says });
  }
  return new DocumentWalk(yaml, lineCounter).read(document);
}

function broken(problem: TextProblem): FlowDocument {
  return { value: null, places: new Map(), problems: [problem] };
}

function complaintAboutText(text: string): string | undefined {
  if (text.trim() === '') return 'The file is empty.';
  if (Buffer.byteLength(text) > maxFlowBytes) return `The file is longer than ${maxFlowBytes} bytes.`;
  if (text.includes('\0')) return 'The file is no text: it holds a zero byte.';
  let depth = 0;
  for (const sign of text) {
    if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    if (depth > 4 * maxDepth) return 'The file is nested too deeply.';
  }
  return undefined;
}

function placeAt(lines: LineCounter, offset: number): TextPlace {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

type Keys = readonly (string | number)[];

class DocumentWalk {
  readonly #yaml: typeof import('yaml');
  readonly #lines: LineCounter;
  readonly #places = new Map<string, TextPlace>();
  readonly #problems: TextProblem[] = [];

  constructor(yaml: typeof import('yaml'), lines: LineCounter) {
    this.#yaml = yaml;
    this.#lines = lines;
  }

  read({ contents }: Document): FlowDocument {
    const value = this.#value(contents as Node | null, []);
    return { value, places: this.#places, problems: this.#problems };
  }

  #value(node: Node | null, keys: Keys): Json {
    this.#place(node, keys);
    if (keys.length > maxDepth) return this.#complain(node, keys, 'is nested too deeply.');
    if (node === null) return null;
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:'))
      return this.#complain(node, keys, 'has a tag, which means nothing here.');
    if (this.#yaml.isMap(node)) return this.#object(node.items as MapItem[], keys);
    if (this.#yaml.isSeq(node))
      return node.items.map((item, index) => this.#value(item as Node | null, [...keys, index]));
    if (this.#yaml.isScalar(node)) return this.#scalar(node, keys);
    return this.#complain(node, keys, 'refers to another place, which a flow file may not; write it out.');
  }

  #object(items: readonly MapItem[], keys: Keys): Json {
    const object: Record<string, Json> = {};
    for (const { key, value } of items) {
      const name = this.#yaml.isScalar(key) ? key.value : undefined;
      if (typeof name !== 'string') {
        this.#complain(key ?? value, keys, 'has a name of a field that is no text; put it in quotes.');
        continue;
      }
      if (Object.hasOwn(object, name)) this.#complain(key, [...keys, name], 'is there twice.');
      setField(object, name, this.#value(value, [...keys, name]));
      // Where the name stands, and not what follows it.
      this.#place(key, [...keys, name]);
    }
    return object;
  }

  #scalar(node: Node & { readonly value?: unknown }, keys: Keys): Json {
    const { value } = node;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return this.#complain(node, keys, 'is no value that JSON knows; put it in quotes.');
  }

  #place(node: Node | null, keys: Keys): void {
    const offset = node?.range?.[0];
    if (offset !== undefined) this.#places.set(placeKey(keys), placeAt(this.#lines, offset));
  }

  #complain(node: Node | null, keys: Keys, says: string): null {
    const offset = node?.range?.[0] ?? 0;
    this.#problems.push({ path: keys.join('.'), says, ...placeAt(this.#lines, offset) });
    return null;
  }
}

interface MapItem {
  readonly key: Node | null;
  readonly value: Node | null;
}
