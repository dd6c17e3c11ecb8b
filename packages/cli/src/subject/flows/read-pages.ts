/** All entries of something that is given page by page, or as many as are wanted. */
const pageSize = 200;

export async function readPages<Entry>(
  most: number,
  read: (last: Entry | undefined, limit: number) => Promise<readonly Entry[]>,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (let isFull = true; isFull && entries.length < most; ) {
    const limit = Math.min(pageSize, most - entries.length);
    const page = await read(entries.at(-1), limit);
    entries.push(...page);
    isFull = page.length === limit;
  }
  return entries;
}
