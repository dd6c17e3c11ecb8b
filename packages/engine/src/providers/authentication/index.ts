// How calls to providers say who calls.
export type { Authenticator, Surroundings } from './authentication.ts';
export { createAuthenticator } from './authenticator.ts';
export type { FetchToken } from './fetch-token.ts';
export { projectOfCredentials, quotaProjectOfCredentials } from './google.ts';
export type { AskMachine, MachineIdentity } from './machine-identity.ts';
