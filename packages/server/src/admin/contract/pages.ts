// The one grammar of lists: `limit`, `cursor` and `sort` in the question, `data` and `next_cursor` in the answer. A cursor says
// where a page ended, so that rows that come or go between two pages neither repeat nor hide others.
import { KeelsonError } from '@keelson/core';
import { integer, list, object, oneOf, optional, type Schema, text } from './schema.ts';

const usualLimit = 50;
const mostPerPage = 1000;

/** To be spread into the fields of a question. */
export function pageFields<const Sort extends string>(sorts: readonly Sort[]) {
  return {
    limit: optional(
      integer(`Entries on a page; ${usualLimit} when left out.`, { least: 1, most: mostPerPage }),
    ),
    cursor: optional(
      text('Where to go on: `next_cursor` of the page before.', { most: 1000, pattern: '^[\\w-]+$' }),
    ),
    sort: optional(oneOf(`The order; a minus turns it round. ${sorts[0]} when left out.`, sorts)),
  };
}

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

export function pageOf<Item>(description: string, item: Schema<Item>): Schema<Page<Item>> {
  const next = text('Where the next page begins; null on the last one.', { most: 1000 });
  return object({
    data: list(description, item),
    next_cursor: { json: { ...next.json, type: ['string', 'null'] } } as Schema<string | null>,
  }) as Schema<Page<Item>>;
}

export function limitOf({ limit = usualLimit }: { readonly limit?: number | undefined }): number {
  return limit;
}

/** What stands in a cursor is nobody's business; it may hold anything that is JSON. */
export function encodeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Undefined where the question has none. Throws `invalid_request` for one that was not made here. */
export function decodeCursor<const Kinds extends readonly ('string' | 'number')[]>(
  cursor: string | undefined,
  kinds: Kinds,
): PlaceOf<Kinds> | undefined {
  if (cursor === undefined) return undefined;
  const place = parse(cursor);
  const fits =
    Array.isArray(place) &&
    place.length === kinds.length &&
    place.every((value, index) => typeof value === kinds[index]);
  if (!fits) throw unknownCursor();
  return place as unknown as PlaceOf<Kinds>;
}

type PlaceOf<Kinds extends readonly ('string' | 'number')[]> = {
  -readonly [At in keyof Kinds]: Kinds[At] extends 'string' ? string : number;
};

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function unknownCursor(): KeelsonError {
  return new KeelsonError('invalid_request', '`query.cursor` is none that this list gave.', {
    hint: 'Send `next_cursor` of the page before, with the same filters and the same sort.',
    details: { field: 'query.cursor' },
  });
}

/**
 * A page of things that are all in memory. `keyOf` gives what they are sorted by, and what tells those apart that are alike in
 * that.
 */
export function slicePage<Item>(
  items: readonly Item[],
  { limit, cursor, isDescending = false }: { limit?: number; cursor?: string; isDescending?: boolean },
  keyOf: (item: Item) => readonly [string | number, string],
): Page<Item> {
  const sign = isDescending ? -1 : 1;
  const compare = (one: readonly (string | number)[], other: readonly (string | number)[]): number =>
    sign * (order(one[0], other[0]) || order(one[1], other[1]));
  const sorted = items.toSorted((one, other) => compare(keyOf(one), keyOf(other)));
  const kind = sorted[0] === undefined ? 'string' : typeof keyOf(sorted[0])[0];
  const after = decodeCursor(cursor, [kind as 'string' | 'number', 'string']);
  const rest = after === undefined ? sorted : sorted.filter((item) => compare(keyOf(item), after) > 0);
  const data = rest.slice(0, limitOf({ limit }));
  const last = data.at(-1);
  return {
    data,
    next_cursor: rest.length > data.length && last !== undefined ? encodeCursor(keyOf(last)) : null,
  };
}

function order(one: string | number | undefined, other: string | number | undefined): number {
  if (one === other) return 0;
  return (one as string) < (other as string) ? -1 : 1;
}
