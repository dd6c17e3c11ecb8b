/** The key of the moment with its validity, and its rotation: the new one begins now, the old one ends a little later. */
import { KeelsonError, type ReceiptKey } from '@keelson/core';
import type { Clock, Log } from '../observability/index.ts';
import type { Receipts } from '../storage/index.ts';
import { openSigningKey, readSigningKey, replaceSigningKey, type SigningKey } from './signing-key.ts';

interface HeldSigningKey {
  readonly key: SigningKey;
  readonly validFrom: number;
  readonly validTo?: number;
}

export interface KeyHolder {
  current(): HeldSigningKey;
  /** Takes up a key that another process has put in the file's place. */
  refresh(): void;
  /** Makes a new key; throws where the key is not kept in a file of ours. The old one ends after the overlap, a minute when left out. */
  rotate(overlapMs?: number): Promise<ReceiptKey>;
}

export interface KeySettings {
  /** Where the file of the key is. */
  readonly folder: string;
  /** The key itself, from the environment or a source of secrets; no file is used then. */
  readonly secret?: string;
  readonly storage: Receipts;
  readonly clock: Clock;
  readonly log: Log;
}

/** Other processes of this folder notice a new key within ten seconds. */
const usualOverlapMs = 60_000;

export async function holdSigningKey(settings: KeySettings): Promise<KeyHolder> {
  const { folder, secret } = settings;
  const key = secret === undefined ? openSigningKey(folder) : readSigningKey(secret, 'KEELSON_RECEIPT_KEY');
  return new Holder(settings, await register(key, settings));
}

export function keyIsElsewhere(): KeelsonError {
  return new KeelsonError('configuration_invalid', 'The key of receipts comes from KEELSON_RECEIPT_KEY.', {
    hint: 'Put another key where it is kept (`keelson keys generate --output FILE` makes one), and start again.',
  });
}

async function register(key: SigningKey, { storage, clock }: KeySettings): Promise<HeldSigningKey> {
  const { keyId, publicKey } = key;
  const kept = await storage.insertKey({ key_id: keyId, public_key: publicKey, valid_from: clock.now() });
  return { key, validFrom: kept.valid_from, ...(kept.valid_to !== undefined && { validTo: kept.valid_to }) };
}

class Holder implements KeyHolder {
  readonly #settings: KeySettings;
  #held: HeldSigningKey;

  constructor(settings: KeySettings, held: HeldSigningKey) {
    this.#settings = settings;
    this.#held = held;
  }

  current(): HeldSigningKey {
    return this.#held;
  }

  refresh(): void {
    const { folder, secret, log } = this.#settings;
    if (secret !== undefined) return;
    try {
      const key = openSigningKey(folder);
      if (key.keyId !== this.#held.key.keyId) void this.#take(key);
    } catch (error) {
      log.warn('The key that receipts are signed with cannot be read; the one from before holds.', { error });
    }
  }

  async rotate(overlapMs: number = usualOverlapMs): Promise<ReceiptKey> {
    const { folder, secret, storage, clock } = this.#settings;
    if (secret !== undefined) throw keyIsElsewhere();
    const old = this.#held.key.keyId;
    const key = replaceSigningKey(folder);
    this.#held = await register(key, this.#settings);
    await storage.endKey(old, clock.now() + overlapMs);
    return { key_id: key.keyId, public_key: key.publicKey, valid_from: this.#held.validFrom };
  }

  async #take(key: SigningKey): Promise<void> {
    const { log } = this.#settings;
    try {
      this.#held = await register(key, this.#settings);
    } catch (error) {
      log.warn('A new key for receipts could not be registered; the one from before holds.', { error });
    }
  }
}
