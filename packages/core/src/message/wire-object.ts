/**
 * Reads one foreign JSON object field by field. It names the field in every complaint, remembers which fields nobody
 * asked for (they become extensions), and which were `null` or empty (they become spelling). It knows no dialect.
 */
import { type ErrorCode, KeelsonError } from '../errors/index.ts';
import { isJsonObject, type Json, type JsonObject, setField } from '../json/index.ts';
import { type Annotated, type Extensions, escapeSegment, type Spelling } from './annotations.ts';

/**
 * `strict`: a field of the wrong type is the sender's mistake and is refused (requests).
 * `lenient`: it is left among the unknown fields, so that an odd answer still passes (answers).
 */
export type Reading = 'strict' | 'lenient';

/** What is found to remember; nothing is made for what is not there, which is the usual case. */
interface Notes {
  unknown?: Record<string, Json>;
  nulls?: string[];
  empty?: string[];
}

export class WireObject {
  readonly #value: JsonObject;
  /** Of a nested object only its name: whole paths are for complaints, and seldom needed. */
  readonly #path: string;
  readonly #reading: Reading;
  // Plain and lazy: an answer opens a dozen of these, and most of them have nothing to remember.
  /** Fields that are there and were asked for, each once. */
  readonly #asked: string[] = [];
  #nulls: string[] | undefined;
  #children: WireObject[] | undefined;
  readonly #parent: WireObject | undefined;

  private constructor(value: JsonObject, path: string, reading: Reading, parent?: WireObject) {
    this.#value = value;
    this.#path = path;
    this.#reading = reading;
    this.#parent = parent;
  }

  /** Opens `value`; anything but an object is refused under the code that fits the reading. */
  static open(value: unknown, path: string, reading: Reading): WireObject {
    if (isJsonObject(value)) return new WireObject(value, path, reading);
    throw wrongType(path, 'an object', reading);
  }

  get path(): string {
    return this.#parent === undefined ? this.#path : this.#parent.fieldPath(this.#path);
  }

  fieldPath(name: string): string {
    const { path } = this;
    return path === '' ? name : `${path}.${name}`;
  }

  has(name: string): boolean {
    return this.#value[name] !== undefined;
  }

  /** Looks without asking: the field stays unknown unless asked for by type. */
  peek(name: string): Json | undefined {
    return this.#value[name];
  }

  string(name: string): string | undefined {
    return this.#ask(name, isString, 'a string');
  }

  number(name: string): number | undefined {
    return this.#ask(name, isFiniteNumber, 'a finite number');
  }

  boolean(name: string): boolean | undefined {
    return this.#ask(name, isBoolean, 'true or false');
  }

  list(name: string): readonly Json[] | undefined {
    return this.#ask(name, isList, 'a list');
  }

  strings(name: string): readonly string[] | undefined {
    return this.#ask(name, isStringList, 'a list of strings');
  }

  /** A plain object taken whole, such as a JSON schema: its fields are data, not wire. */
  record(name: string): JsonObject | undefined {
    return this.#ask(name, isJsonObject, 'an object');
  }

  /** Any value but null, taken whole. */
  json(name: string): Json | undefined {
    return this.#ask(name, isPresent, 'a value');
  }

  /** Any value, also null where that means something. */
  take(name: string): Json | undefined {
    const value = this.#value[name];
    if (value !== undefined) this.#note(name);
    return value;
  }

  /** A nested wire object: what stays unknown in it is reported by this one, under `name/`. */
  object(name: string): WireObject | undefined {
    const value = this.#ask(name, isJsonObject, 'an object');
    if (value === undefined) return undefined;
    const child = new WireObject(value, name, this.#reading, this);
    this.#children ??= [];
    this.#children.push(child);
    return child;
  }

  /** Refuses a missing field with the sentence every dialect uses. */
  required<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value;
    throw missing(this.fieldPath(name), this.#reading);
  }

