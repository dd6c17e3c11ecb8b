/** Budgets as operators make, change and remove them, by hand or by a file; what is spent of them is not looked after here. */
import { type Json, KeelsonError } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { BudgetChange, Storage, StoredBudget } from '../storage/index.ts';
import { type Budget, type BudgetDefinition, invalid, readBudget } from './budget.ts';

export interface BookDeps {
  readonly storage: Pick<Storage, 'budgets' | 'leases'>;
  readonly clock: Pick<Clock, 'now'>;
  newId(): string;
  /** What else is wrong with a budget, known only above; undefined when nothing is. */
  problemWith?(budget: Budget): string | undefined;
}

/** A budget as it is kept. */
export interface KeptBudget {
  readonly budget: Budget;
  /** Whether it comes from a file, which is where it is to be changed. */
  readonly isOfFile: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly removedAt?: number;
}

type StoredDefinition = BudgetDefinition & { readonly origin?: 'file' };

const writeOffAfterMs = 60_000;

export class BudgetBook {
  readonly #deps: BookDeps;

  constructor(deps: BookDeps) {
    this.#deps = deps;
  }

  /** In the order of their ids, removed ones included. */
  async list(): Promise<readonly KeptBudget[]> {
    const stored = await this.#deps.storage.budgets.changedSince(0);
    return stored.map(toKept).sort((one, other) => (one.budget.id < other.budget.id ? -1 : 1));
  }

  /** Also when it is removed. */
  async find(id: string): Promise<KeptBudget | undefined> {
    const stored = await this.#deps.storage.budgets.find(id);
    return stored && toKept(stored);
  }

  async create(definition: BudgetDefinition): Promise<Budget> {
    const budget = this.#read(definition);
    await this.#checkKind(budget);
    await this.#deps.storage.budgets.create(this.#changeOf(definition, budget));
    await this.#note('created', budget.id, definition as unknown as Json);
    return budget;
  }

  async update(definition: BudgetDefinition): Promise<Budget> {
    const budget = this.#read(definition);
    await this.#checkKind(budget);
    const stored = await this.#deps.storage.budgets.update(this.#changeOf(definition, budget));
    if (stored === undefined) throw new KeelsonError('not_found', `There is no budget \`${budget.id}\`.`);
    await this.#note('updated', budget.id, definition as unknown as Json);
    return budget;
  }

  async remove(id: string): Promise<boolean> {
    const { storage, clock } = this.#deps;
    const wasThere = await storage.budgets.remove(id, clock.now());
    if (wasThere) await this.#note('removed', id, {});
    return wasThere;
  }

  async apply(definitions: readonly BudgetDefinition[]): Promise<void> {
    this.#checkAll(definitions.map(readBudget));
    const { budgets } = this.#deps.storage;
    const stored = new Map((await budgets.changedSince(0)).map((each) => [each.id, each]));
    for (const definition of definitions) {
      const budget = readBudget(definition);
      const change = this.#changeOf({ ...definition, origin: 'file' }, budget);
      const existing = stored.get(budget.id);
      if (existing !== undefined) checkKind(existing.definition, budget);
      stored.delete(budget.id);
      if (existing === undefined || existing.removedAt !== undefined) {
        // Another process of the same installation may be first.
        await budgets.create(change).catch((error: unknown) => {
          if (!KeelsonError.is(error) || error.code !== 'conflict') throw error;
        });
      } else if (JSON.stringify(existing.definition) !== JSON.stringify(change.definition))
        await budgets.update(change);
    }
    for (const { id, definition, removedAt } of stored.values()) {
      if (removedAt === undefined && isOfFile(definition)) await this.remove(id);
    }
  }

  /** Why a budget cannot be kept beside what is counted already. */
  async problemWithKind(definition: BudgetDefinition): Promise<string | undefined> {
    try {
      await this.#checkKind(readBudget(definition));
      return undefined;
    } catch (error) {
      if (!KeelsonError.is(error) || error.code !== 'configuration_invalid') throw error;
      return `${error.message} ${error.hint}`;
    }
  }

  async writeOff(owner: string): Promise<void> {
    const { clock, storage, newId } = this.#deps;
    const at = clock.now();
    const found = (await storage.leases.owners()).find(({ id }) => id === owner);
    if (found === undefined) throw new KeelsonError('not_found', `There is no process \`${owner}\`.`);
    if (at - found.heartbeatAt < writeOffAfterMs) {
      throw new KeelsonError('conflict', `The process \`${owner}\` showed a sign of life within a minute.`);
    }
    const entry = { id: newId(), at, kind: 'written off', subject: owner, detail: { host: found.host } };
    const stored = await storage.budgets.changedSince(0);
    const passing = stored.filter(({ definition }) => readStored(definition).measure === 'concurrency');
    await storage.leases.settleEstate({
      ...{ owner, at, charges: 'all' },
      passing: new Set(passing.map(({ id }) => id)),
      audit: () => entry,
    });
  }

  #read(definition: BudgetDefinition): Budget {
    const budget = readBudget(definition);
    this.#checkAll([budget]);
    return budget;
  }

  #checkAll(budgets: readonly Budget[]): void {
    const problems = budgets.flatMap((budget) => {
      const problem = this.#deps.problemWith?.(budget);
      return problem === undefined ? [] : [`Budget \`${budget.id}\`: ${problem}`];
    });
    if (problems.length > 0) throw invalid(problems);
  }

  #changeOf(definition: StoredDefinition, { id, limit }: Budget): BudgetChange {
    const at = this.#deps.clock.now();
    return { id, definition: definition as unknown as Json, amount: limit, at };
  }

  async #checkKind(budget: Budget): Promise<void> {
    const stored = await this.#deps.storage.budgets.find(budget.id);
    if (stored !== undefined) checkKind(stored.definition, budget);
  }

  async #note(kind: string, subject: string, detail: Json): Promise<void> {
    const { storage, newId, clock } = this.#deps;
    await storage.budgets.note({ id: newId(), at: clock.now(), kind, subject, detail });
  }
}

function isOfFile(definition: Json): boolean {
  return (definition as { origin?: unknown }).origin === 'file';
}

function toKept({ definition, createdAt, updatedAt, removedAt }: StoredBudget): KeptBudget {
  const budget = readStored(definition);
  const removed = removedAt === undefined ? {} : { removedAt };
  return { budget, isOfFile: isOfFile(definition), createdAt, updatedAt, ...removed };
}

/** What is in the database, without our own mark on it. */
export function readStored(definition: Json): Budget {
  const { origin: _origin, ...rest } = definition as unknown as StoredDefinition;
  return readBudget(rest);
}

/** What was spent is counted in a measure and by windows: another kind of budget needs another id. */
function checkKind(definition: Json, budget: Budget): void {
  const { measure, window = 'total' } = definition as unknown as BudgetDefinition;
  if (measure === budget.measure && window === budget.window) return;
  throw new KeelsonError(
    'configuration_invalid',
    `The budget \`${budget.id}\` counts ${measure} by \`${window}\` and cannot become another kind.`,
    { hint: 'Give the new budget another id.' },
  );
}
