/**
 * Credentials of providers that are kept in the database: made, listed, rotated and removed while Keelson runs. Values go in
 * and are never given back; only the pools that send calls open them. Changes by other processes are heard of within
 * seconds.
 */
import { KeelsonError } from '@keelson/core';
import { type Clock, createIds, type Log, type Random } from '../../observability/index.ts';
import type { Sealer } from '../../secrets/index.ts';
import type {
  CredentialChange,
  CredentialFilter,
  CredentialRecord,
  CredentialUse,
  SealedCredential,
  Storage,
} from '../../storage/index.ts';
import type { Credentials } from '../authentication/credentials.ts';
import { type CredentialContent, parseContent, placeOf, renderContent } from './credential-content.ts';
import { type CredentialPool, type Held, HeldPool } from './credential-pool.ts';
import { type Resealed, resealAll } from './reseal.ts';

export interface ProviderCredentialsSettings {
  readonly storage: Pick<Storage, 'credentials'>;
  /** Asked until there is one, when something has to be opened or sealed; undefined where there is no key and none may be made. */
  readonly readSealer: (mayMake: boolean) => Sealer | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How often it is asked whether another process has changed any. */
  readonly refreshMs?: number;
}

export interface NewCredential {
  /** `default` when left out. */
  readonly organisation?: string;
  /** All of the organisation's when left out. */
  readonly workspace?: string;
  /** By the name that its models are addressed by. */
  readonly provider: string;
  readonly name: string;
  readonly content: CredentialContent;
  /** 1 when left out. */
  readonly weight?: number;
  /** The id of the key or person who makes it. */
  readonly by: string;
}

export interface ProviderCredentials {
  create(credential: NewCredential): Promise<CredentialRecord>;
  list(filter?: CredentialFilter): Promise<readonly CredentialRecord[]>;
  /** Throws `not_found` when there is none, here and below. */
  find(id: string): Promise<CredentialRecord>;
  change(id: string, change: CredentialChange): Promise<CredentialRecord>;
  rotate(
    id: string,
    rotation: { readonly content: CredentialContent; readonly by: string },
  ): Promise<CredentialRecord>;
  remove(id: string): Promise<void>;
  /** Encrypts everything with the newest master key. It may be stopped and begun again at any time. */
  reseal(): Promise<Resealed>;
  /** What calls to a provider are sent with. */
  poolFor(provider: string): CredentialPool;
  /** Reads what has changed now rather than soon. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Throws when a credential is encrypted with a master key that is not here. */
export async function openProviderCredentials(
  settings: ProviderCredentialsSettings,
): Promise<ProviderCredentials> {
  const credentials = new StoredCredentials(settings);
  await credentials.start();
  return credentials;
}

class StoredCredentials implements ProviderCredentials {
  readonly #settings: ProviderCredentialsSettings;
  readonly #newId: () => string;
  readonly #pools = new Map<string, HeldPool>();
  #held = new Map<string, Held>();
  #mark = '';
  #sealer: Sealer | undefined;
  #stop: () => void = () => undefined;
  #flushing: Promise<void> | undefined;
  #flushedAt = 0;
  #isRefreshFailing = false;

  constructor(settings: ProviderCredentialsSettings) {
    this.#settings = settings;
    this.#newId = createIds(settings.clock, settings.random);
  }

