/**
 * Words that no file of the repository holds: hosts of package registries, which tie an install to one place, and paths
 * of the machine somebody happened to build on.
 */
import type { Problem } from '../problem.ts';
import { createLineFinder } from '../read-sources.ts';
import type { TreeRule } from '../rule.ts';

const notText =
  /\.(png|jpe?g|gif|webp|avif|ico|icns|pdf|woff2?|ttf|otf|wav|mp3|mp4|zip|gz|tgz|wasm|bin|db|sqlite)$/i;

/** Written in pieces, because this file is judged as well. */
const registryHosts = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'npmmirror', 'com'],
  ['registry', 'yarnpkg', 'com'],
  ['npm', 'pkg', 'github', 'com'],
  ['npm', 'jsr', 'io'],
  ['pypi', 'org'],
  ['files', 'pythonhosted', 'org'],
  ['static', 'crates', 'io'],
  ['index', 'crates', 'io'],
  ['deb', 'debian', 'org'],
  ['proxy', 'golang', 'org'],
].map((labels) => labels.join('.'));
const registryHost = new RegExp(
  String.raw`(?<![\w-])(${registryHosts.join('|').replaceAll('.', String.raw`\.`)})(?![\w-])`,
  'g',
);

/** A path from the root of the disk: at the start of a line or after something that cannot belong to an address. */
const machineFolders = ['work', 'home', 'root', 'Users'].join('|');
const machinePath = new RegExp(
  String.raw`(?<=^|[\s'"\`(=:,<>\[{|]|file:\/\/)\/(?:${machineFolders})\/`,
  'gm',
);

/** npm writes this into a lock when it is not told to leave it out; the host differs from machine to machine. */
const resolvedHost = /"resolved": "https?:[^"]*"/g;

interface BannedWord {
  readonly pattern: RegExp;
  readonly inFiles: RegExp;
  describe(word: string): string;
}

const bannedWords: readonly BannedWord[] = [
  {
    pattern: registryHost,
    inFiles: /./,
    describe: (word) => `\`${word}\` is the host of a package registry; leave it to the user's npm settings.`,
  },
  {
    pattern: machinePath,
    inFiles: /./,
    describe: (word) =>
      `\`${word}\` is a path of somebody's machine; write it from the root of the repository, or make it configurable.`,
  },
  {
    pattern: resolvedHost,
    inFiles: /(^|\/)package-lock\.json$/,
    describe: () =>
      'the lock names the host of a registry; write it again with `omit-lockfile-registry-resolved=true` in .npmrc.',
  },
];

export const repositoryWordsRule: TreeRule = (tree) =>
  tree.paths
    .filter((path) => !notText.test(path))
    .flatMap((path) => {
      const text = tree.read(path) ?? '';
      if (text.includes('\0')) return [];
      return bannedWords
        .filter(({ inFiles }) => inFiles.test(path))
        .flatMap((word) => find(path, text, word));
    });

function find(path: string, text: string, { pattern, describe }: BannedWord): Problem[] {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return [];
  const lineAt = createLineFinder(text);
  return found.map((match) => ({
    rule: 'repository-words',
    file: path,
    line: lineAt(match.index),
    says: describe(match[0]),
    subject: match[0],
  }));
}
