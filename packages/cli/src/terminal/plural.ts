/** A count with its noun, as people write it: one receipt, two receipts. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