  /** A field that the dialect always writes alike (`object`, `type`). Another value stays unknown and so comes back. */
  constant(name: string, value: string): boolean {
    if (this.#value[name] !== value) return false;
    this.#note(name);
    return true;
  }

  /** Says that a field has been read by other means. */
  consume(name: string): void {
    if (name in this.#value) this.#note(name);
  }

  /** What this object leaves to remember, ready to spread into a canonical value. */
  annotations(dialect: string, forms?: Readonly<Record<string, string>>): Annotated {
    const notes: Notes = {};
    this.#collect('', notes);
    const { unknown, nulls, empty } = notes;
    const hasForms = forms !== undefined && hasAny(forms);
    const annotated: { extensions?: Extensions; spelling?: Spelling } = {};
    if (unknown !== undefined) annotated.extensions = { [dialect]: unknown };
    if (hasForms || nulls !== undefined || empty !== undefined) {
      annotated.spelling = {
        dialect,
        ...(nulls !== undefined && { nulls }),
        ...(empty !== undefined && { empty }),
        ...(hasForms && { forms }),
      };
    }
    return annotated;
  }

  #collect(prefix: string, notes: Notes): void {
    const count = this.#countFields();
    // As many as were asked for: nobody has to look which they are.
    if (count !== this.#asked.length) this.#collectUnknown(prefix, notes);
    if (count === 0 && prefix !== '') append(notes, 'empty', prefix.slice(0, -1));
    for (const name of this.#nulls ?? none) append(notes, 'nulls', prefix + escapeSegment(name));
    for (const child of this.#children ?? none)
      if (!child.#isPlain()) child.#collect(`${prefix}${escapeSegment(child.#path)}/`, notes);
  }

  /** Whether there is nothing to remember, which is the usual case. */
  #isPlain(): boolean {
    if (this.#nulls !== undefined || this.#children !== undefined) return false;
    const count = this.#countFields();
    return count > 0 && count === this.#asked.length;
  }

  #countFields(): number {
    let count = 0;
    for (const _name in this.#value) count++;
    return count;
  }

  #collectUnknown(prefix: string, notes: Notes): void {
    for (const name in this.#value) {
      if (this.#asked.includes(name)) continue;
      notes.unknown ??= {};
      setField(notes.unknown, prefix + escapeSegment(name), this.#value[name] as Json);
    }
  }

  #ask<T extends Json>(name: string, is: (value: unknown) => value is T, expected: string): T | undefined {
    // No name that a dialect asks for stands on Object.prototype, so a plain read sees own fields only.
    const value = this.#value[name];
    if (value === undefined) return undefined;
    if (value === null) {
      this.#noteNull(name);
      return undefined;
    }
    if (!is(value)) {
      if (this.#reading === 'lenient') return undefined;
      throw wrongType(this.fieldPath(name), expected, this.#reading);
    }
    this.#note(name);
    return value;
  }

  #note(name: string): void {
    if (!this.#asked.includes(name)) this.#asked.push(name);
  }

  #noteNull(name: string): void {
    if (this.#asked.includes(name)) return;
    this.#asked.push(name);
    this.#nulls ??= [];
    this.#nulls.push(name);
  }
}

const none: readonly never[] = [];

function append(notes: Notes, list: 'nulls' | 'empty', path: string): void {
  notes[list] ??= [];
  notes[list].push(path);
}

function hasAny(fields: object): boolean {
  for (const _name in fields) return true;
  return false;
}

const codes: Readonly<Record<Reading, ErrorCode>> = {
  strict: 'invalid_request',
  lenient: 'invalid_response',
};

function wrongType(path: string, expected: string, reading: Reading): KeelsonError {
  const field = path === '' ? 'body' : path;
  return new KeelsonError(codes[reading], `\`${field}\` must be ${expected}.`, {
    details: { field, expected },
  });
}

/** A field of a request that holds none of what it may hold. */
export function unexpected(field: string, expected: string): KeelsonError {
  return wrongType(field, expected, 'strict');
}

function missing(path: string, reading: Reading): KeelsonError {
  return new KeelsonError(codes[reading], `\`${path}\` is missing.`, { details: { field: path } });
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isFiniteNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
const isList = (value: unknown): value is readonly Json[] => Array.isArray(value);
const isStringList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isString);
const isPresent = (value: unknown): value is Json => value !== undefined && value !== null;