  async start(): Promise<void> {
    const { clock, refreshMs = 2000 } = this.#settings;
    await this.#checkMasterKeys();
    await this.refresh();
    this.#flushedAt = clock.now();
    this.#stop = clock.every(refreshMs, () => {
      void this.#refreshQuietly();
      void this.#flush();
    });
  }

  async create(asked: NewCredential): Promise<CredentialRecord> {
    const { organisation = 'default', workspace, provider, name, weight = 1, content, by } = asked;
    checkName('name', name);
    checkName('provider', provider);
    checkName('organisation', organisation);
    if (workspace !== undefined) checkName('workspace', workspace);
    checkWeight(weight);
    const { storage, clock } = this.#settings;
    const id = this.#newId();
    const sealer = await this.#sealerToWrite();
    const record: SealedCredential = {
      id,
      organisation,
      provider,
      name,
      weight,
      state: 'active',
      sealed: sealer.seal(renderContent(content), placeOf(id)),
      sealedWith: sealer.keyId,
      createdAt: clock.now(),
      createdBy: by,
      version: 1,
      ...(workspace !== undefined && { workspace }),
    };
    await storage.credentials.insert(record);
    await this.refresh();
    return withoutSecret(record);
  }

  list(filter?: CredentialFilter): Promise<readonly CredentialRecord[]> {
    return this.#settings.storage.credentials.list(filter);
  }

  async find(id: string): Promise<CredentialRecord> {
    const record = await this.#settings.storage.credentials.find(id);
    if (record === undefined) throw missing(id);
    return record;
  }

  async change(id: string, change: CredentialChange): Promise<CredentialRecord> {
    if (change.name !== undefined) checkName('name', change.name);
    if (change.weight !== undefined) checkWeight(change.weight);
    return this.#changed(id, await this.#settings.storage.credentials.change(id, change));
  }

  async rotate(
    id: string,
    { content, by }: { readonly content: CredentialContent; readonly by: string },
  ): Promise<CredentialRecord> {
    const { storage, clock } = this.#settings;
    const sealer = await this.#sealerToWrite();
    const sealed = sealer.seal(renderContent(content), placeOf(id));
    const rotation = { sealed, sealedWith: sealer.keyId, at: clock.now(), by };
    return this.#changed(id, await storage.credentials.rotate(id, rotation));
  }

  async remove(id: string): Promise<void> {
    if (!(await this.#settings.storage.credentials.remove(id))) throw missing(id);
    await this.refresh();
  }

  async reseal(): Promise<Resealed> {
    const { storage, clock } = this.#settings;
    const resealed = await resealAll({
      credentials: storage.credentials,
      sealer: this.#readSealer(true) as Sealer,
      clock,
    });
    await this.refresh();
    return resealed;
  }

  poolFor(provider: string): CredentialPool {
    return this.#poolOf(provider);
  }

  async refresh(): Promise<void> {
    const { credentials } = this.#settings.storage;
    // Before the rows: what changes in between is read again the next time.
    const mark = await credentials.readMark();
    if (mark === this.#mark) return;
    this.#hold(await credentials.listSealed());
    this.#mark = mark;
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#flush();
    // One may have been under way that did not know the last of it.
    await this.#flush();
  }

  async #changed(id: string, isThere: boolean): Promise<CredentialRecord> {
    const record = isThere ? await this.#settings.storage.credentials.find(id) : undefined;
    if (record === undefined) throw missing(id);
    await this.refresh();
    return record;
  }

  #hold(rows: readonly SealedCredential[]): void {
    const before = this.#held;
    this.#held = new Map(rows.map((record) => [record.id, holdAs(record, before.get(record.id))]));
    const providers = new Set([...this.#pools.keys(), ...rows.map(({ provider }) => provider)]);
    const all = [...this.#held.values()];
    for (const provider of providers) {
      this.#poolOf(provider).hold(all.filter(({ record }) => record.provider === provider));
    }
  }

  #poolOf(provider: string): HeldPool {
    const known = this.#pools.get(provider);
    if (known !== undefined) return known;
    const { clock, random } = this.#settings;
    const pool = new HeldPool({
      clock,
      random,
      open: (held) => this.#open(held),
      onRefused: (held, isFirst) => {
        if (isFirst) this.#tellRefused(held);
        void this.#flush();
      },
    });
    this.#pools.set(provider, pool);
    return pool;
  }

  #open({ id, record }: Held): Credentials | undefined {
    try {
      const sealer = this.#readSealer(false);
      if (sealer === undefined) throw new Error('There is no master key here.');
      return parseContent(sealer.open(record.sealed, placeOf(id)));
    } catch (error) {
      this.#settings.log.error('A credential cannot be opened.', { credential: id, error });
      return undefined;
    }
  }

  #tellRefused({ id, record, failure, coolDownUntil }: Held): void {
    const { provider, name } = record;
    const until = new Date(coolDownUntil).toISOString();
    this.#settings.log.warn('A provider refused a credential, which is left alone for a while.', {
      credential: id,
      name,
      provider,
      failure,
      until,
    });
  }

  #readSealer(mayMake: boolean): Sealer | undefined {
    this.#sealer ??= this.#settings.readSealer(mayMake);
    return this.#sealer;
  }

  /** A key that was made just now, on another machine say, must not write beside rows that it cannot read. */
  async #sealerToWrite(): Promise<Sealer> {
    await this.#checkMasterKeys();
    return this.#readSealer(true) as Sealer;
  }

  async #checkMasterKeys(): Promise<void> {
    const used = await this.#settings.storage.credentials.listMasterKeys();
    if (used.length === 0) return;
    // A new key, made here, would look like the one that is missing.
    const sealer = this.#readSealer(false);
    const unknown = used.find((keyId) => sealer?.knows(keyId) !== true);
    if (unknown === undefined) return;
    const all = await this.#settings.storage.credentials.list();
    const row = all.find(({ sealedWith }) => sealedWith === unknown)?.id ?? '';
    throw new KeelsonError(
      'configuration_invalid',
      `The credential ${row} was encrypted with the master key ${unknown}, which is not here.`,
      {
        hint: 'Set KEELSON_MASTER_KEY to where that key is; a new one goes in front of it, not in its place.',
      },
    );
  }

  async #refreshQuietly(): Promise<void> {
    try {
      await this.refresh();
      this.#isRefreshFailing = false;
    } catch (error) {
      if (!this.#isRefreshFailing) {
        this.#settings.log.warn('Changes of credentials cannot be read.', { error });
      }
      this.#isRefreshFailing = true;
    }
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#writeUses().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #writeUses(): Promise<void> {
    const since = this.#flushedAt;
    const now = this.#settings.clock.now();
    const uses = [...this.#held.values()].flatMap((held) => useSince(held, since));
    if (uses.length === 0) return;
    try {
      await this.#settings.storage.credentials.noteUses(uses);
      this.#flushedAt = now;
    } catch (error) {
      this.#settings.log.warn('Uses of credentials could not be noted.', { error });
    }
  }
}

