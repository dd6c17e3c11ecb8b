/** Rows for fields that differ only in name, for calls that are no chat; the counterpart of `WireField`. */
import type { Json } from '../json/index.ts';
import type { WireKind } from './wire-fields.ts';
import type { WireObject } from './wire-object.ts';

/** The field's name on the wire, its name in the request, and what it holds. */
export type PlainField<Request> = readonly [wire: string, field: keyof Request & string, kind: WireKind];

export function readPlainFields<Request>(
  wire: WireObject,
  rows: readonly PlainField<Request>[],
): Partial<Request> {
  const found: Record<string, unknown> = {};
  for (const [name, field, kind] of rows) {
    const value = wire[kind](name);
    if (value !== undefined) found[field] = value;
  }
  return found as Partial<Request>;
}

export function writePlainFields<Request>(
  request: Request,
  rows: readonly PlainField<Request>[],
): Record<string, Json> {
  const wire: Record<string, Json> = {};
  for (const [name, field] of rows) {
    const value = request[field];
    if (value !== undefined) wire[name] = value as Json;
  }
  return wire;
}

/** Where such rows lead. */
export function plainPaths<Request>(rows: readonly PlainField<Request>[]): readonly string[] {
  return rows.map(([, field]) => field);
}
