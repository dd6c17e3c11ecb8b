/**
 * A registry on the web, as LLMRing lays it out. Files are kept on disk: current ones are asked for again after a day, archived
 * ones never. When the network or the registry fails, what was there before is served, and said to be stale.
 */
import {
  type JsonObject,
  KeelsonError,
  type ReadRegistryText,
  readBounded,
  readRegistryText,
} from '@keelson/core';
import type { Clock, Log } from '../observability/index.ts';
import type { FetchDocument } from '../providers/index.ts';
import type { CachedText, RegistryCache } from './registry-cache.ts';
import {
  type DigestRule,
  manifestPlace,
  placeOf,
  providersOfManifest,
  type RegistrySource,
  type SourcedFile,
} from './registry-source.ts';

export interface WebSourceSettings {
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch: FetchDocument;
  /** Without it, every file is fetched each time. */
  readonly cache?: RegistryCache;
  /** How long a current file is taken as it is. */
  readonly ttlMs?: number;
  readonly wrongDigest?: DigestRule;
}

const dayMs = 24 * 60 * 60 * 1000;

interface Wanted {
  readonly provider: string;
  readonly version?: number;
}

export function createWebSource(address: URL, settings: WebSourceSettings): RegistrySource {
  const base = new URL(address.href.endsWith('/') ? address.href : `${address.href}/`);
  const source = new WebSource(base, settings);
  return {
    name: address.href,
    current: (provider) => source.file({ provider }),
    version: (provider, version) => source.file({ provider, version }),
    manifest: () => source.manifest(),
    providers: async () => providersOfManifest(await source.manifest()),
  };
}

class WebSource {
  readonly #base: URL;
  readonly #settings: WebSourceSettings;

  constructor(base: URL, settings: WebSourceSettings) {
    this.#base = base;
    this.#settings = settings;
  }

  async file(wanted: Wanted): Promise<SourcedFile | undefined> {
    const { clock, cache, ttlMs = dayMs } = this.#settings;
    const place = placeOf(wanted.provider, wanted.version);
    const at = new URL(place, this.#base);
    const kept = await cache?.read(place);
    if (kept?.isAbsent === true && wanted.version === undefined && clock.now() - kept.checkedAt < ttlMs)
      return undefined;
    const known = kept === undefined ? undefined : this.#readKept(kept, at, wanted);
    if (kept === undefined || known === undefined) return this.#fetch(at, place, wanted);
    const isFresh = wanted.version !== undefined || clock.now() - kept.checkedAt < ttlMs;
    const cached: SourcedFile = { ...known, from: at.href, freshness: 'cached', readAt: kept.checkedAt };
    return isFresh ? cached : this.#renew(at, place, { wanted, kept, cached });
  }

  /** Asked for as seldom as the files. What it says is not believed of any of them, so a stale one does no harm. */
  async manifest(): Promise<JsonObject | undefined> {
    const { clock, cache, fetch, ttlMs = dayMs } = this.#settings;
    const at = new URL(manifestPlace, this.#base);
    const kept = await cache?.read(manifestPlace);
    const read = ({ text, isAbsent }: CachedText) => (isAbsent ? undefined : readBounded(text, at.href));
    if (kept !== undefined && clock.now() - kept.checkedAt < ttlMs) return read(kept);
    try {
      const tag = kept?.isAbsent === true ? undefined : kept?.etag;
      const { state, text, etag } = await fetch(at, tag);
      const checkedAt = clock.now();
      const fresh: CachedText =
        state === 'unchanged' && kept !== undefined
          ? { ...kept, checkedAt }
          : {
              text,
              checkedAt,
              ...(state === 'absent' && { isAbsent: true }),
              ...(etag !== undefined && { etag }),
            };
      const manifest = read(fresh);
      await cache?.write(manifestPlace, fresh);
      return manifest;
    } catch (error) {
      if (!KeelsonError.is(error) || kept === undefined) throw error;
      return read(kept);
    }
  }

  /** Rules may have changed since it was kept. */
  #readKept(kept: CachedText, at: URL, wanted: Wanted): ReadRegistryText | undefined {
    try {
      return this.#read(kept.text, at, wanted);
    } catch {
      return undefined;
    }
  }

  #read(text: string, at: URL, wanted: Wanted): ReadRegistryText {
    const { wrongDigest = 'refuse' } = this.#settings;
    return readRegistryText(text, { name: at.href, ...wanted, wrongDigest });
  }

  async #fetch(at: URL, place: string, wanted: Wanted): Promise<SourcedFile | undefined> {
    const { clock, cache, fetch } = this.#settings;
    const { state, text, etag } = await fetch(at);
    if (state !== 'fetched') {
      // Otherwise each run would ask for what is not there, and none could do without the network.
      await cache?.write(place, { text: '', isAbsent: true, checkedAt: clock.now() });
      return undefined;
    }
    const file = this.#read(text, at, wanted);
    const readAt = clock.now();
    await cache?.write(place, { text, checkedAt: readAt, ...(etag !== undefined && { etag }) });
    return { ...file, from: at.href, freshness: 'fetched', readAt };
  }

  async #renew(
    at: URL,
    place: string,
    { wanted, kept, cached }: { wanted: Wanted; kept: CachedText; cached: SourcedFile },
  ): Promise<SourcedFile> {
    const { clock, cache, fetch } = this.#settings;
    try {
      const { state, text, etag } = await fetch(at, kept.etag);
      if (state === 'absent') throw missing(at);
      const file = state === 'unchanged' ? undefined : this.#read(text, at, wanted);
      if (file !== undefined) expectNewNumber(file, cached, at);
      const checkedAt = clock.now();
      const fresh =
        file === undefined
          ? { ...kept, checkedAt }
          : { text, checkedAt, ...(etag !== undefined && { etag }) };
      await cache?.write(place, fresh);
      return { ...cached, ...file, freshness: 'fetched', readAt: checkedAt };
    } catch (error) {
      if (!KeelsonError.is(error)) throw error;
      return this.#serveStale(cached, error);
    }
  }

  #serveStale(cached: SourcedFile, error: KeelsonError): SourcedFile {
    const day = new Date(cached.readAt ?? 0).toISOString().slice(0, 10);
    const says = `${cached.from} is as it was on ${day}, because it cannot be had now: ${error.message}`;
    this.#settings.log.warn('A registry file is stale.', { registry: cached.from, since: day, error });
    return { ...cached, freshness: 'stale', says };
  }
}

/** A number names one content for ever: whoever pinned it relies on that. */
function expectNewNumber(file: ReadRegistryText, cached: SourcedFile, at: URL): void {
  if (file.version > cached.version || file.digest === cached.digest) return;
  const what =
    file.version === cached.version
      ? `has other content than before under the same version ${file.version}`
      : `went back from version ${cached.version} to ${file.version}`;
  throw new KeelsonError('configuration_invalid', `The registry file ${at.href} ${what}, which is refused.`, {
    hint: 'Ask whoever keeps the registry: a change needs a new version. Clear the cache to take it all the same.',
    details: { field: 'registry' },
  });
}

function missing(at: URL): KeelsonError {
  return new KeelsonError('not_found', `There is no registry file ${at.href} any more.`);
}