/** What is known of a credential outlives a change of its row, but not another secret. */
function holdAs(record: SealedCredential, before: Held | undefined): Held {
  const { id, weight } = record;
  const coolDownUntil = record.coolDownUntil ?? 0;
  if (before === undefined || before.record.sealed !== record.sealed) {
    return { id, weight, record, coolDownUntil, refusalsInRow: 0, usedAt: 0, failedAt: 0 };
  }
  return { ...before, weight, record, coolDownUntil: Math.max(coolDownUntil, before.coolDownUntil) };
}

function useSince(held: Held, since: number): CredentialUse[] {
  const { id, usedAt, failedAt, failure, coolDownUntil } = held;
  if (usedAt < since && failedAt < since) return [];
  return [
    {
      id,
      ...(usedAt > 0 && { usedAt }),
      ...(failedAt >= since && failedAt > 0 && { failedAt, coolDownUntil }),
      ...(failedAt >= since && failure !== undefined && { failure }),
    },
  ];
}

function withoutSecret({ sealed: _, ...record }: SealedCredential): CredentialRecord {
  return record;
}

function checkName(field: string, value: string): void {
  if (/^[\w][\w .:@/-]{0,199}$/.test(value)) return;
  throw new KeelsonError('invalid_request', `The \`${field}\` of a credential is not one that can be used.`, {
    hint: 'Use up to 200 letters, digits, spaces and . : @ / - _, beginning with a letter or digit.',
    details: { field },
  });
}

function checkWeight(weight: number): void {
  if (Number.isInteger(weight) && weight >= 0 && weight <= 1000) return;
  throw new KeelsonError(
    'invalid_request',
    'The `weight` of a credential is no whole number from 0 to 1000.',
    {
      details: { field: 'weight' },
    },
  );
}

function missing(id: string): KeelsonError {
  return new KeelsonError('not_found', `There is no credential \`${id.slice(0, 64)}\`.`);
}
