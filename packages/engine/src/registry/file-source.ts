/** A registry in a folder of this machine. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeelsonError, maxRegistryLength, readBounded, readRegistryText } from '@keelson/core';
import {
  type DigestRule,
  manifestPlace,
  placeOf,
  type RegistrySource,
  type SourcedFile,
} from './registry-source.ts';

export function createFileSource(address: URL, wrongDigest: DigestRule = 'refuse'): RegistrySource {
  const folder = folderOf(address);
  const read = async (provider: string, version?: number): Promise<SourcedFile | undefined> => {
    const path = join(folder, placeOf(provider, version));
    const text = await readText(path);
    if (text === undefined) return undefined;
    const asked = version === undefined ? {} : { version };
    const file = readRegistryText(text, { name: path, provider, wrongDigest, ...asked });
    return { ...file, from: path, freshness: 'read' };
  };
  return {
    name: address.href,
    current: (provider) => read(provider),
    version: read,
    manifest: async () => {
      const path = join(folder, manifestPlace);
      const text = await readText(path);
      return text === undefined ? undefined : readBounded(text, path);
    },
  };
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

/** At most four bytes make one character, so a larger file is refused without being read. */
const maxBytes = 4 * maxRegistryLength;

/** Undefined where there is no such file. */
export async function readText(path: string): Promise<string | undefined> {
  let size = 0;
  try {
    const file = await open(path, 'r');
    try {
      const found = await file.stat();
      size = found.size;
      if (found.isFile() && size <= maxBytes) return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'no more';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(path, `the system says ${code}`, cause);
  }
  throw unreadable(
    path,
    size > maxBytes ? `it has ${size} bytes, and ${maxBytes} are allowed` : 'it is no file',
  );
}

function unreadable(path: string, why: string, cause?: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The registry file ${path} cannot be read: ${why}.`, {
    hint: 'Check the path and its permissions.',
    details: { field: 'registry' },
    cause,
  });
}
