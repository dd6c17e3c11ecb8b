/**
 * Reads the fields of a flow file and remembers everything that is wrong with them, each with its place. What the fields mean is
 * decided by those who ask.
 */
import { didYouMean } from '../errors/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import { type GraphProblem, graphProblem } from './graph-problem.ts';
import type { Reason } from './reasons.ts';

type Keys = readonly (string | number)[];

/** One object of a flow file. Every field that is asked for counts as known; `finish` complains of the others. */
export class FlowReader {
  readonly keys: Keys;
  readonly value: JsonObject;
  readonly #problems: GraphProblem[];
  readonly #asked = new Set<string>();

  constructor(value: JsonObject, keys: Keys, problems: GraphProblem[]) {
    this.value = value;
    this.keys = keys;
    this.#problems = problems;
  }

  complain(field: string | number | undefined, says: string, reason: Reason = 'invalid_graph'): void {
    const keys = field === undefined ? this.keys : [...this.keys, field];
    this.#problems.push(graphProblem(reason, keys, says));
  }

  has(field: string): boolean {
    return this.json(field) !== undefined;
  }

  json(field: string): Json | undefined {
    this.#asked.add(field);
    return Object.hasOwn(this.value, field) ? this.value[field] : undefined;
  }

  text(field: string): string | undefined {
    const value = this.json(field);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    this.complain(field, 'must be text that is not empty.');
    return undefined;
  }

  neededText(field: string): string | undefined {
    if (!this.has(field)) this.complain(field, 'is missing; it must be text.');
    return this.text(field);
  }

  /** A whole number that is not negative, unless another least is given. */
  count(field: string, least = 0): number | undefined {
    const value = this.json(field);
    if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= least))
      return value;
    this.complain(field, `must be a whole number of at least ${least}.`);
    return undefined;
  }

  number(field: string): number | undefined {
    const value = this.json(field);
    if (value === undefined || typeof value === 'number') return value;
    this.complain(field, 'must be a number.');
    return undefined;
  }

  bool(field: string): boolean | undefined {
    const value = this.json(field);
    if (value === undefined || typeof value === 'boolean') return value;
    this.complain(field, 'must be true or false.');
    return undefined;
  }

  texts(field: string): readonly string[] | undefined {
    const value = this.json(field);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value as string[];
    this.complain(field, 'must be a list of texts.');
    return undefined;
  }

  oneOf<Word extends string>(field: string, words: readonly Word[]): Word | undefined {
    const value = this.json(field);
    const word = words.find((known) => known === value);
    if (value !== undefined && word === undefined)
      this.complain(field, `must be one of ${words.map((known) => `\`${known}\``).join(', ')}.`);
    return word;
  }

  object(field: string): FlowReader | undefined {
    const value = this.json(field);
    if (value === undefined) return undefined;
    if (isJsonObject(value)) return new FlowReader(value, [...this.keys, field], this.#problems);
    this.complain(field, 'must be an object with named fields.');
    return undefined;
  }

  /** The objects of a list. */
  objects(field: string): readonly FlowReader[] | undefined {
    const value = this.json(field);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every(isJsonObject))
      return value.map((item, index) => new FlowReader(item, [...this.keys, field, index], this.#problems));
    this.complain(field, 'must be a list of objects.');
    return undefined;
  }

  /** Something that code has registered under a name. */
  registered<Value>(field: string, known: Readonly<Record<string, Value>>, what: string): Value | undefined {
    const name = this.neededText(field);
    if (name === undefined) return undefined;
    if (Object.hasOwn(known, name)) return known[name];
    const hint = didYouMean(name, Object.keys(known)) ?? 'Register it, or correct the name.';
    this.complain(field, `\`${name}\` is no ${what} that is known. ${hint}`);
    return undefined;
  }

  finish(): void {
    for (const field of Object.keys(this.value).filter((name) => !this.#asked.has(name)))
      this.complain(field, `means nothing here. ${didYouMean(field, this.#asked) ?? 'Remove it.'}`);
  }
}
