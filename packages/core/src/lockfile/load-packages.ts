/** The lockfiles of the packages that a lockfile extends. Where their texts come from is the caller's business. */
import { KeelsonError } from '../errors/index.ts';
import type { Lockfile } from './lockfile.ts';
import { readAnyLockfile } from './migrate-lockfile.ts';

export interface LoadedPackages {
  readonly packages: ReadonlyMap<string, Lockfile>;
  /** Packages without a lockfile, or with one that cannot be read, and why. */
  readonly missing: readonly { readonly package: string; readonly says: string }[];
}

/** `textOf` answers with the text of a package's `keelson.lock` or `llmring.lock`, or undefined where it has none. */
export function loadPackages(
  lockfile: Lockfile,
  textOf: (name: string) => string | undefined,
): LoadedPackages {
  const packages = new Map<string, Lockfile>();
  const missing: { package: string; says: string }[] = [];
  for (const name of lockfile.packages) {
    const text = textOf(name);
    if (text === undefined) {
      missing.push({ package: name, says: `The package \`${name}\` brings no lockfile.` });
      continue;
    }
    try {
      packages.set(name, readAnyLockfile(text, `${name}/keelson.lock`).lockfile);
    } catch (error) {
      if (!KeelsonError.is(error)) throw error;
      missing.push({ package: name, says: error.message });
    }
  }
  return { packages, missing };
}
