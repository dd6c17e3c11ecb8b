// The configuration file: reading, layering, checking, comparing, and exchanging it while the server runs. What each setting does
// is decided where it is used.
export type { ConfigurationChange } from './configuration-changes.ts';
export { readConfigurationSchema } from './configuration-schema.ts';
export type { ConfigurationValue, Origin } from './layers.ts';
export type { ConfigurationOutcome, CurrentConfiguration, LiveConfiguration } from './live-configuration.ts';
export {
  type LoadedStart,
  loadProviders,
  loadStart,
  openConfiguration,
} from './open-configuration.ts';
export { type ConfigurationProblem, describeProblem } from './problem.ts';
export { createCardLoader } from './registry-cards.ts';
