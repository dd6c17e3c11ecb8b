// What several people and programs share through a server: profiles, and word of calls that were made elsewhere.
export { type CallReport, createReporting, ownOrigin, type ReportedRecord } from './report-call.ts';
export {
  type AliasChange,
  changeAliases,
  findProfile,
  getProfileOf,
  type ProfilePush,
  pushProfile,
  removeProfile,
  resolveShared,
  type SharedProfile,
  type SharingDeps,
} from './shared-profiles.ts';
