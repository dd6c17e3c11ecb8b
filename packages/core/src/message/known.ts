/** Leaves out what is undefined, so that absent and unknown are one thing on both sides of a conversion. */
import type { Json } from '../json/index.ts';

export type Known<Fields extends object> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

export function known<Fields extends object>(fields: Fields): Known<Fields> {
  const result: Record<string, unknown> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) result[key] = value;
  }
  return result as Known<Fields>;
}

/** The same for a wire object whose field names are computed. */
export function present(fields: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  return known(fields) as Record<string, Json>;
}

/** Like `known`, but an object in which nothing is left is itself left out. */
export function knownGroup<Fields extends object>(fields: Fields): Known<Fields> | undefined {
  const result = known(fields);
  return Object.keys(result).length === 0 ? undefined : result;
}
