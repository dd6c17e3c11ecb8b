/** The client of a server's management API: profiles, bindings, reported calls, usage, receipts, conversations, keys, registration. */
export { ConflictError } from './conflict-error.ts';
export { entries } from './entries.ts';
export { type ProfilePush, type PulledProfile, ServerClient, type ServerOptions } from './server-client.ts';
export type * from './server-operations.ts';
