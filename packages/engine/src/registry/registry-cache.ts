/** What was fetched from registries, kept on disk. What was damaged there counts as not there. */
import { join } from 'node:path';
import { isJsonObject, type Json, sha256Hex } from '@keelson/core';
import type { Log, Random } from '../observability/index.ts';
import { readText } from './read-text.ts';
import { writeWhole } from './write-whole.ts';

export interface CachedText {
  /** Empty where the source has no such file. */
  readonly text: string;
  readonly isAbsent?: boolean;
  readonly etag?: string;
  /** When the source last said that this is what it has. */
  readonly checkedAt: number;
}

export interface RegistryCache {
  read(place: string): Promise<CachedText | undefined>;
  /** What cannot be written is told and otherwise of no consequence. */
  write(place: string, entry: CachedText): Promise<void>;
}

export interface RegistryCacheSettings {
  readonly folder: string;
  readonly log: Log;
  readonly random: Random;
}

const digits = 16;

/** Sources do not share a folder, so that none can answer for another. */
export function createRegistryCache(
  address: URL,
  { folder, log, random }: RegistryCacheSettings,
): RegistryCache {
  const own = join(folder, sha256Hex(address.href).slice(0, digits));
  const pathOf = (place: string): string => join(own, nameOf(place));
  return {
    read: async (place) => {
      try {
        const text = await readText(pathOf(place));
        const entry = text === undefined ? undefined : readEntry(text);
        if (text !== undefined && entry === undefined)
          log.warn('A cached registry file is damaged, and fetched anew.', { path: pathOf(place) });
        return entry;
      } catch (error) {
        log.warn('A cached registry file cannot be read.', { path: pathOf(place), error });
        return undefined;
      }
    },
    write: async (place, entry) => {
      const path = pathOf(place);
      try {
        await writeWhole(path, JSON.stringify({ ...entry, sha256: sha256Hex(entry.text) }), random);
      } catch (error) {
        log.warn('A registry file cannot be kept.', { path, error });
      }
    },
  };
}

/** `openai/models.json` is `openai_current.json`, and `openai/v/3/models.json` is `openai_v3.json`. */
function nameOf(place: string): string {
  const [provider = '', kind, version] = place.split('/');
  return kind === 'v' ? `${provider}_v${version}.json` : `${provider.replace(/\.json$/, '')}_current.json`;
}

function readEntry(written: string): CachedText | undefined {
  let json: Json;
  try {
    json = JSON.parse(written) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(json)) return undefined;
  const { text, etag, checkedAt, sha256, isAbsent } = json;
  if (typeof text !== 'string' || typeof checkedAt !== 'number' || sha256 !== sha256Hex(text))
    return undefined;
  return {
    text,
    checkedAt,
    ...(isAbsent === true && { isAbsent }),
    ...(typeof etag === 'string' && { etag }),
  };
}
