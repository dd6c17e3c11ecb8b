// Random schedules of several processes on one database: whatever they do and however they die, no limit is overrun, and what
// the database says was spent is the sum of what calls were charged.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '../observability/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { createFile, createPostgres } from './__fixtures__/databases.ts';
import {
  amountOf,
  budget,
  createTestClock,
  money,
  noon,
  TestProcess,
  tempFolder,
} from './__fixtures__/limits-kit.ts';
import type { BudgetDefinition } from './budget.ts';
import { Refusal } from './refusal.ts';
import type { Reservation } from './reservation.ts';

const minute = 60_000;
const processes = 3;

type Step =
  | { readonly kind: 'ask'; readonly process: number; readonly amount: number; readonly key: number }
  | { readonly kind: 'settle'; readonly call: number; readonly share: number }
  | { readonly kind: 'flush' | 'die' | 'lose answers' | 'away' | 'clear'; readonly process: number }
  | { readonly kind: 'pass'; readonly ms: number };

const process = fc.nat({ max: processes - 1 });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      process,
      amount: fc.integer({ min: 1, max: 400 }),
      key: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      call: fc.nat({ max: 1000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('flush' as const), process }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), process }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose answers' as const), process }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('away' as const), process }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('clear' as const), process }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.integer({ min: -minute, max: 2 * minute }),
    }),
  },
) satisfies fc.Arbitrary<Step>;

interface Call {
  readonly reservation: Reservation;
  readonly process: number;
  readonly generation: number;
  readonly amount: number;
  /** What it is charged, when that is decided. */
  charged?: number;
}

let run = 0;

describe.each([
  ['an SQLite file', createFile],
  ['PostgreSQL', createPostgres],
])('random schedules in %s', (name, create) => {
  let database: Awaited<ReturnType<typeof create>>;
  let storage: Storage;
  beforeAll(async () => {
    database = await create();
    storage = await openStorage(database.target, { clock: systemClock, log: silentLog });
  });
  afterAll(async () => {
    await storage.close();
    await database.remove();
  });

  it('overrun no limit and lose no nano-dollar', { timeout: 120_000 }, async () => {
    const runs = name === 'PostgreSQL' ? 12 : 40;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        run += 1;
        await runSchedule(storage, `run${run}`, steps);
      }),
      { numRuns: runs },
    );
  });
});

async function runSchedule(storage: Storage, mark: string, steps: readonly Step[]): Promise<void> {
  const folder = tempFolder();
  const clock = createTestClock();
  const workspace = `w ${mark}`;
  const definitions: readonly BudgetDefinition[] = [
    budget({ id: `${mark}-day`, subject: workspace, limit: money(1000), outageAllowance: money(50) }),
    budget({ id: `${mark}-minute`, subject: workspace, window: 'minute', limit: money(600) }),
    budget({ id: `${mark}-key`, scope: 'key', subject: `k0 ${mark}`, limit: money(500), window: 'total' }),
    budget({ id: `${mark}-calls`, subject: workspace, measure: 'requests', window: 'minute', limit: 5 }),
  ];
  const start = async (): Promise<TestProcess> => {
    const started = new TestProcess(storage, clock, folder.path);
    await started.limits.ready;
    return started;
  };
  const all: { process: TestProcess; generation: number }[] = [];
  for (let index = 0; index < processes; index += 1) all.push({ process: await start(), generation: 0 });
  for (const definition of definitions) await all[0]!.process.limits.create(definition);
  for (const { process: each } of all) await each.limits.refresh();
  clock.onSleep = async () => {
    for (const { process: each } of all) await each.limits.flush().catch(() => {});
  };
  const calls: Call[] = [];
  const check = () => checkWindows(storage, definitions);
  for (const each of steps) {
    if (each.kind === 'pass') clock.set(clock.now() + each.ms);
    else if (each.kind === 'settle') settleOne(calls, all, each);
    else {
      const place = all[each.process]!;
      if (each.kind === 'flush') await place.process.limits.flush().catch(() => {});
      if (each.kind === 'away') place.process.weather = 'away';
      if (each.kind === 'lose answers') place.process.weather = 'answers are lost';
      if (each.kind === 'clear') place.process.weather = 'fine';
      if (each.kind === 'die') await replace(place, start, calls, each.process);
      if (each.kind === 'ask') {
        const { amount, key } = each;
        const answer = await place.process.ask(`${mark}-${calls.length}`, amount, {
          workspace,
          keyId: `k${key} ${mark}`,
        });
        if (!(answer instanceof Refusal))
          calls.push({ reservation: answer, process: each.process, generation: place.generation, amount });
      }
    }
    await check();
  }
  for (const [index, place] of all.entries()) await replace(place, start, calls, index);
  for (const { process: each } of all) await each.limits.close();
  await check();
  await compareSums(storage, definitions, calls);
  folder.remove();
}

/** Another takes its place and settles its estate: what was under way is charged at what was set aside. */
async function replace(
  place: { process: TestProcess; generation: number },
  start: () => Promise<TestProcess>,
  calls: readonly Call[],
  index: number,
): Promise<void> {
  // Lines that wait for the end of this turn are written, as they would be.
  await new Promise((resolve) => setImmediate(resolve));
  await place.process.die();
  for (const call of calls)
    if (call.process === index && call.generation === place.generation) call.charged ??= call.amount;
  place.process = await start();
  place.generation += 1;
}

function settleOne(
  calls: readonly Call[],
  all: readonly { generation: number }[],
  { call: pick, share }: { call: number; share: number },
): void {
  const living = calls.filter(
    (call) => call.charged === undefined && all[call.process]?.generation === call.generation,
  );
  const call = living[pick % Math.max(1, living.length)];
  if (call === undefined) return;
  call.charged = Math.floor(call.amount * share);
  const spent = call.reservation.touches.map(({ account }) => amountOf(account.budget, call.charged!));
  call.reservation.settle(spent, noon, '{}');
  // Some callers of this function are told twice.
  call.reservation.settle(spent, noon, '{}');
}

async function checkWindows(storage: Storage, definitions: readonly BudgetDefinition[]): Promise<void> {
  for (const { id } of definitions) {
    for (const { settled, leased, amount, carried, overshoot } of await storage.budgets.windows(id, 100)) {
      expect(settled + leased).toBeLessThanOrEqual(amount);
      expect(Math.min(settled, leased)).toBeGreaterThanOrEqual(0);
      expect([carried, overshoot]).toEqual([0, 0]);
    }
  }
}

async function compareSums(
  storage: Storage,
  definitions: readonly BudgetDefinition[],
  calls: readonly Call[],
): Promise<void> {
  for (const { id, measure } of definitions) {
    const windows = await storage.budgets.windows(id, 100);
    const settled = windows.reduce((sum, window) => sum + window.settled, 0);
    const charged = calls
      .filter(({ reservation }) => reservation.touches.some(({ account }) => account.budget.id === id))
      .reduce((sum, call) => sum + (measure === 'requests' ? 1 : (call.charged ?? Number.NaN)), 0);
    expect(settled, id).toBe(charged);
    expect(
      windows.reduce((sum, { leased }) => sum + leased, 0),
      id,
    ).toBe(0);
  }
}
