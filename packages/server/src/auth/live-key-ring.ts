// The keys of callers as they stand in storage, held in memory: what a caller must wait for is not here. Changes of other processes
// are asked for four times a second, those of this one are taken over at once.
import type { Clock, Identity, KeyRecord, Log, Storage } from '@keelson/engine';
import { createKeyRing, type KeyRing, type KnownKey, knownKey } from './key-ring.ts';

export interface LiveKeyRing extends KeyRing {
  /** Takes over what has changed by now. */
  refresh(): Promise<void>;
  /** Ends the asking, and writes down when keys were last used. */
  close(): Promise<void>;
}

export interface LiveKeyRingDeps {
  readonly storage: Pick<Storage, 'keys'>;
  readonly clock: Clock;
  readonly log: Log;
}

const askEveryMs = 250;
const noteUsesEveryMs = 10_000;
/** So long may storage be away until somebody should hear of it: who was revoked meanwhile still calls. */
const staleAfterMs = 5000;

export async function openKeyRing(deps: LiveKeyRingDeps): Promise<LiveKeyRing> {
  const ring = new LiveRing(deps);
  await ring.refresh();
  return ring;
}

class LiveRing implements LiveKeyRing {
  readonly #deps: LiveKeyRingDeps;
  readonly #keys = new Map<string, KnownKey>();
  readonly #ring: KeyRing;
  readonly #stops: readonly (() => void)[];
  #uses = new Map<string, number>();
  #version = 0;
  #knownAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #isStale = false;

  constructor(deps: LiveKeyRingDeps) {
    const { clock } = deps;
    this.#deps = deps;
    this.#ring = createKeyRing(this.#keys, () => clock.now());
    this.#stops = [
      clock.every(askEveryMs, () => void this.#ask()),
      clock.every(noteUsesEveryMs, () => void this.#noteUses()),
    ];
  }

  identify(presented: string | undefined, address?: string): Identity {
    const identity = this.#ring.identify(presented, address);
    this.#uses.set(identity.keyId, this.#deps.clock.now());
    return identity;
  }

  ageMs(): number {
    return Math.round(this.#deps.clock.elapsed() - this.#knownAt);
  }

  /** What was asked for before may have been answered without the newest change. */
  async refresh(): Promise<void> {
    await this.#asking?.catch(ignore);
    await this.#read();
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.#asking;
    await this.#noteUses();
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#read()
      .catch((error: unknown) => this.#complain(error))
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }

  async #read(): Promise<void> {
    const { clock, storage, log } = this.#deps;
    const askedAt = clock.elapsed();
    const { keys, version } = await storage.keys.changedSince(this.#version);
    for (const key of keys) this.#take(key);
    this.#version = Math.max(this.#version, version);
    this.#knownAt = Math.max(this.#knownAt, askedAt);
    if (this.#isStale) log.warn('Changes of keys are heard of again.');
    this.#isStale = false;
  }

  #take(key: KeyRecord): void {
    if (key.revokedAt === undefined) this.#keys.set(key.secretSha256, knownKey(key));
    else this.#keys.delete(key.secretSha256);
  }

  #complain(error: unknown): void {
    if (this.#isStale || this.ageMs() < staleAfterMs) return;
    this.#isStale = true;
    this.#deps.log.error('Changes of keys are not heard of: storage does not answer. Known keys go on.', {
      error,
    });
  }

  async #noteUses(): Promise<void> {
    if (this.#uses.size === 0) return;
    const uses = [...this.#uses].map(([id, at]) => ({ id, at }));
    this.#uses = new Map();
    await this.#deps.storage.keys
      .noteUses(uses)
      .catch((error: unknown) => this.#deps.log.debug('Uses of keys could not be noted.', { error }));
  }
}

function ignore(): void {}
