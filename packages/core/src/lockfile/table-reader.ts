/** Reads typed entries of one table of a lockfile and gathers what is wrong with it, each with its place. */
import { didYouMean } from '../errors/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import type { LockDocument } from './lock-document.ts';
import type { LockProblem } from './lock-problem.ts';
import { pathText } from './path-text.ts';
import type { TomlPath } from './toml-layout.ts';

const loneSurrogate = /\p{Cs}/u;

export class TableReader {
  readonly path: TomlPath;
  readonly table: JsonObject;
  readonly #document: LockDocument;
  readonly #problems: LockProblem[];

  constructor(document: LockDocument, problems: LockProblem[], table?: JsonObject, path: TomlPath = []) {
    this.#document = document;
    this.#problems = problems;
    this.table = table ?? document.data;
    this.path = path;
  }

  complain(steps: TomlPath, complaint: string, hint?: string): void {
    const path = [...this.path, ...steps];
    const named = pathText(path);
    this.#problems.push({
      ...this.#document.placeOf(path),
      path: named,
      says: named === '' ? `The file ${complaint}.` : `\`${named}\` ${complaint}.`,
      ...(hint !== undefined && { hint }),
    });
  }

  /** A null of JSON counts as absent. */
  peek(key: string): Json | undefined {
    return Object.hasOwn(this.table, key) ? (this.table[key] ?? undefined) : undefined;
  }

  text(key: string): string | undefined {
    const value = this.peek(key);
    if (value === undefined || (typeof value === 'string' && !loneSurrogate.test(value))) return value;
    this.complain([key], 'must be text');
    return undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.peek(key);
    if (value === undefined || typeof value === 'boolean') return value;
    this.complain([key], 'must be true or false');
    return undefined;
  }

  /** A whole number from `least`. */
  count(key: string, least = 0): number | undefined {
    const value = this.peek(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    this.complain([key], `must be a whole number from ${least}`);
    return undefined;
  }

  amount(key: string, least: number, most: number): number | undefined {
    const value = this.peek(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    this.complain([key], `must be a number from ${least}${most === Infinity ? '' : ` to ${most}`}`);
    return undefined;
  }

  /** One of several words. */
  choice<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const value = this.text(key);
    if (value === undefined || (words as readonly string[]).includes(value)) return value as Word | undefined;
    this.complain([key], `must be one of ${words.join(', ')}`, didYouMean(value, words));
    return undefined;
  }

  texts(key: string): readonly string[] | undefined {
    const value = this.peek(key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) {
      this.complain([key], 'must be a list of texts');
      return undefined;
    }
    const texts: string[] = [];
    for (const [index, item] of value.entries()) {
      if (typeof item !== 'string' || item === '') this.complain([key, index], 'must be text');
      else if (texts.includes(item)) this.complain([key, index], 'stands here twice');
      else texts.push(item);
    }
    return texts;
  }

  inner(key: string): TableReader | undefined {
    const value = this.peek(key);
    if (value === undefined) return undefined;
    if (isJsonObject(value)) return this.at(value, [key]);
    this.complain([key], 'must be a table');
    return undefined;
  }

  at(table: JsonObject, steps: TomlPath): TableReader {
    return new TableReader(this.#document, this.#problems, table, [...this.path, ...steps]);
  }

  /** Complains of every key that is not among those. */
  only(known: readonly string[]): void {
    for (const key of Object.keys(this.table)) {
      if (known.includes(key)) continue;
      this.complain([key], 'is not known here', didYouMean(key, known) ?? `Known are ${known.join(', ')}.`);
    }
  }
}
