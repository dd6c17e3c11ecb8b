/**
 * A registry on this machine: a folder as LLMRing lays it out, with `NAME.json` for `NAME/models.json` where somebody keeps only
 * the current files, or one file for one provider.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBundled, KeelsonError, readBounded, readRegistryText } from '@keelson/core';
import { readText } from './read-text.ts';
import {
  type DigestRule,
  manifestPlace,
  placeOf,
  type RegistrySource,
  type SourcedFile,
} from './registry-source.ts';

export function createFileSource(address: URL, wrongDigest: DigestRule = 'refuse'): RegistrySource {
  const source = new FileSource(folderOf(address), wrongDigest);
  return {
    name: address.href,
    current: (provider) => source.file(provider),
    version: (provider, version) => source.file(provider, version),
    manifest: async () => {
      const path = join(source.path, manifestPlace);
      const text = await readText(path);
      return text === undefined ? undefined : readBounded(text, path);
    },
    providers: () => source.providers(),
  };
}

class FileSource {
  readonly path: string;
  readonly #wrongDigest: DigestRule;
  #kind: Promise<'file' | 'folder'> | undefined;

  constructor(path: string, wrongDigest: DigestRule) {
    this.path = path;
    this.#wrongDigest = wrongDigest;
  }

  async file(provider: string, version?: number): Promise<SourcedFile | undefined> {
    const place = placeOf(provider, version);
    this.#kind ??= kindOf(this.path);
    if ((await this.#kind) === 'file') return this.#only(provider, version);
    const paths = [join(this.path, place), ...(version === undefined ? this.#flat(provider) : [])];
    for (const path of paths) {
      const text = await readText(path);
      if (text === undefined) continue;
      const asked = version === undefined ? { provider } : { provider, version };
      const file = readRegistryText(text, { name: path, wrongDigest: this.#wrongDigest, ...asked });
      return { ...file, from: path, freshness: 'read' };
    }
    return undefined;
  }

  #flat(provider: string): string[] {
    const names = [...new Set([provider, provider.replaceAll('_', '-')])];
    return names.map((name) => join(this.path, `${name}.json`));
  }

  /** A file that makes no sense says of no provider that it is not its own, so that all are in question. */
  async #only(provider: string, version: number | undefined): Promise<SourcedFile | undefined> {
    const text = await readText(this.path);
    if (text === undefined) throw nothingAt(this.path);
    const file = readRegistryText(text, { name: this.path, wrongDigest: this.#wrongDigest });
    const isAsked = file.provider === provider && (version === undefined || file.version === version);
    return isAsked ? { ...file, from: this.path, freshness: 'read' } : undefined;
  }

  async providers(): Promise<readonly string[]> {
    this.#kind ??= kindOf(this.path);
    if ((await this.#kind) === 'file') {
      const text = await readText(this.path);
      if (text === undefined) throw nothingAt(this.path);
      const { provider } = readRegistryText(text, { name: this.path, wrongDigest: this.#wrongDigest });
      return [provider];
    }
    return listProviders(this.path);
  }
}

/** Throws where a folder has not one registry file, because whoever names it means it to have some. */
async function listProviders(folder: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = entry.name.replace(/\.json$/, '');
    if (!isProvider(name)) {
      if (entry.isFile() && entry.name.endsWith('.json')) throw strange(join(folder, entry.name));
      continue;
    }
    if (entry.isDirectory()) {
      if ((await kindOf(join(folder, placeOf(name))).catch(() => undefined)) === 'file') found.add(name);
    } else if (entry.name.endsWith('.json') && entry.name !== manifestPlace)
      found.add(await providerOfFlat(join(folder, entry.name), name));
  }
  if (found.size === 0) throw nothingAt(folder);
  return [...found].sort();
}

/** `ollama-cloud.json` is of `ollama_cloud`. What cannot be read is told when it is read, where its name says whose it is. */
async function providerOfFlat(path: string, name: string): Promise<string> {
  const names = [name, name.replaceAll('-', '_')];
  try {
    const { provider } = readBounded((await readText(path)) ?? '', path);
    const own = names.find((each) => each === provider);
    if (own === undefined) throw strange(path);
    return own;
  } catch (error) {
    const known = names.find(isBundled);
    if (!KeelsonError.is(error) || known === undefined) throw error;
    return known;
  }
}

const isProvider = (name: string): boolean => {
  try {
    placeOf(name);
    return true;
  } catch {
    return false;
  }
};

async function kindOf(path: string): Promise<'file' | 'folder'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    throw nothingAt(path, cause);
  }
}

function nothingAt(path: string, cause?: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `There is no registry file at \`${path}\`.`, {
    hint: 'A folder has PROVIDER/models.json or PROVIDER.json for each provider.',
    details: { field: 'registry' },
    cause,
  });
}

function strange(path: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `\`${path}\` is not named after its provider.`, {
    hint: 'Name the file as its provider is called in the registry, such as openai.json.',
    details: { field: 'registry' },
  });
}

function folderOf(address: URL): string {
  try {
    return fileURLToPath(address);
  } catch (cause) {
    throw noFolder(address, cause);
  }
}

function noFolder({ href }: URL, cause: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The registry ${href} is no folder of this machine.`, {
    hint: 'Write it with three slashes, such as file:///srv/registry.',
    details: { field: 'registry' },
    cause,
  });
}
