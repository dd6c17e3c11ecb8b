/** What to do about values that come later where a value has to be there at once. */

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Nobody waits for it, so its failure must not end the process. */
export function leaveBehind(value: unknown): void {
  try {
    if (isThenable(value)) value.then(undefined, () => {});
  } catch {
    // It throws when it is looked at: it comes neither now nor later.
  }
}
