/** All budgets by whom they bind, so that a call finds those above it with one look-up for each scope. */
import type { Account } from './account.ts';
import type { Scope } from './budget.ts';

/** Who calls, as far as it is known. */
export interface BudgetSubject {
  /** `default` when left out. */
  readonly organisation?: string;
  readonly workspace: string;
  readonly team?: string;
  readonly user?: string;
  readonly keyId: string;
}

/** A budget that a call touches, with all of it or only with what goes to one target. */
export interface Touch {
  readonly account: Account;
  /** `provider:model`. */
  readonly target: string | undefined;
}

const none: readonly Touch[] = [];

export class AccountTable {
  readonly #byId = new Map<string, Account>();
  readonly #bySubject = new Map<string, Account[]>();
  /** Callers come again and again as the same objects. */
  #ofSubject = new WeakMap<object, readonly Touch[]>();
  #tags = 0;
  #models = 0;

  get size(): number {
    return this.#byId.size;
  }

  get accounts(): Iterable<Account> {
    return this.#byId.values();
  }

  find(id: string): Account | undefined {
    return this.#byId.get(id);
  }

  add(account: Account): void {
    const { id, scope, subject } = account.budget;
    this.#byId.set(id, account);
    const key = keyOf(scope, subject);
    const others = this.#bySubject.get(key) ?? [];
    this.#bySubject.set(key, [...others, account]);
    this.#count(scope, 1);
  }

  remove(account: Account): void {
    const { id, scope, subject } = account.budget;
    this.#byId.delete(id);
    const key = keyOf(scope, subject);
    const others = (this.#bySubject.get(key) ?? []).filter((each) => each !== account);
    if (others.length === 0) this.#bySubject.delete(key);
    else this.#bySubject.set(key, others);
    this.#count(scope, -1);
  }

  /** `names` are the alias, if any, and every target of the plan. Nothing is made where there is nothing to find. */
  touchedBy(
    subject: BudgetSubject,
    tags: Readonly<Record<string, string>>,
    names: () => { alias: string | undefined; targets: readonly string[] },
  ): readonly Touch[] {
    const own = this.#ofSubject.get(subject) ?? this.#look(subject);
    if (this.#tags === 0 && this.#models === 0) return own;
    const more: Touch[] = [];
    if (this.#tags > 0) for (const name in tags) this.#take('tag', `${name}=${tags[name]}`, undefined, more);
    if (this.#models > 0) {
      const { alias, targets } = names();
      if (alias !== undefined) this.#take('model', alias, undefined, more);
      for (const target of new Set(targets)) if (target !== alias) this.#take('model', target, target, more);
    }
    return more.length === 0 ? own : [...own, ...more];
  }

  #look(subject: BudgetSubject): readonly Touch[] {
    const { organisation = 'default', workspace, team, user, keyId } = subject;
    const touches: Touch[] = [];
    const ids = { organisation, workspace, team, user, key: keyId } as const;
    for (const scope of ['organisation', 'workspace', 'team', 'user', 'key'] as const) {
      const id = ids[scope];
      if (id !== undefined) this.#take(scope, id, undefined, touches);
    }
    const found = touches.length === 0 ? none : touches;
    this.#ofSubject.set(subject, found);
    return found;
  }

  #take(scope: Scope, subject: string, target: string | undefined, into: Touch[]): void {
    for (const account of this.#bySubject.get(keyOf(scope, subject)) ?? noAccounts)
      into.push({ account, target });
  }

  #count(scope: Scope, change: number): void {
    this.#ofSubject = new WeakMap();
    if (scope === 'tag') this.#tags += change;
    if (scope === 'model') this.#models += change;
  }
}

const noAccounts: readonly Account[] = [];

function keyOf(scope: Scope, subject: string): string {
  return `${scope}\n${subject}`;
}
