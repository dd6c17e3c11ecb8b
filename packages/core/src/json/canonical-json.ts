/**
 * The one text of a value, by RFC 8785, for hashes and signatures. The package `canonicalize` writes it; this file
 * refuses what that package would silently leave out or turn into `null`, because a signature over a lost value is a
 * lie.
 */
import canonicalize from 'canonicalize';
import { KeelsonError } from '../errors/index.ts';
import { maxCanonicalDepth } from './bounds.ts';

/**
 * `canonicalJson({ b: 1, a: [1.0] })` is `{"a":[1],"b":1}`. Fields that are `undefined` count as absent; any other value
 * without a JSON form is refused with `invalid_request`.
 */
export function canonicalJson(value: unknown): string {
  assertJson(value, { ancestors: new Set(), path: [], checksText: false });
  try {
    return canonicalize(value) as string;
  } catch (error) {
    // The one thing that is left to go wrong is a lone surrogate. The second walk finds out where.
    assertJson(value, { ancestors: new Set(), path: [], checksText: true });
    throw error;
  }
}

const loneSurrogate = /\p{Cs}/u;

/** Where the walk is. One object for the whole walk, so that going down allocates nothing. */
interface Walk {
  readonly ancestors: Set<object>;
  readonly path: (string | number)[];
  /** Whether strings are searched for lone surrogates, which takes longer than all the rest. */
  readonly checksText: boolean;
}

function assertJson(value: unknown, walk: Walk): void {
  switch (typeof value) {
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) throw refusal(walk, `is ${value}, which JSON cannot express`);
      return;
    case 'string':
      if (walk.checksText && loneSurrogate.test(value))
        throw refusal(walk, 'holds a lone surrogate, which is not a character');
      return;
    case 'object':
      if (value !== null) assertContainer(value, walk);
      return;
    default:
      throw refusal(walk, `is of type ${typeof value}, which JSON cannot express`);
  }
}

function assertContainer(value: object, walk: Walk): void {
  if (walk.ancestors.has(value)) throw refusal(walk, 'contains itself');
  if (walk.ancestors.size >= maxCanonicalDepth) throw tooDeep(walk);
  walk.ancestors.add(value);
  if (Array.isArray(value)) assertItems(value, walk);
  else assertFields(value, walk);
  walk.ancestors.delete(value);
}

function assertItems(items: readonly unknown[], walk: Walk): void {
  // By index: `forEach` would pass over the holes of a sparse list, which canonicalize writes as `null`.
  for (let index = 0; index < items.length; index++) {
    walk.path.push(index);
    assertJson(items[index], walk);
    walk.path.pop();
  }
}

function assertFields(object: object, walk: Walk): void {
  const prototype: unknown = Object.getPrototypeOf(object);
  // A class instance has a meaning that its fields do not show: a Map has none at all, a Date is a number inside.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw refusal(walk, 'is not a plain object');
  for (const [key, field] of Object.entries(object)) {
    if (field === undefined) continue;
    walk.path.push(key);
    if (walk.checksText && loneSurrogate.test(key)) throw refusal(walk, 'has a lone surrogate in its name');
    assertJson(field, walk);
    walk.path.pop();
  }
}

function refusal(walk: Walk, complaint: string): KeelsonError {
  const field = fieldPath(walk.path);
  return new KeelsonError(
    'invalid_request',
    `\`${field}\` cannot be written as canonical JSON: it ${complaint}.`,
    {
      details: { field },
    },
  );
}

function tooDeep(walk: Walk): KeelsonError {
  const field = fieldPath(walk.path.slice(0, 8));
  const message = `\`${field}\` is nested deeper than ${maxCanonicalDepth} levels and cannot be written as canonical JSON.`;
  return new KeelsonError('invalid_request', message, { details: { field, limit: maxCanonicalDepth } });
}

function fieldPath(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'value';
  return path.reduce<string>((joined, step) => {
    if (typeof step === 'number') return `${joined}[${step}]`;
    return joined === '' ? step : `${joined}.${step}`;
  }, '');
}
