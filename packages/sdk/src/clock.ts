/** The only clock of the SDK: how long calls of other libraries took, and how long to wait before the next try. */
export const elapsedMs = (): number => performance.now();

/** Resolves after this time, or at once when the signal is aborted; whoever waits looks at the signal afterwards. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted) done();
  });
}
