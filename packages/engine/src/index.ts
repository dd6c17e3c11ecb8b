// The engine carries every call through budget, cache, routing and recovery to a provider. It does I/O and
// knows no HTTP server.
export * from './storage/index.ts';
