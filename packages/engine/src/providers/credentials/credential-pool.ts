/**
 * The credentials of one provider as its calls see them: chosen by weight for the workspace that calls, opened when they are
 * first used, left alone for a while when the provider refuses them. Nothing here asks the database.
 */
import type { Clock, Random } from '../../observability/index.ts';
import type { SealedCredential } from '../../storage/index.ts';
import type { Credentials } from '../authentication/credentials.ts';
import {
  type Choosable,
  chooseCredential,
  coolDownMs,
  type Refusal,
  refusalOf,
} from './choose-credential.ts';

/** For whom a call is made. */
export interface Tenant {
  /** `default` when left out. */
  readonly organisation?: string;
  readonly workspace: string;
}

/** The same object as long as its content is the same. */
export interface UsableCredential {
  readonly id: string;
  readonly credentials: Credentials;
}

export interface CredentialPool {
  /**
   * Of the tenant's workspace where it has any of its own, else of its organisation. Undefined when there is none that was
   * not tried.
   */
  choose(tenant: Tenant | undefined, tried: readonly string[]): UsableCredential | undefined;
  /** One that somebody names, whoever's it is; undefined when it is disabled, gone or cannot be opened. */
  find(id: string): UsableCredential | undefined;
  /** What the provider said; whether another credential might be answered otherwise. */
  report(credential: UsableCredential, status: number, retryAfterMs?: number): boolean;
  /** The credential cannot be used at all, as a provider that gives no token for it says. */
  reportUnusable(credential: UsableCredential): void;
  /** Whether the tenant has any of its own or of its organisation's, usable or not. */
  has(tenant: Tenant | undefined): boolean;
}

/** A credential in memory. */
export interface Held extends Choosable {
  readonly record: SealedCredential;
  coolDownUntil: number;
  refusalsInRow: number;
  usable?: UsableCredential;
  usedAt: number;
  failedAt: number;
  failure?: string;
}

interface OfOrganisation {
  readonly shared: Held[];
  readonly byWorkspace: Map<string, Held[]>;
}

export interface PoolParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'float'>;
  /** Undefined, after it was told, when it cannot be opened. */
  open(held: Held): Credentials | undefined;
  /** Something worth writing down soon has happened; the first time, it was not left alone before. */
  onRefused(held: Held, isFirst: boolean): void;
}

const nobodys: Held[] = [];

export class HeldPool implements CredentialPool {
  readonly #parts: PoolParts;
  #byOrganisation = new Map<string, OfOrganisation>();
  #byId = new Map<string, Held>();

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /** In place of all that were there. */
  hold(all: readonly Held[]): void {
    const byOrganisation = new Map<string, OfOrganisation>();
    for (const held of all) {
      const { organisation, workspace } = held.record;
      const own: OfOrganisation = byOrganisation.get(organisation) ?? { shared: [], byWorkspace: new Map() };
      byOrganisation.set(organisation, own);
      if (workspace === undefined) own.shared.push(held);
      else own.byWorkspace.set(workspace, [...(own.byWorkspace.get(workspace) ?? []), held]);
    }
    this.#byOrganisation = byOrganisation;
    this.#byId = new Map(all.map((held) => [held.id, held]));
  }

  choose(tenant: Tenant | undefined, tried: readonly string[]): UsableCredential | undefined {
    const all = this.#listFor(tenant);
    const { clock, random } = this.#parts;
    for (;;) {
      const held = chooseCredential(all, { now: clock.now(), chance: random.float(), tried });
      if (held === undefined) return undefined;
      const usable = this.#open(held);
      if (usable !== undefined) return usable;
      // It was told once; until its row changes there is nothing to try again.
      all.splice(all.indexOf(held), 1);
    }
  }

  find(id: string): UsableCredential | undefined {
    const held = this.#byId.get(id);
    return held && this.#open(held);
  }

  report(credential: UsableCredential, status: number, retryAfterMs?: number): boolean {
    const refusal = refusalOf(status);
    const held = this.#heldAs(credential);
    if (held !== undefined) {
      held.usedAt = this.#parts.clock.now();
      if (refusal === undefined) held.refusalsInRow = 0;
      else this.#refuse(held, refusal, retryAfterMs);
    }
    return refusal !== undefined;
  }

  has(tenant: Tenant | undefined): boolean {
    const own = this.#byOrganisation.get(tenant?.organisation ?? 'default');
    if (own === undefined) return false;
    return own.shared.length > 0 || (tenant !== undefined && own.byWorkspace.has(tenant.workspace));
  }

  reportUnusable(credential: UsableCredential): void {
    const held = this.#heldAs(credential);
    if (held !== undefined) this.#refuse(held, 'provider_authentication_failed', undefined);
  }

  #listFor(tenant: Tenant | undefined): Held[] {
    const own = this.#byOrganisation.get(tenant?.organisation ?? 'default');
    if (own === undefined) return nobodys;
    return (tenant && own.byWorkspace.get(tenant.workspace)) ?? own.shared;
  }

  /** What is heard of a secret that has been replaced in between says nothing of the new one. */
  #heldAs(credential: UsableCredential): Held | undefined {
    const held = this.#byId.get(credential.id);
    return held?.usable === credential ? held : undefined;
  }

  #open(held: Held): UsableCredential | undefined {
    if (held.usable !== undefined) return held.usable;
    const credentials = this.#parts.open(held);
    if (credentials === undefined) return undefined;
    held.usable = { id: held.id, credentials };
    return held.usable;
  }

  #refuse(held: Held, refusal: Refusal, retryAfterMs: number | undefined): void {
    const now = this.#parts.clock.now();
    // Answers to calls that were under way when the first was refused are the same refusal.
    const isFirst = held.coolDownUntil <= now;
    if (isFirst) held.refusalsInRow += 1;
    held.failedAt = now;
    held.failure = refusal;
    const until = now + coolDownMs(refusal, held.refusalsInRow, retryAfterMs);
    held.coolDownUntil = Math.max(held.coolDownUntil, until);
    this.#parts.onRefused(held, isFirst);
  }
}
