// What of an engine may be exchanged while it works. Where a change comes from, and whether it is wished, is decided above.
export { BodyKeeping } from './body-keeping.ts';
export { type Changes, createChanges, type EngineChange } from './change-engine.ts';
export { copyRegistry } from './growing-registry.ts';
export { sweepEveryHour } from './sweep.ts';
