// What an environment says of providers besides keys in variables: profiles, logins, roles of machines.
export type { Ambient } from './ambient.ts';
export { findAmbient } from './ambient-credentials.ts';
export { isProviderMeant } from './is-meant.ts';
export { type Environment, type ReadFile, readVariable } from './read-variable.ts';
