// Where a configuration is on the disk: which files there are, reading them whole and within bounds, and writing one so that
// nobody ever sees half of it.
import { existsSync } from 'node:fs';
import { constants, type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SettingError } from '../http/index.ts';
import type { Environment } from './interpolate.ts';
import { maxFileBytes } from './read-document.ts';

const usualName = 'keelson.config.yaml';
const names = [usualName, 'keelson.config.yml', 'keelson.config.json'];

export interface ConfigurationFiles {
  /** The one that changes are written to. */
  readonly project: string | undefined;
  readonly user: string | undefined;
  /** What each would be called where there is none yet. */
  readonly newProject: string;
  readonly newUser: string;
}

export interface FileSurroundings {
  readonly environment: Environment;
  /** Where the process runs. */
  readonly folder: string;
  readonly homeFolder: string;
}

export function findConfigurationFiles({
  environment,
  folder,
  homeFolder,
}: FileSurroundings): ConfigurationFiles {
  const named = environment.KEELSON_CONFIG;
  const userFolder = environment.XDG_CONFIG_HOME || join(homeFolder, '.config');
  return {
    project: named ? resolve(folder, named) : findIn(folder),
    user: findIn(join(userFolder, 'keelson')),
    newProject: join(folder, usualName),
    newUser: join(userFolder, 'keelson', usualName),
  };
}

function findIn(folder: string): string | undefined {
  const found = names.map((name) => join(folder, name)).filter((file) => existsSync(file));
  if (found.length < 2) return found[0];
  throw new SettingError(
    `There are ${found.map((file) => `\`${basename(file)}\``).join(' and ')} in \`${folder}\`. Keep one of them, or name one in KEELSON_CONFIG.`,
  );
}

/** Why a file could not be read, for people. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

export interface ReadFile {
  readonly text: string;
  readonly signature: string;
}

/** Throws an `UnreadableFile`. Never more than the bound is read, however long the file is. */
export async function readConfigurationFile(file: string): Promise<ReadFile> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    throw new UnreadableFile(explain(error), { cause: error });
  }
  try {
    const before = await handle.stat();
    if (!before.isFile()) throw new UnreadableFile('is no file.');
    if (before.size > maxFileBytes) throw new UnreadableFile(`is longer than ${maxFileBytes / 1024} kB.`);
    const bytes = Buffer.alloc(maxFileBytes + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read)
      read = (await handle.read(bytes, length, bytes.length - length)).bytesRead;
    if (length > maxFileBytes) throw new UnreadableFile(`is longer than ${maxFileBytes / 1024} kB.`);
    const text = decode(bytes.subarray(0, length));
    return { text, signature: sign(await handle.stat()) };
  } catch (error) {
    throw error instanceof UnreadableFile ? error : new UnreadableFile(explain(error));
  } finally {
    await handle.close();
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UnreadableFile('is no UTF-8 text.', { cause: error });
  }
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'is not there.';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this process.';
  if (code === 'ENOSPC') return 'cannot be read, because the disk is full.';
  return `cannot be read${typeof code === 'string' ? ` (${code})` : ''}.`;
}

/** What changes with every way of saving a file; undefined where there is none. */
export async function signatureOf(file: string): Promise<string | undefined> {
  try {
    return sign(await stat(file));
  } catch {
    return undefined;
  }
}

function sign({
  mtimeMs,
  ctimeMs,
  size,
  ino,
}: {
  mtimeMs: number;
  ctimeMs: number;
  size: number;
  ino: number;
}): string {
  return [mtimeMs, ctimeMs, size, ino].join(' ');
}

/** Its owner's alone: it says where secrets are. */
const modeOfNew = 0o600;

export interface Writing {
  /** Of this writer alone, for the name of the file that takes the old one's place. */
  readonly id: string;
  /** Otherwise a file that is not there stays so. */
  readonly mayCreate?: boolean;
  /** Asked last of all; where it says no, nothing is written. */
  readonly isAllowed?: () => Promise<boolean>;
}

/**
 * In one step: whoever reads meanwhile, or after a crash, finds the old text or the new one. False where it was not allowed in
 * the end. Throws an `UnreadableFile`.
 */
export async function writeConfigurationFile(
  file: string,
  text: string,
  { id, mayCreate = false, isAllowed }: Writing,
): Promise<boolean> {
  try {
    const { target, mode } = await targetOf(file, mayCreate);
    const beside = join(dirname(target), `.${basename(target)}.${id}.tmp`);
    try {
      await writeWhole(beside, text, mode);
      if (isAllowed !== undefined && !(await isAllowed())) return false;
      await rename(beside, target);
      return true;
    } finally {
      await rm(beside, { force: true });
    }
  } catch (error) {
    throw new UnreadableFile(explain(error).replace('read', 'written'), { cause: error });
  }
}

/** Where the name leads elsewhere, it is there that the file is exchanged. */
async function targetOf(file: string, mayCreate: boolean): Promise<{ target: string; mode: number }> {
  try {
    const target = await realpath(file);
    return { target, mode: (await stat(target)).mode & 0o777 };
  } catch (error) {
    if (!mayCreate || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { target: file, mode: modeOfNew };
  }
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(path, flags, mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
