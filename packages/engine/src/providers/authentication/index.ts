// How calls to providers say who calls.
export { type Authenticator, type Credentials, createAuthenticator, type Signable } from './authenticator.ts';
