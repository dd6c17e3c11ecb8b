/** Processes of the tests: several in one, on one database and by one clock that is turned by hand, which die when they are told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createIds, silentLog, systemRandom } from '../../observability/index.ts';
import type { Storage } from '../../storage/index.ts';
import type { Budget, BudgetDefinition } from '../budget.ts';
import { type Asking, Limits, type LimitsSettings } from '../limits.ts';
import type { RecoveredCall } from '../recover.ts';
import { Refusal } from '../refusal.ts';
import type { Reservation } from '../reservation.ts';

/** A Wednesday, at noon. */
export const noon = Date.UTC(2026, 10, 18, 12);

export interface TestClock extends Clock {
  set(at: number): void;
  advance(ms: number): void;
  /** What happens whenever somebody waits. */
  onSleep: () => Promise<void>;
}

export function createTestClock(at = noon): TestClock {
  let now = at;
  let elapsed = 0;
  const clock: TestClock = {
    now: () => now,
    elapsed: () => elapsed,
    sleep: async (ms) => {
      now += ms;
      elapsed += ms;
      await clock.onSleep();
    },
    // Ticks come when a test calls for them.
    every: () => () => {},
    set: (to) => {
      now = to;
    },
    advance: (ms) => {
      now += ms;
      elapsed += ms;
    },
    onSleep: async () => {},
  };
  return clock;
}

export type Weather = 'fine' | 'away' | 'answers are lost';

export class TestProcess {
  readonly limits: Limits;
  /** How its database does. */
  weather: Weather = 'fine';
  readonly recovered: RecoveredCall[] = [];
  readonly alerts: { budgetId: string; level: number }[] = [];

  constructor(
    storage: Pick<Storage, 'budgets' | 'leases'>,
    clock: TestClock,
    folder: string,
    more: Partial<LimitsSettings> & { journal?: LimitsSettings['journal'] } = {},
  ) {
    const leases: Storage['leases'] = { ...storage.leases };
    for (const name of Object.keys(leases) as (keyof typeof leases)[]) {
      const real = leases[name] as (...args: unknown[]) => Promise<unknown>;
      const query = async (...args: unknown[]): Promise<unknown> => {
        if (this.weather === 'away') throw new Error('The database is away.');
        const answer = await real(...args);
        if (this.weather === 'answers are lost') throw new Error('The answer was lost.');
        return answer;
      };
      Object.assign(leases, { [name]: query });
    }
    this.limits = new Limits({
      storage: { budgets: storage.budgets, leases },
      clock,
      log: silentLog,
      newId: createIds(clock, systemRandom),
      host: 'here',
      onAlert: ({ budgetId, level }) => this.alerts.push({ budgetId, level }),
      onRecovered: async (calls) => void this.recovered.push(...calls),
      ...more,
      journal: { folder, sync: 1e9, ...more.journal },
    });
  }

  /** A call of `keyId` in `workspace`, with this much of every budget that it touches. */
  ask(callId: string, amount: number, who: { workspace?: string; keyId?: string } = {}): ReturnType<Limits['reserve']> {
    return this.limits.reserve(this.asking(callId, amount, who));
  }

  asking(callId: string, amount: number, who: { workspace?: string; keyId?: string } = {}): Asking {
    const subject = { workspace: 'w', keyId: 'k', ...who };
    const touches = this.limits.touchedBy(subject, {}, () => ({ alias: undefined, targets: [] }));
    return { callId, touches, amounts: touches.map(({ account }) => amountOf(account.budget, amount)), facts: '{}' };
  }

  /** As if the system had killed it: nothing more is said to the database, and its lock is let go of. */
  async die(): Promise<void> {
    this.weather = 'away';
    await this.limits.close();
  }
}

export function amountOf({ measure }: Budget, amount: number): number {
  return measure === 'requests' || measure === 'concurrency' ? 1 : amount;
}

export async function granted(answer: ReturnType<Limits['reserve']>): Promise<Reservation> {
  const given = await answer;
  if (given instanceof Refusal) throw given.error;
  return given;
}

export async function refused(answer: ReturnType<Limits['reserve']>): Promise<Refusal> {
  const given = await answer;
  if (given instanceof Refusal) return given;
  throw new Error('It was granted.');
}

export function settle(reservation: Reservation, amount: number): void {
  const spent = reservation.touches.map(({ account }) => amountOf(account.budget, amount));
  reservation.settle(spent, noon, '{}');
}

export const money = (nanoDollars: number): string => (nanoDollars / 1e9).toFixed(9);

export function budget(changes: Partial<BudgetDefinition> = {}): BudgetDefinition {
  return { id: 'b', scope: 'workspace', subject: 'w', measure: 'money', window: 'day', limit: money(1000), ...changes };
}

export function tempFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'keelson-limits-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
