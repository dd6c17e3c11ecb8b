/** Writes TOML line by line, with the comments that a former text had at the same entries. */
import type { Json, JsonObject } from '../json/index.ts';
import { keyText, quoteToml } from './path-text.ts';
import {
  type EntryComments,
  itemStep,
  listEnd,
  pathKey,
  type TomlLayout,
  type TomlPath,
} from './toml-layout.ts';

const widest = 100;

export class TomlWriter {
  readonly #lines: string[] = [];
  readonly #layout: TomlLayout | undefined;

  constructor(layout: TomlLayout | undefined) {
    this.#layout = layout;
    if (layout !== undefined && layout.head.length > 0) this.#lines.push(...layout.head, '');
  }

  header(path: TomlPath): void {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('');
    const comments = this.#commentsOf(path);
    const text = `[${path.map((step) => keyText(String(step))).join('.')}]`;
    this.#lines.push(...(comments?.before ?? []), withComment(text, comments));
  }

  pair(table: TomlPath, key: string, value: Json): void {
    const path = [...table, key];
    const comments = this.#commentsOf(path);
    this.#lines.push(...(comments?.before ?? []));
    const start = `${keyText(key)} = `;
    if (!Array.isArray(value)) this.#lines.push(withComment(start + renderValue(value), comments));
    else this.#pushList(path, start, value, comments);
  }

  finish(): string {
    const foot = this.#layout?.foot ?? [];
    const all = foot.length > 0 ? [...this.#lines, '', ...foot] : this.#lines;
    return `${all.join('\n')}\n`;
  }

  #pushList(
    path: TomlPath,
    start: string,
    items: readonly Json[],
    comments: EntryComments | undefined,
  ): void {
    const line = start + renderValue(items);
    const told = items.map((item, index) => this.#commentsInside(path, itemStep(item, index)));
    const atEnd = this.#commentsInside(path, listEnd)?.before ?? [];
    const isPlain = atEnd.length === 0 && told.every((comment) => comment === undefined);
    if (isPlain && (line.length <= widest || items.length === 0)) {
      this.#lines.push(withComment(line, comments));
      return;
    }
    this.#lines.push(`${start}[`);
    for (const [index, item] of items.entries()) {
      for (const before of told[index]?.before ?? []) this.#lines.push(`  ${before}`);
      this.#lines.push(withComment(`  ${renderValue(item)},`, told[index]));
    }
    for (const comment of atEnd) this.#lines.push(`  ${comment}`);
    this.#lines.push(withComment(']', comments));
  }

  #commentsOf(path: TomlPath): EntryComments | undefined {
    return this.#layout?.comments.get(pathKey(path));
  }

  /** A pool may be written as the alias itself or as its `models`. */
  #commentsInside(list: TomlPath, step: string | number): EntryComments | undefined {
    const other = list.at(-1) === 'models' ? list.slice(0, -1) : [...list, 'models'];
    return this.#commentsOf([...list, step]) ?? this.#commentsOf([...other, step]);
  }
}

const withComment = (line: string, comments: EntryComments | undefined): string =>
  comments?.behind === undefined ? line : `${line} ${comments.behind}`;

/** On one line. */
function renderValue(value: Json): string {
  if (typeof value === 'string') return quoteToml(value);
  if (typeof value === 'number') return renderNumber(value);
  if (Array.isArray(value)) return `[${value.map(renderValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return renderInline(value as JsonObject);
  return String(value);
}

function renderInline(table: JsonObject): string {
  const fields = Object.entries(table).filter(([, value]) => value !== null);
  if (fields.length === 0) return '{}';
  return `{ ${fields.map(([key, value]) => `${keyText(key)} = ${renderValue(value as Json)}`).join(', ')} }`;
}

/** A whole number that is too large for TOML's integers is written as the float that it is. */
const renderNumber = (value: number): string =>
  Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
