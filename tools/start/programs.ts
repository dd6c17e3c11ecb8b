/**
 * Which files `npm start` runs. Loading hundreds of sources takes most of a start, so the programs are bundled into few files
 * when a source has changed, and those are run. Where that is impossible, the sources are run as they are.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFiles } from './bundle-files.ts';
import { digestSources } from './digest-sources.ts';

export interface Programs {
  readonly server: string;
  readonly simulator: string;
  /** For NODE_COMPILE_CACHE: code that Node has read once need not be read again. */
  readonly codeCache: string;
}

const writer = join(import.meta.dirname, 'write-bundle.ts');
const bundlePrefix = 'bundle-';
const draftPrefix = 'draft-';
/** For those who change between branches, and for servers that still run from an older one. */
const keptBundles = 4;
const bundleTimeoutMs = 60_000;
const draftMaxAgeMs = 3_600_000;

interface FindOptions {
  /** Told why there is no bundle, where there is none. */
  readonly note?: (line: string) => void;
  /** Ends the bundling early; the sources are then the answer. */
  readonly signal?: AbortSignal;
}

export async function findPrograms(
  root: string,
  { note = () => {}, signal }: FindOptions = {},
): Promise<Programs> {
  const cache = join(root, 'node_modules/.cache/keelson');
  try {
    const folder = join(cache, `${bundlePrefix}${digestSources(root)}`);
    if (isWhole(folder)) rememberUse(folder);
    else await makeBundle({ root, cache, folder, signal });
    return {
      server: join(folder, bundleFiles.server),
      simulator: join(folder, bundleFiles.simulator),
      codeCache: join(folder, 'code'),
    };
  } catch (error) {
    note(`There is no bundle, so the sources are run: ${error instanceof Error ? error.message : error}`);
    return {
      server: join(root, 'packages/server/src/start.ts'),
      simulator: join(root, 'packages/simulator/src/main.ts'),
      codeCache: cache,
    };
  }
}

function isWhole(folder: string): boolean {
  return Object.values(bundleFiles).every((path) => existsSync(join(folder, path)));
}

/** The bundles used last are kept. */
function rememberUse(folder: string): void {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
  } catch {
    // The folder can only be read, so nothing in it will be deleted either.
  }
}

interface Making {
  readonly root: string;
  readonly cache: string;
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

/** Written elsewhere and put in its place at once: nobody finds half a bundle, however many start and whoever is killed. */
async function makeBundle({ root, cache, folder, signal }: Making): Promise<void> {
  // Not by mkdtemp, whose folders nobody but their owner can read: who installs may not be who runs.
  const draft = join(cache, `${draftPrefix}${randomUUID()}`);
  mkdirSync(draft, { recursive: true });
  try {
    await promisify(execFile)(process.execPath, [writer, root, draft], {
      timeout: bundleTimeoutMs,
      signal,
    });
    if (!isWhole(draft)) throw new Error('The bundler left out a file.');
    place(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  tidy(cache);
}

function place(draft: string, folder: string): void {
  // Another start was faster.
  if (isWhole(folder)) return;
  // Somebody has deleted some of it.
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!isWhole(folder)) throw error;
  }
}

/** Deletes bundles of long ago, and what starts that were killed have left. */
function tidy(cache: string): void {
  const found = readdirSync(cache).map((name) => {
    // Another start may have deleted it just now.
    const at = statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return { name, at };
  });
  const bundles = found.filter(({ name }) => name.startsWith(bundlePrefix)).toSorted((a, b) => b.at - a.at);
  const oldest = Date.now() - draftMaxAgeMs;
  const drafts = found.filter(({ name, at }) => name.startsWith(draftPrefix) && at < oldest);
  for (const { name } of [...bundles.slice(keptBundles), ...drafts]) {
    try {
      rmSync(join(cache, name), { recursive: true, force: true });
    } catch {
      // What cannot be deleted harms nobody.
    }
  }
}
