// What several people and programs share through a server: profiles, and word of calls that were made elsewhere.
export { type CallReport, createReporting, ownOrigin, type ReportedRecord } from './report-call.ts';
export {
  type AliasChange,
  changeAliases,
  findProfile,
  getProfileOf,
  loadProfileChain,
  type ProfilePush,
  pushProfile,
  removeProfile,
  type SharedProfile,
  type SharingDeps,
} from './shared-profiles.ts';
