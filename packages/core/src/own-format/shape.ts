/**
 * Checks that a JSON value has the shape of one of our types, and says by path what has not. A shape names every field of its
 * type, so that a field which is added to the type and forgotten here does not compile.
 */
import { didYouMean, KeelsonError } from '../errors/index.ts';
import { isJsonObject, type Json } from '../json/index.ts';
import { unexpected } from '../message/index.ts';

/** Throws `invalid_request` where the value at this path is none of the kind. */
export type Check = (value: Json, path: string) => void;

type Fields<Type extends object> = { readonly [Name in keyof Required<Type>]: Check };
type NeededOf<Type extends object> = {
  [Name in keyof Type]-?: object extends Pick<Type, Name> ? never : Name;
}[keyof Type];

const kind =
  (is: (value: Json) => boolean, expected: string): Check =>
  (value, path) => {
    if (!is(value)) throw unexpected(path, expected);
  };

export const text = kind((value) => typeof value === 'string', 'a string');
export const flag = kind((value) => typeof value === 'boolean', 'true or false');
export const number = kind((value) => typeof value === 'number' && Number.isFinite(value), 'a finite number');
export const json: Check = () => {};
export const jsonObject = kind(isJsonObject, 'an object');

export const oneOf = (...words: readonly string[]): Check =>
  kind((value) => words.includes(value as string), `one of ${words.join(', ')}`);

export const either = (one: Check, other: Check, expected: string): Check =>
  kind((value) => passes(one, value) || passes(other, value), expected);

function passes(check: Check, value: Json): boolean {
  try {
    check(value, '');
    return true;
  } catch {
    return false;
  }
}

export function list(entry: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw unexpected(path, 'a list');
    for (let at = 0; at < value.length; at++) entry(value[at] as Json, `${path}[${at}]`);
  };
}

export function record(entry: Check): Check {
  return (value, path) => {
    if (!isJsonObject(value)) throw unexpected(path, 'an object');
    for (const name of Object.keys(value)) entry(value[name] as Json, `${path}.${name}`);
  };
}

/** Every field of the type, and which of them must be there. */
export function object<Type extends object>(fields: Fields<Type>, needed: readonly NeededOf<Type>[]): Check {
  const checks = new Map<string, Check>(Object.entries(fields));
  return (value, path) => {
    if (!isJsonObject(value)) throw unexpected(path, 'an object');
    const at = path === '' ? '' : `${path}.`;
    for (const name of Object.keys(value)) {
      const check = checks.get(name);
      if (check === undefined) throw unknownField(`${at}${name}`, name, checks.keys());
      check(value[name] as Json, `${at}${name}`);
    }
    for (const name of needed as readonly string[])
      if (!Object.hasOwn(value, name)) throw missing(`${at}${name}`);
  };
}

/** One of several shapes, told apart by a word in one of their fields. */
export function tagged(tag: string, shapes: Readonly<Record<string, Check>>): Check {
  const words = Object.keys(shapes).join(', ');
  return (value, path) => {
    if (!isJsonObject(value)) throw unexpected(path, 'an object');
    const word = value[tag];
    if (typeof word !== 'string' || !Object.hasOwn(shapes, word))
      throw unexpected(path === '' ? tag : `${path}.${tag}`, `one of ${words}`);
    (shapes[word] as Check)(value, path);
  };
}

/** For shapes that hold themselves. */
export const later =
  (check: () => Check): Check =>
  (value, path) =>
    check()(value, path);

function unknownField(field: string, name: string, names: Iterable<string>): KeelsonError {
  const hint = didYouMean(name, names) ?? 'Leave it out, or use a server that is as new as the client.';
  return new KeelsonError('invalid_request', `\`${field}\` is not known here.`, { hint, details: { field } });
}

function missing(field: string): KeelsonError {
  return new KeelsonError('invalid_request', `\`${field}\` is missing.`, { details: { field } });
}
