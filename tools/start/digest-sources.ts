// One text that changes whenever a file changes of which a bundle is made. It asks for sizes and times only, because every
// start waits for it; what a bundle is does not belong here.
import { createHash, type Hash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';

const usualPackages: readonly string[] = ['core', 'engine', 'server', 'simulator'];

/** What was installed, which a bundle is made of besides the sources. */
const installed = ['node_modules/.package-lock.json', 'package-lock.json'];

export function digestSources(root: string, packages: readonly string[] = usualPackages): string {
  const hash = createHash('sha256').update(`${root}\n`);
  for (const path of [...installed, ...packages.map((name) => `packages/${name}/package.json`)])
    addFile(hash, `${root}/${path}`);
  for (const name of packages) addFolder(hash, `${root}/packages/${name}/src`);
  for (const path of ['start/write-bundle.ts', 'start/bundle-programs.ts', 'build/bundle-command.ts'])
    addFile(hash, `${import.meta.dirname}/../${path}`);
  return hash.digest('hex').slice(0, 16);
}

function addFolder(hash: Hash, folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) {
      if (!entry.name.endsWith('.test.ts')) addFile(hash, path);
    } else if (entry.name !== '__fixtures__') addFolder(hash, path);
  }
}

function addFile(hash: Hash, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  hash.update(found === undefined ? `${path} -\n` : `${path} ${found.size} ${found.mtimeMs}\n`);
}
