// Tells whether `node_modules` is what `package-lock.json` asks for, and remembers the answer. Changing
// `node_modules` does not belong here. Plain JavaScript that Node 18 can parse, without dependencies.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ version?: string, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} LockedPackage
 * @typedef {{ os: string, cpu: string, libc: string | undefined }} Platform
 */

/** @returns {Platform} */
function describePlatform() {
  if (process.platform !== 'linux') return { os: process.platform, cpu: process.arch, libc: undefined };
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  const libc = report.header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  return { os: 'linux', cpu: process.arch, libc };
}

/** @param {string} root */
const stampPath = (root) => join(root, 'node_modules', '.keelson-install');

/** @param {string} root */
function describeWanted(root) {
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${digest} ${process.platform}-${process.arch}\n`;
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Whether an optional package was made for this platform. One that names no platform belongs to another optional
 * package, which decides.
 * @param {LockedPackage} locked
 * @param {Platform} platform
 */
function isMadeFor({ os, cpu, libc }, platform) {
  if (os === undefined && cpu === undefined) return false;
  /** @type {[string | string[] | undefined, string | undefined][]} */
  const conditions = [
    [os, platform.os],
    [cpu, platform.cpu],
    [libc, platform.libc],
  ];
  return conditions.every(
    ([wanted, actual]) => wanted === undefined || [wanted].flat().includes(actual ?? ''),
  );
}

/**
 * Whether the packages that npm noted as installed are those of the lock. npm writes that note last, so an interrupted
 * install has none or an old one.
 * @param {Record<string, LockedPackage>} wanted
 * @param {Record<string, LockedPackage>} installed
 * @param {Platform} platform
 */
export function isSameInstall(wanted, installed, platform = describePlatform()) {
  const missing = Object.entries(wanted).some(([path, locked]) => {
    if (!path.startsWith('node_modules/')) return false;
    const found = installed[path];
    if (found !== undefined) return found.version !== locked.version;
    return !locked.optional || isMadeFor(locked, platform);
  });
  return !missing && Object.keys(installed).every((path) => path in wanted);
}

/** @param {string} root */
export function isComplete(root) {
  const note = readText(join(root, 'node_modules', '.package-lock.json'));
  if (note === undefined) return false;
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  try {
    return isSameInstall(JSON.parse(lock).packages, JSON.parse(note).packages);
  } catch {
    return false;
  }
}

/** @param {string} root */
export function isInstalled(root) {
  const wanted = describeWanted(root);
  const stamp = readText(stampPath(root));
  if (stamp === wanted) return true;
  const movedFromElsewhere = stamp !== undefined && stamp.split(' ')[1] !== wanted.split(' ')[1];
  if (movedFromElsewhere || !isComplete(root)) return false;
  rememberInstall(root);
  return true;
}

/** @param {string} root */
export function rememberInstall(root) {
  writeFileSync(stampPath(root), describeWanted(root));
}
