/** The SDK's only clock: how long calls of other libraries took. */
export const elapsedMs = (): number => performance.now();
