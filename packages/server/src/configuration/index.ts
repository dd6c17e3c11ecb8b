// The configuration file: reading, layering, checking, comparing, and exchanging it while the server runs. What each setting does
// is decided where it is used.
export { changeConfigurationFile, problemsInFile, problemsInText } from './change-file.ts';
export type { ConfigurationChange } from './configuration-changes.ts';
export { readConfigurationFile } from './configuration-files.ts';
export { readConfigurationSchema } from './configuration-schema.ts';
export { editText } from './edit-text.ts';
export type { ConfigurationValue, Origin } from './layers.ts';
export type { ConfigurationOutcome, CurrentConfiguration, LiveConfiguration } from './live-configuration.ts';
export { ConfigurationLoader, type Loaded, problemsError } from './load-configuration.ts';
export {
  type LoadedStart,
  loadProviders,
  loadStart,
  openConfiguration,
} from './open-configuration.ts';
export { type ConfigurationProblem, describeProblem } from './problem.ts';
export type { PlainValue } from './read-document.ts';
export { createCardLoader } from './registry-cards.ts';
export { type SettingRow, settingRows } from './setting-rows.ts';
