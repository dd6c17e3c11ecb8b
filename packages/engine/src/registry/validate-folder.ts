/** Looks at registry files where they lie: whether each can be gone by, whether it may be published, and whether the manifest is true. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type JsonObject,
  KeelsonError,
  type RegistryFile,
  type RegistryValidation,
  readBounded,
  readRegistryText,
  validateRegistry,
} from '@keelson/core';
import { buildManifest } from './build-manifest.ts';
import { readText } from './read-text.ts';
import { manifestPlace, placeOf } from './registry-source.ts';

export interface FolderFile extends RegistryValidation {
  /** Below the folder. */
  readonly path: string;
  /** Left out where it cannot be read at all. */
  readonly file?: RegistryFile;
  /** Whether a command would go by it; otherwise `problems` begins with what keeps it from that. */
  readonly isReadable: boolean;
}

/** Of every file, archived ones too, whether it may be published; and whether the manifest says what they say. */
export async function validateRegistryFolder({
  folder,
}: {
  readonly folder: string;
}): Promise<readonly FolderFile[]> {
  const providers = await providersIn(folder);
  const places = (await Promise.all(providers.map((provider) => placesOf(folder, provider)))).flat();
  const files = await Promise.all(places.map((path) => validateFile(folder, path)));
  return [...files, await validateManifest(folder, providers)];
}

/** One file, or a folder with its archived versions; the manifest only where there is one. */
export async function validateRegistryPath(path: string): Promise<readonly FolderFile[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [await validateFile(path, '')];
  const providers = await providersIn(path);
  const flat = (await namesIn(path)).filter((name) => name.endsWith('.json') && name !== manifestPlace);
  const places = (await Promise.all(providers.map((provider) => placesOf(path, provider)))).flat();
  const files = await Promise.all([...places, ...flat].map((place) => validateFile(path, place)));
  const hasManifest = (await readText(join(path, manifestPlace))) !== undefined;
  return hasManifest ? [...files, await validateManifest(path, providers)] : files;
}

async function placesOf(folder: string, provider: string): Promise<string[]> {
  const versions = (await namesIn(join(folder, provider, 'v')))
    .map(Number)
    .filter((version) => Number.isSafeInteger(version) && version > 0)
    .sort((one, other) => one - other);
  return [placeOf(provider), ...versions.map((version) => placeOf(provider, version))];
}

async function validateManifest(folder: string, providers: readonly string[]): Promise<FolderFile> {
  const isRight = await isManifestTrue(folder, providers);
  const problems = isRight
    ? []
    : [{ says: 'The manifest does not say what the files say: promote a draft, or write it anew.' }];
  return { path: manifestPlace, ok: isRight, isReadable: isRight, problems, warnings: [] };
}

async function isManifestTrue(folder: string, providers: readonly string[]): Promise<boolean> {
  const load = (provider: string): Promise<JsonObject | undefined> =>
    readJson(join(folder, placeOf(provider)));
  try {
    const { content_sha256_jcs: expected } = await buildManifest(load, providers);
    const manifest = await readJson(join(folder, manifestPlace));
    return manifest?.content_sha256_jcs === expected;
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    return false;
  }
}

/** A place in the layout says whose file it must be, and which version. */
async function validateFile(folder: string, path: string): Promise<FolderFile> {
  const name = join(folder, path);
  const failed = (says: string): FolderFile => ({
    path: path === '' ? basename(folder) : path,
    ok: false,
    isReadable: false,
    problems: [{ says }],
    warnings: [],
  });
  try {
    const text = await readText(name);
    if (text === undefined) return failed(`There is no registry file at ${name}.`);
    const [, provider, version] = /^([^/]+)\/(?:v\/(\d+)\/)?models\.json$/.exec(path) ?? [];
    const file = readRegistryText(text, {
      name,
      ...(provider !== undefined && { provider }),
      ...(version !== undefined && { version: Number(version) }),
    });
    const { ok, problems, warnings } = validateRegistry(file.json);
    const isReadable = file.problems.length === 0;
    return { path: path === '' ? basename(folder) : path, file, isReadable, ok, problems, warnings };
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    return failed(error.message);
  }
}

async function readJson(path: string): Promise<JsonObject | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : readBounded(text, path);
}

export async function providersIn(folder: string): Promise<readonly string[]> {
  const providers: string[] = [];
  for (const name of await namesIn(folder))
    if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) && (await isFile(join(folder, placeOf(name)))))
      providers.push(name);
  return providers;
}

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
