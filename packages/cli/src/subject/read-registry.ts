/** The registry that a command works with: what Keelson brings along, and what a path puts in its place. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  type BundledProvider,
  bundledProviders,
  createRegistry,
  hashRegistryContent,
  type JsonObject,
  KeelsonError,
  loadBundledFile,
  parseJson,
  type Registry,
  type RegistryFile,
  readRegistryFile,
  toKeelsonError,
} from '@keelson/core';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';

export interface FileReading {
  readonly path: string;
  readonly file?: RegistryFile;
  /** Everything that is wrong with it; nobody should go by such a file. */
  readonly problems: readonly string[];
}

export interface RegistryReading {
  /** Left out where it is not known whose prices could not be read. */
  readonly registry?: Registry;
  readonly unreadable: readonly { readonly provider: string; readonly says: string }[];
  readonly readings: readonly FileReading[];
}

/** Nothing here throws for what is wrong with a file: a check tells it as what it has found. */
export async function readRegistry(
  path: string | undefined,
  providers: ReadonlySet<string> | undefined = undefined,
): Promise<RegistryReading> {
  const readings = path === undefined ? [] : await readRegistryPath(path);
  const broken = readings.filter(({ problems }) => problems.length > 0);
  const unreadable = broken.map(({ path: at, file, problems }) => ({
    provider: file?.provider ?? basename(at, '.json'),
    says: problems[0] ?? '',
  }));
  const files = readings.flatMap(({ file, problems }) => (file && problems.length === 0 ? [file] : []));
  const replaced = new Set(files.map(({ provider }) => provider));
  const wanted = bundledProviders.filter(
    (name: BundledProvider) => !replaced.has(name) && (providers?.has(name) ?? true),
  );
  // Whose file it was that cannot be read is known only where it says so, or has the name of a provider.
  if (unreadable.some(({ provider }) => !isProvider(provider))) return { unreadable, readings };
  const bundled = await Promise.all(wanted.map(loadBundledFile));
  return { registry: createRegistry([...bundled, ...files]), unreadable, readings };
}

const isProvider = (name: string): boolean => (bundledProviders as readonly string[]).includes(name);

/** For commands that can do nothing without it. */
export async function getRegistry(
  input: Input,
  { folder }: Surroundings,
  providers?: ReadonlySet<string>,
): Promise<Registry> {
  const path = input.text('registry');
  const { registry, unreadable } = await readRegistry(path && resolve(folder, path), providers);
  const [problem] = unreadable;
  if (registry !== undefined && problem === undefined) return registry;
  throw new KeelsonError('configuration_invalid', problem?.says ?? 'The registry cannot be read.', {
    hint: '`keelson registry validate PATH` tells everything that is wrong with it.',
    details: { field: 'registry' },
  });
}

/** A file, or a folder of `NAME.json` or `NAME/models.json`. */
export async function readRegistryPath(path: string): Promise<readonly FileReading[]> {
  const paths = await listFiles(path);
  if (paths.length === 0) return [{ path, problems: [`There is no registry file at \`${path}\`.`] }];
  return Promise.all(paths.map(readOneFile));
}

async function listFiles(path: string): Promise<readonly string[]> {
  const kind = await stat(path).catch(() => undefined);
  if (kind === undefined) return [];
  if (!kind.isDirectory()) return [path];
  const files: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      const inner = join(path, entry.name, 'models.json');
      if ((await stat(inner).catch(() => undefined))?.isFile()) files.push(inner);
    } else if (entry.name.endsWith('.json') && entry.name !== 'manifest.json')
      files.push(join(path, entry.name));
  }
  return files.sort();
}

const maxBytes = 16 * 1024 * 1024;

async function readOneFile(path: string): Promise<FileReading> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes)
      return { path, problems: [`\`${path}\` has ${size} bytes; ${maxBytes} are allowed.`] };
    return { path, ...judge(path, await readFile(path, 'utf8')) };
  } catch (thrown) {
    const { message } = KeelsonError.is(thrown) ? toKeelsonError(thrown) : (thrown as Error);
    return { path, problems: [`\`${path}\`: ${message}`] };
  }
}

function judge(path: string, text: string): Omit<FileReading, 'path'> {
  const json = parseJson(text) as JsonObject;
  const file = readRegistryFile(json);
  const problems = file.problems.map(({ says }) => `\`${path}\`: ${says}`);
  if (file.contentHash !== undefined && file.contentHash !== hashRegistryContent(json))
    problems.unshift(
      `\`${path}\` is not what its content_sha256_jcs says; somebody has changed one of them.`,
    );
  return { file, problems };
}
