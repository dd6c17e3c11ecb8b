/** Room `lockfile`: aliases, profiles and pins: parse, resolve, digest, check, diff, render, migrate. No files are touched here. */
export { applyDefaults } from './apply-defaults.ts';
export { lockfileBounds, maxLockfileDepth, maxLockfileLength } from './bounds.ts';
export { type CheckOptions, type CheckResult, checkLockfile } from './check-lockfile.ts';
export { type CostGap, costGapOf, type MaxRegistryAge, tellCostGap } from './check-strictly.ts';
export {
  type AliasCost,
  type DiffOptions,
  diffLockfiles,
  type LockChange,
  type LockChangeKind,
  type LockDiff,
} from './diff-lockfiles.ts';
export { digestLockfile } from './digest.ts';
export {
  type DriftOptions,
  driftOfLockfile,
  type LockfileDrift,
} from './drift-of-lockfile.ts';
export { bindAlias, createLockfile, type LockOptions, lockModels, unbindAlias } from './edit-lockfile.ts';
export type { Finding, FindingCode } from './finding.ts';
export { legacyDigest } from './legacy-digest.ts';
export { type LoadedPackages, loadPackages } from './load-packages.ts';
export { lockfileData } from './lock-data.ts';
export { describeProblem, LockfileError, type LockProblem } from './lock-problem.ts';
export {
  type Constraint,
  type LockedAlias,
  type LockedProfile,
  type Lockfile,
  lockfileVersion,
  type Pin,
  type PoolEntry,
  type Preference,
  type RequestDefaults,
} from './lockfile.ts';
export { chooseModel, listModels, whyNot } from './match-models.ts';
export { type Migration, migrateLockfile, readAnyLockfile } from './migrate-lockfile.ts';
export type { MigrationNote } from './migration-note.ts';
export { type ModelReference, readReference } from './model-reference.ts';
export { costOfMonth, type MonthCost, type MonthUsage } from './month-cost.ts';
export {
  changeProfileAlone,
  digestProfile,
  documentOfProfile,
  joinProfiles,
  parseProfileDocument,
} from './one-profile.ts';
export { parseLockfile, validateLockfile } from './parse-lockfile.ts';
export { type PinnedPrices, pinModel, pricesOfPin } from './pin.ts';
export {
  type ChosenProfile,
  chooseProfile,
  getProfile,
  profileVariables,
  type WholeProfile,
} from './profiles.ts';
export { renderLockfile } from './render-lockfile.ts';
export {
  hasAlias,
  type LockedTarget,
  listAliases,
  type ResolvedAlias,
  type ResolveOptions,
  requireAliases,
  resolveAlias,
} from './resolve-alias.ts';
export { type Surroundings, suggestAliases, suggestedAliases } from './suggest-aliases.ts';
