/** A 64-bit integer of a database as a number where a number holds it exactly, and as it is where none does. */
export function narrowInteger(value: bigint): number | bigint {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}
