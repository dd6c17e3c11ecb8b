// What other packages may use of the server: the application without a socket. Starting it as a process is start.ts.
export { createApp } from './app.ts';
export { createKeyRing, hashKey } from './auth/index.ts';
export {
  type ConfigurationChange,
  type ConfigurationOutcome,
  type ConfigurationProblem,
  type ConfigurationValue,
  type CurrentConfiguration,
  describeProblem,
  type LiveConfiguration,
  type Origin,
  readConfigurationSchema,
} from './configuration/index.ts';
export { parseSettings, SettingError, storageTarget } from './http/index.ts';
