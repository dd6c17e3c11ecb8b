/** Whether a value carries the brand of one of our error classes. Never throws, whatever it is asked about. */
export function hasBrand(value: unknown, brand: symbol): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return (value as Record<symbol, unknown>)[brand] === true;
  } catch {
    // A proxy that lets nobody look is none of ours.
    return false;
  }
}
