// With which settings of V8 a server is run. What the server itself is set to does not belong here.

/**
 * V8 lets the space for new objects grow to 128 MB, most of which lies idle between two collections. With 8 MB a thousand
 * streams take a hundred megabytes less, and calls no more CPU (docs/performance.md).
 */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=4'];
