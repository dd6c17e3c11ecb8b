/**
 * The pure floor of Keelson: the canonical model, the wire formats, framing, JSON and errors. Nothing here does I/O, tells
 * the time or draws a random number, so it runs in Node, browsers and edge runtimes alike.
 */
export * from './accounts/index.ts';
export * from './blocks/index.ts';
export * from './dialects/index.ts';
export * from './errors/index.ts';
export * from './framing/index.ts';
export * from './json/index.ts';
export * from './lockfile/index.ts';
export * from './message/index.ts';
export * from './own-format/index.ts';
export * from './receipts/index.ts';
export * from './registry/index.ts';
