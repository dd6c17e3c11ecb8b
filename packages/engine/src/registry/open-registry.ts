/** Opens registries by their addresses and loads what is asked for from the first that has it, saying what was wrong on the way. */
import { createRegistry, KeelsonError, maxRegistryLength, type Registry } from '@keelson/core';
import type { Clock, Log, Random } from '../observability/index.ts';
import { createDocumentFetch, type ProxySettings } from '../providers/index.ts';
import { bundledSource } from './bundled-source.ts';
import { createFileSource } from './file-source.ts';
import { createRegistryCache } from './registry-cache.ts';
import type { DigestRule, RegistrySource, SourcedFile } from './registry-source.ts';
import { createWebSource } from './web-source.ts';

export interface RegistrySettings {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  /** For what is fetched; without it, nothing is kept. */
  readonly cacheFolder?: string;
  readonly ttlMs?: number;
  readonly wrongDigest?: DigestRule;
  readonly proxy?: ProxySettings;
}

/** `bundled`, `file:///folder` or `https://host/path`. */
export function openRegistrySource(address: string, settings: RegistrySettings): RegistrySource {
  if (address === 'bundled') return bundledSource;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'file:') return createFileSource(url, settings.wrongDigest);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return openWeb(url, settings);
  throw new KeelsonError('configuration_invalid', `\`${address}\` is no registry.`, {
    hint: 'Write `bundled`, a folder as file:///folder, or an address that begins with https://.',
    details: { field: 'registry' },
  });
}

function openWeb(url: URL, settings: RegistrySettings): RegistrySource {
  const { clock, log, random, cacheFolder: folder, ttlMs, wrongDigest, proxy } = settings;
  const fetch = createDocumentFetch({
    name: 'registry',
    maxBytes: maxRegistryLength,
    ...(proxy !== undefined && { proxy }),
  });
  return createWebSource(url, {
    clock,
    log,
    fetch,
    ...(folder !== undefined && { cache: createRegistryCache(url, { folder, log, random }) }),
    ...(ttlMs !== undefined && { ttlMs }),
    ...(wrongDigest !== undefined && { wrongDigest }),
  });
}

export interface LoadedRegistry {
  readonly registry: Registry;
  /** By provider, the file that was taken. */
  readonly files: ReadonlyMap<string, SourcedFile>;
  /** Providers of which no source could be read, as `checkLockfile` takes them; `isAbsent` where none has such a file. */
  readonly unreadable: readonly {
    readonly provider: string;
    readonly says: string;
    readonly isAbsent?: boolean;
  }[];
  /** What people should know: stale files, sources that were passed over, rows that were left out. */
  readonly remarks: readonly string[];
}

export interface LoadSettings {
  readonly log: Log;
  readonly versions?: ReadonlyMap<string, number>;
  /**
   * Where a source that should say something of a provider cannot be read, or has rows that cannot be: whether the next one may
   * stand in for it (the usual), or the provider counts as unreadable. A check must not be green by other prices than it was
   * told to look at.
   */
  readonly onFailure?: 'pass-over' | 'unreadable';
}

/** Of each provider the current file, or the version that is asked for. */
export async function loadRegistry(
  sources: readonly RegistrySource[],
  providers: readonly string[],
  { log, versions = new Map(), onFailure = 'pass-over' }: LoadSettings,
): Promise<LoadedRegistry> {
  const files = new Map<string, SourcedFile>();
  const unreadable: { provider: string; says: string; isAbsent?: boolean }[] = [];
  const remarks: string[] = [];
  const read = (provider: string) => firstOf(sources, provider, versions.get(provider), onFailure);
  const found = await Promise.all(
    providers.map(async (provider) => ({ provider, ...(await read(provider)) })),
  );
  for (const { provider, file, failures } of found) {
    if (file === undefined)
      unreadable.push(
        failures.length === 0
          ? { provider, says: `No registry has \`${provider}\`.`, isAbsent: true }
          : { provider, says: failures.join(' ') },
      );
    else {
      files.set(provider, file);
      remarks.push(...failures, ...remarksOn(file, log));
    }
  }
  return { registry: createRegistry(files.values()), files, unreadable, remarks };
}

async function firstOf(
  sources: readonly RegistrySource[],
  provider: string,
  version: number | undefined,
  onFailure: NonNullable<LoadSettings['onFailure']>,
) {
  const failures: string[] = [];
  for (const source of sources) {
    try {
      const file = await (version === undefined
        ? source.current(provider)
        : source.version(provider, version));
      if (file === undefined) continue;
      if (onFailure === 'pass-over' || file.problems.length === 0) return { file, failures };
      return { file: undefined, failures: file.problems.map(({ says }) => `${file.from}: ${says}`) };
    } catch (error) {
      if (!KeelsonError.is(error)) throw error;
      failures.push(error.message);
      if (onFailure === 'unreadable') return { file: undefined, failures };
    }
  }
  return { file: undefined, failures };
}

function remarksOn(file: SourcedFile, log: Log): string[] {
  for (const { row, says } of file.problems)
    log.warn('A row of a registry file was left out.', { registry: file.from, row, says });
  for (const { row, says } of file.warnings)
    log.warn('A registry file is not as it should be.', { registry: file.from, row, says });
  const left = file.problems.map(({ says }) => `${says} It was left out.`);
  const stale = file.says === undefined ? [] : [file.says];
  return [...stale, ...left, ...file.warnings.map(({ says }) => says)];
}
