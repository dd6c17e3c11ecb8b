/** Ways to spoil a valid JSON document: what a broken, careless or hostile sender might send instead. */
import fc from 'fast-check';
import { type Json, setField } from '../../json/index.ts';

type Step = string | number;

/** Every place in a document, the root first. */
export function placesIn(value: unknown, at: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const steps: Step[] = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return [at, ...steps.flatMap((step) => placesIn((value as Record<Step, unknown>)[step], [...at, step]))];
}

/** The places of its objects. */
export function objectsIn(value: unknown, at: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => objectsIn(item, [...at, index]));
  return [at, ...Object.entries(value).flatMap(([key, field]) => objectsIn(field, [...at, key]))];
}

/** A copy in which `change` was applied at the place; `undefined` removes it. */
export function changedAt(value: unknown, [step, ...rest]: readonly Step[], change: (old: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  const old = (value as Record<Step, unknown>)[step];
  const fresh = changedAt(old, rest, change);
  if (Array.isArray(value)) return value.flatMap((item, index) => (index === step ? (fresh === undefined ? [] : [fresh]) : [item]));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value as object)) {
    if (key !== step) setField(copy, key, (value as Record<string, unknown>)[key]);
    else if (fresh !== undefined) setField(copy, key, fresh);
  }
  return copy;
}

/** Values that JSON text can hold only in part; a body may also arrive as a JavaScript value. */
const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -0,
  2 ** 53,
  -(2 ** 53) - 2,
  1e308,
  '',
  '\ud800',
  'constructor',
  '__proto__',
  'toString',
  'data:',
  'data:image/png;base64',
  [],
  {},
  [[]],
  [null],
  true,
  JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
);

const replacement = fc.oneof({ weight: 2, arbitrary: odd }, fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary' }));

/** One change at one place: removed, replaced, made a list, put into an object, or given a dangerous field. */
const change: fc.Arbitrary<(old: unknown) => unknown> = fc.oneof(
  fc.constant(() => undefined),
  replacement.map((fresh) => () => fresh),
  fc.constant((old: unknown) => [old]),
  fc.constant((old: unknown) => [old, old]),
  fc.constant((old: unknown) => ({ type: old })),
  fc.constant((old: unknown) => JSON.stringify(old)),
  fc.tuple(fc.constantFrom('__proto__', 'constructor', 'x/y~z', '', 'type', 'index', 'id', 'name'), replacement).map(
    ([key, value]) =>
      (old: unknown) => {
        if (typeof old !== 'object' || old === null || Array.isArray(old)) return value;
        const copy: Record<string, unknown> = { ...old };
        setField(copy, key, value);
        return copy;
      },
  ),
);

/** A document with up to three such changes. */
export function spoiled(document: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(document, fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 3 })).map(([whole, changes]) =>
    changes.reduce((value, [place, apply]) => {
      const places = placesIn(value);
      return changedAt(value, places[place % places.length] ?? [], apply);
    }, whole),
  );
}

/** A value that nests deeper than the engine's own writer goes, and its JSON text. */
export interface Deep {
  readonly value: Json;
  readonly text: string;
}

export function nestedLists(levels: number): Deep {
  let value: Json = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return { value, text: `${'['.repeat(levels)}1${']'.repeat(levels)}` };
}

export function nestedObjects(levels: number): Deep {
  let value: Json = 1;
  for (let level = 0; level < levels; level += 1) value = { content: value };
  return { value, text: `${'{"content":'.repeat(levels)}1${'}'.repeat(levels)}` };
}
