// With which settings of V8 and of the C library a server is run. What the server itself is set to does not belong here.

/**
 * V8 lets the space for new objects grow to 128 MB, most of which lies idle between two collections: with 24 MB a thousand
 * streams take a hundred megabytes less. A collection of so little is done before other threads have been woken for it. What
 * has been kept for a moment, as records are that wait to be written, is collected before it has become several times what
 * lives: 80 MB less after 100,000 calls, for a hundredth of the CPU (docs/performance.md).
 */
export const nodeFlags: readonly string[] = [
  '--max-semi-space-size=8',
  '--no-parallel-scavenge',
  '--heap-growing-percent=40',
];

/** The C library of most Linux systems gives every thread memory of its own, which holds 60 MB more after 60,000 calls. */
export const nodeEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '2' };
