/** `keelson lock diff`: what a change means, between two files, two revisions, or today's registry and the locked one. */
import { execFile } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { diffLockfiles, KeelsonError, type Lockfile, lockModels, readAnyLockfile } from '@keelson/core';
import { readLockfileFile } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { type OpenLockfile, openLockfile } from '../../subject/open-lockfile.ts';
import { getRegistry } from '../../subject/open-registry.ts';
import { readUsage } from '../../subject/read-usage.ts';
import { renderDiff, renderDiffMarkdown } from '../../subject/render-diff.ts';

export const run: Run = async (input, surroundings) => {
  const usage = await readUsage(input, surroundings);
  const registry = await getRegistry(input, surroundings);
  const { before, after, packages } = await readSides(input, surroundings);
  const profile = input.text('profile');
  const diff = diffLockfiles(before, after ?? lockModels(before, registry, { refresh: true, packages }), {
    registry,
    packages,
    ...(usage !== undefined && { usage }),
    ...(profile !== undefined && { profile }),
  });
  const isMarkdown = input.text('format') === 'markdown';
  return {
    data: asJson(diff),
    exitCode: input.isOn('exit-code') && !diff.same ? 1 : 0,
    text: (look) => (isMarkdown ? renderDiffMarkdown(diff) : renderDiff(diff, look)),
  };
};

interface Sides {
  readonly before: Lockfile;
  /** Left out where it is what locking again would make of it. */
  readonly after?: Lockfile;
  readonly packages: ReadonlyMap<string, Lockfile>;
}

async function readSides(input: Input, surroundings: Surroundings): Promise<Sides> {
  const [before, after] = input.words.map((path) => resolve(surroundings.folder, path));
  const base = input.text('base');
  if (base !== undefined && before !== undefined)
    throw new UsageError('`--base` and BEFORE both say what to compare with.', { hint: 'Give one of them.' });
  if (before !== undefined && after !== undefined) {
    const [old, fresh] = await Promise.all([readLockfileFile(before), readLockfileFile(after)]);
    return { before: old.lockfile, after: fresh.lockfile, packages: new Map() };
  }
  const open = await openLockfile(input, surroundings);
  const { lockfile, packages } = open;
  if (base !== undefined) return { before: await readRevision(open, base), after: lockfile, packages };
  if (before === undefined) return { before: lockfile, packages };
  return { before: (await readLockfileFile(before)).lockfile, after: lockfile, packages };
}

async function readRevision({ path }: OpenLockfile, revision: string): Promise<Lockfile> {
  const name = basename(path);
  // A revision that begins with a dash would be a flag of Git.
  if (revision.startsWith('-'))
    throw new UsageError(`\`${revision.slice(0, 60)}\` is no revision.`, {
      hint: 'Write a branch, a tag or a commit.',
    });
  const git = promisify(execFile)('git', ['show', `${revision}:./${name}`], {
    cwd: dirname(path),
    maxBuffer: 64 * 1024 * 1024,
  });
  const { stdout } = await git.catch((cause: unknown) => {
    const says = `Git has no \`${name}\` in the revision \`${revision.slice(0, 100)}\`.`;
    throw new KeelsonError('configuration_invalid', says, {
      hint: 'Check the revision; in continuous integration, fetch it first.',
      details: { field: 'base' },
      cause,
    });
  });
  return readAnyLockfile(stdout, `${name} of ${revision}`).lockfile;
}
