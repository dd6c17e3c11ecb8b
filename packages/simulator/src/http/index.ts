/** Sockets, bodies and headers: what every request has in common before anyone knows what it asks. */
export { type Incoming, readIncoming } from './incoming.ts';
export { type Listener, openListener } from './listener.ts';
export { readBody } from './read-body.ts';
export { findKey, hideSecrets } from './secrets.ts';
