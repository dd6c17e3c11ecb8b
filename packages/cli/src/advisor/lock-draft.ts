/** Bindings that were proposed and are not written yet: what they would change, and writing them over what stands in the file then. */
import {
  bindAlias,
  chooseProfile,
  createLockfile,
  diffLockfiles,
  type LockDiff,
  type LockedAlias,
  type Lockfile,
  lockModels,
  type Registry,
} from '@keelson/core';
import { changeLockfile } from '@keelson/engine';
import { deps, now, today } from '../subject/writing.ts';

export interface Proposal {
  readonly alias: string;
  readonly profile: string;
  readonly bound: LockedAlias;
}

export interface DraftParts {
  /** As it was read; undefined where there is none yet. */
  readonly lockfile: Lockfile | undefined;
  readonly path: string;
  readonly registry: Registry;
  readonly packages: ReadonlyMap<string, Lockfile>;
  /** The one that applies; for a new lockfile, its only one. */
  readonly profile: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export class LockDraft {
  readonly path: string;
  readonly #parts: DraftParts;
  #before: Lockfile;
  #proposals: readonly Proposal[] = [];

  constructor(parts: DraftParts) {
    this.#parts = parts;
    this.path = parts.path;
    this.#before = parts.lockfile ?? createLockfile(new Map(), undefined, now());
  }

  get proposals(): readonly Proposal[] {
    return this.#proposals;
  }

  /** With what is proposed. */
  get lockfile(): Lockfile {
    return this.#proposals.reduce((lockfile, proposal) => this.#apply(lockfile, proposal), this.#before);
  }

  get profile(): string {
    return chooseProfile(this.#before, this.#parts.profile, this.#parts.environment).name;
  }

  /** A later proposal for the same alias takes the place of the earlier. Throws where it cannot be locked. */
  propose(alias: string, bound: LockedAlias): LockDiff {
    const proposal = { alias, bound, profile: this.profile };
    const others = this.#proposals.filter((each) => each.alias !== alias);
    // What cannot be bound is thrown here, before it is taken up.
    this.#apply(this.#before, proposal);
    this.#proposals = [...others, proposal];
    return this.diff();
  }

  drop(): void {
    this.#proposals = [];
  }

  diff(): LockDiff {
    const { registry, packages } = this.#parts;
    return diffLockfiles(this.#before, this.lockfile, { registry, packages, profile: this.profile });
  }

  /** Over what stands in the file at that moment, so that nothing that others wrote is lost. */
  async save(): Promise<{ readonly path: string; readonly digest: string }> {
    const change = (lockfile: Lockfile): Lockfile =>
      this.#proposals.reduce((before, proposal) => this.#apply(before, proposal), lockfile);
    const create = (): Lockfile => createLockfile(new Map(), undefined, now());
    const { lockfile, digest, path } = await changeLockfile(this.path, change, deps, { create });
    this.#before = lockfile;
    this.#proposals = [];
    return { path, digest };
  }

  #apply(lockfile: Lockfile, { alias, bound, profile }: Proposal): Lockfile {
    const changed = bindAlias(lockfile, alias, bound, profile);
    return lockModels(changed, this.#parts.registry, { profile, lockedAt: today() });
  }
}
