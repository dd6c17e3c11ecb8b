/** File and folder names are kebab-case nouns that say what is inside; drawers for everything have no name here. */
import { posix } from 'node:path';
import type { Problem } from '../problem.ts';
import type { Tree } from '../read-sources.ts';
import type { TreeRule } from '../rule.ts';

const drawers = /^(utils?|helpers?|manager|service|common|misc|base|data|info)$/;
/** `string-utils` is as much of a drawer as `utils`; `base-url` and `usage-data` are not always. */
const drawerEndings = /-(utils?|helpers?|manager|misc)$/;
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** A file there has the name of its command, which is for people to choose. */
const commandsFolder = 'packages/cli/src/commands';
const foldersOfTools = /^(\..+|__[a-z]+__)$/;

export const namesRule: TreeRule = (tree) => [
  ...checkFolders(tree),
  ...tree.sources.flatMap(({ path }) => checkFile(path)),
];

function checkFile(path: string): Problem[] {
  const [stem = '', ...endings] = posix.basename(path).split('.');
  if (![stem, ...endings].every((part) => kebabCase.test(part))) {
    return [
      problem(
        path,
        `\`${posix.basename(path)}\` is not kebab-case; rename it after its main export, such as \`render-request.ts\`.`,
      ),
    ];
  }
  if (posix.dirname(path) === commandsFolder) return [];
  return isDrawer(stem) ? [problem(path, describeDrawer(stem))] : [];
}

/** Once per folder, at the first file in it. */
function checkFolders(tree: Tree): Problem[] {
  const firstFiles = new Map<string, string>();
  for (const { path } of tree.sources) {
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
      if (!firstFiles.has(folder)) firstFiles.set(folder, path);
    }
  }
  return [...firstFiles].flatMap(([folder, path]) => {
    const name = posix.basename(folder);
    if (foldersOfTools.test(name)) return [];
    if (!kebabCase.test(name))
      return [problem(path, `the folder \`${folder}\` is not kebab-case; rename it.`)];
    return isDrawer(name) ? [problem(path, describeDrawer(folder))] : [];
  });
}

function isDrawer(name: string): boolean {
  return drawers.test(name) || drawerEndings.test(name);
}

function describeDrawer(name: string): string {
  return `\`${name}\` names a drawer for everything; name what is inside, and move each part to the room that owns its noun.`;
}

function problem(file: string, says: string): Problem {
  return { rule: 'names', file, line: 1, says };
}
