// How calls to providers say who calls.
export type { Authenticator, Signable } from './authentication.ts';
export { createAuthenticator } from './authenticator.ts';
export type { FetchToken } from './fetch-token.ts';
export { projectOfCredentials } from './google.ts';
