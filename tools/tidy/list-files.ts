/** Lists the files of a repository that git keeps or would keep, so that nobody's local leftovers are judged. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const neverOurs = new Set(['node_modules', '.git', 'release', 'coverage']);
/** Written by a program, which is judged in place of it. */
const generated = 'clients/';

/** Paths from the root with forward slashes, sorted. */
export function listFiles(root: string): string[] {
  const paths = existsSync(join(root, '.git')) ? listByGit(root) : [...walkFolder(root, '')];
  return paths.sort();
}

function listByGit(root: string): string[] {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    env: environmentWithoutGit(),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const isThere = (path: string): boolean =>
    path !== '' && !path.startsWith(generated) && existsSync(join(root, path));
  return [...new Set(listing.split('\0'))].filter(isThere);
}

/** Inside a git hook, GIT_DIR and GIT_INDEX_FILE point at the hook's repository, whatever folder we ask about. */
function environmentWithoutGit(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
}

/** For a tree without git, such as an unpacked archive or a test's. */
function* walkFolder(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (neverOurs.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walkFolder(root, path);
    else if (entry.isFile()) yield path;
  }
}
