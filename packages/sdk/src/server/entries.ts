/** All entries of a list, page after page, as they are asked for. */

interface Page<Entry> {
  readonly data: readonly Entry[];
  readonly next_cursor: string | null;
}

/**
 * @example
 * for await (const key of entries((place) => server.listKeys({ state: 'active', ...place }))) console.log(key.name);
 */
export async function* entries<Entry>(
  read: (place: { readonly cursor?: string }) => Promise<Page<Entry>>,
): AsyncGenerator<Entry, void> {
  for (let place = {}; ; ) {
    const { data, next_cursor: cursor } = await read(place);
    yield* data;
    // An older server may leave it out.
    if (cursor === null || cursor === undefined) return;
    place = { cursor };
  }
}
