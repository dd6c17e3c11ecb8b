/** What budgets do, whichever database keeps them: one suite, run on each. */
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '../observability/index.ts';
import { openStorage, type Storage, type StorageTarget } from '../storage/index.ts';
import {
  budget,
  createTestClock,
  granted,
  money,
  noon,
  refused,
  settle,
  type TestClock,
  TestProcess,
  tempFolder,
} from './__fixtures__/limits-kit.ts';
import type { LimitsSettings } from './limits.ts';
import { Refusal } from './refusal.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

interface TestDatabase {
  readonly target: StorageTarget;
  remove(): Promise<void>;
}

export function describeLimits(name: string, create: () => Promise<TestDatabase>): void {
  describe(`budgets in ${name}`, () => {
    let database: TestDatabase;
    let storage: Storage;
    let clock: TestClock;
    let folder: ReturnType<typeof tempFolder>;
    let processes: TestProcess[] = [];
    let made = 0;

    beforeAll(async () => {
      database = await create();
      storage = await openStorage(database.target, { clock: systemClock, log: silentLog });
    });
    afterAll(async () => {
      await storage?.close();
      await database?.remove();
    });
    beforeEach(() => {
      clock = createTestClock();
      folder = tempFolder();
    });
    afterEach(async () => {
      for (const process of processes) {
        process.weather = 'fine';
        await process.limits.close();
      }
      processes = [];
      for (const { id, removedAt } of await storage.budgets.changedSince(0))
        if (removedAt === undefined) await storage.budgets.remove(id, clock.now());
      folder.remove();
    });

    const start = async (more: Partial<LimitsSettings> = {}): Promise<TestProcess> => {
      const process = new TestProcess(storage, clock, folder.path, more);
      processes.push(process);
      await process.limits.ready;
      return process;
    };
    const newId = (): string => `b${made++}`;
    const used = async (id: string) => (await storage.budgets.windows(id, 10))[0];

    it('let calls through up to the limit, and not a nano-dollar beyond', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id, limit: money(1000) }));
      const first = await granted(process.ask('c1', 600));
      const { error } = await refused(process.ask('c2', 401));
      expect(error.code).toBe('budget_exhausted');
      expect(error.message).toContain('0.000000401 dollars at most, and 0.0000004 are left');
      expect(error.details.retryAfterMs).toBe(day / 2);
      settle(first, 250);
      const second = await granted(process.ask('c3', 750));
      settle(second, 750);
      await refused(process.ask('c4', 1));
      await process.limits.close();
      expect(await used(id)).toMatchObject({ settled: 1000, leased: 0, overshoot: 0 });
      expect(await storage.leases.owners()).toEqual([]);
      expect(readdirSync(folder.path)).toEqual([]);
    });

    it('need no database where memory suffices', async () => {
      const process = await start();
      await process.limits.create(budget({ id: newId(), limit: money(1_000_000) }));
      settle(await granted(process.ask('c1', 10)), 10);
      process.weather = 'away';
      const answer = process.ask('c2', 10);
      expect(answer).not.toBeInstanceOf(Promise);
      expect(answer).not.toBeInstanceOf(Refusal);
    });

    it('bind a call by all accounts above it, or by none', async () => {
      const process = await start();
      const [small, large] = [newId(), newId()];
      await process.limits.create(budget({ id: large, limit: money(10_000) }));
      await process.limits.create(budget({ id: small, scope: 'key', subject: 'k', limit: money(100) }));
      settle(await granted(process.ask('c1', 60)), 60);
      const { budget: binding } = await refused(process.ask('c2', 60));
      expect(binding.id).toBe(small);
      await granted(process.ask('c3', 60, { keyId: 'other' }));
      await process.limits.flush();
      expect((await used(small))?.settled).toBe(60);
      expect((await used(large))?.settled).toBe(60);
    });

    it('share one limit among processes', async () => {
      const one = await start();
      const two = await start();
      const id = newId();
      await one.limits.create(budget({ id, limit: money(1000) }));
      await two.limits.refresh();
      clock.onSleep = async () => {
        await one.limits.flush();
        await two.limits.flush();
      };
      let spent = 0;
      for (let call = 0; ; call += 1) {
        const answer = await (call % 2 === 0 ? one : two).ask(`c${call}`, 30);
        if (answer instanceof Refusal) break;
        settle(answer, 30);
        spent += 30;
      }
      // All of it can be used, whoever held it.
      expect(spent).toBe(990);
    });

    it('begin anew with each window, in UTC', async () => {
      const process = await start();
      await process.limits.create(
        budget({ id: newId(), measure: 'requests', window: 'minute', limit: 2, scope: 'key', subject: 'k' }),
      );
      for (const call of ['c1', 'c2']) settle(await granted(process.ask(call, 1)), 1);
      const { error } = await refused(process.ask('c3', 1));
      expect(error).toMatchObject({ code: 'limit_reached', details: { retryAfterMs: minute, limit: 2 } });
      clock.advance(minute);
      await granted(process.ask('c4', 1));
    });

    it('count what is under way at once, and give it back', async () => {
      const process = await start();
      const { window: _window, ...rest } = budget({ id: newId(), measure: 'concurrency', limit: 2 });
      await process.limits.create(rest);
      const first = await granted(process.ask('c1', 1));
      const second = await granted(process.ask('c2', 1));
      const { error } = await refused(process.ask('c3', 1));
      expect(error).toMatchObject({ code: 'limit_reached', details: { retryAfterMs: 1000 } });
      settle(first, 1);
      await granted(process.ask('c4', 1));
      settle(second, 1);
      settle(second, 1);
      await granted(process.ask('c5', 1));
      await refused(process.ask('c6', 1));
    });

    it('settle what was used beyond the reservation truthfully, and take it off the next window', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id, limit: money(1000) }));
      settle(await granted(process.ask('c1', 900)), 1300);
      await process.limits.flush();
      expect(await used(id)).toMatchObject({ settled: 1300, overshoot: 400 });
      await refused(process.ask('c2', 1));
      clock.advance(day);
      const { error } = await refused(process.ask('c3', 701));
      expect(error.message).toContain('0.0000007 are left');
      await granted(process.ask('c4', 700));
    });

    it('carry an overshoot on that is known only after its window', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id, limit: money(1000) }));
      const late = await granted(process.ask('c1', 1000));
      clock.advance(day);
      settle(await granted(process.ask('c2', 100)), 100);
      await process.limits.flush();
      settle(late, 1500);
      await process.limits.flush();
      expect(
        (await storage.budgets.windows(id, 10)).map(({ carried, settled }) => [carried, settled]),
      ).toEqual([
        [500, 100],
        [0, 1500],
      ]);
      clock.advance(3 * day);
      await granted(process.ask('c3', 1000));
    });

    it('only warn where they are told to', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id, policy: 'warn', limit: money(100) }));
      for (const call of ['c1', 'c2', 'c3']) settle(await granted(process.ask(call, 90)), 90);
      await process.limits.flush();
      expect(await used(id)).toMatchObject({ settled: 270 });
      expect(process.alerts.map(({ level }) => level)).toEqual([50, 80, 100]);
    });

    it('tell each level once in a window, whichever process reaches it', async () => {
      const one = await start();
      const two = await start();
      const id = newId();
      await one.limits.create(budget({ id, limit: money(1000) }));
      await two.limits.refresh();
      settle(await granted(one.ask('c1', 510)), 510);
      await one.limits.flush();
      settle(await granted(two.ask('c2', 10)), 10);
      await two.limits.flush();
      expect([...one.alerts, ...two.alerts]).toEqual([{ budgetId: id, level: 50 }]);
      settle(await granted(two.ask('c3', 300)), 300);
      await two.limits.flush();
      await refused(one.ask('c4', 900));
      expect((await storage.budgets.alerts(id)).map(({ level }) => level)).toEqual([50, 80, 100]);
      expect([...one.alerts, ...two.alerts]).toHaveLength(3);
    });

    it('give the alerts of several, the newest first and page by page', async () => {
      const process = await start();
      const ids = [newId(), newId(), newId()];
      for (const [index, id] of ids.entries()) {
        const workspace = `alerted ${index}`;
        await process.limits.create(budget({ id, subject: workspace, limit: money(100) }));
        clock.advance(1000);
        settle(await granted(process.ask(`c${index}`, 80, { workspace })), 80);
        await process.limits.flush();
      }
      const names = (alerts: readonly { budgetId: string; level: number }[]): string[] =>
        alerts.map(({ budgetId, level }) => `${budgetId} ${level}`);
      const all = await process.limits.alertsOf({ budgetIds: ids, limit: 10 });
      expect(names(all)).toEqual(ids.toReversed().flatMap((id) => [`${id} 80`, `${id} 50`]));
      const some = await process.limits.alertsOf({ budgetIds: ids.slice(1), limit: 3 });
      expect(some).toEqual(all.slice(0, 3));
      const after = some.at(-1)!;
      expect(await process.limits.alertsOf({ budgetIds: ids, limit: 10, after })).toEqual(all.slice(3));
      const [from, to] = [all.at(-1)!.at, all[0]!.at];
      expect(await process.limits.alertsOf({ budgetIds: ids, limit: 10, from, to })).toEqual(all.slice(2));
      expect(await process.limits.alertsOf({ budgetIds: [], limit: 10 })).toEqual([]);
    });

    it('are listed with where they come from, and known when they are removed', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id }));
      await process.limits.apply([budget({ id: `${id}-file`, limit: money(7) })]);
      const mine = (await process.limits.list()).filter((kept) => kept.budget.id.startsWith(id));
      expect(mine.map(({ isOfFile }) => isOfFile)).toEqual([false, true]);
      expect(mine[1]?.budget.limit).toBe(7);
      await process.limits.remove(id);
      expect(await process.limits.find(id)).toMatchObject({ isOfFile: false, removedAt: clock.now() });
      expect(await process.limits.find('nothing')).toBeUndefined();
    });

    it('let a call through at once that a raised limit covers', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id, limit: money(100) }));
      await refused(process.ask('c1', 101));
      await process.limits.update(budget({ id, limit: money(200) }));
      settle(await granted(process.ask('c2', 101)), 101);
    });

    it('bind whoever names no organisation by those of `default`', async () => {
      const process = await start();
      await process.limits.create(
        budget({ id: newId(), scope: 'organisation', subject: 'default', limit: money(10) }),
      );
      await refused(process.ask('c1', 11));
      const elsewhere = { workspace: 'w', keyId: 'k', organisation: 'acme' };
      expect(process.limits.touchedBy(elsewhere, {}, () => ({ alias: undefined, targets: [] }))).toEqual([]);
    });

    it('charge a dead process at what it had spent and set aside, and give back the rest', async () => {
      const dead = await start();
      const { owner } = dead.limits;
      const id = newId();
      await dead.limits.create(budget({ id, limit: money(1000) }));
      settle(await granted(dead.ask('told', 100)), 40);
      await dead.limits.flush();
      settle(await granted(dead.ask('settled', 100)), 30);
      const _underWay = await granted(dead.ask('under way', 200));
      await dead.die();
      const left = await used(id);
      expect(left!.settled + left!.leased).toBeGreaterThanOrEqual(40 + 30 + 200);
      const heir = await start();
      await heir.limits.flush();
      expect(await used(id)).toMatchObject({ settled: 40 + 30 + 200, leased: 0 });
      expect(
        heir.recovered.filter(({ outcome }) => outcome === undefined).map(({ callId }) => callId),
      ).toEqual(['under way']);
      const audit = await storage.budgets.audit(1000);
      expect(audit.find(({ subject }) => subject === owner)).toMatchObject({
        kind: 'recovered',
        detail: { interrupted: 1 },
      });
      expect(await heir.limits.recover()).toBe(0);
      await granted(heir.ask('next', 730));
    });

    it('charge the dead once, whatever of their last batch is known', async () => {
      const dead = await start();
      const id = newId();
      await dead.limits.create(budget({ id, limit: money(1000) }));
      settle(await granted(dead.ask('c1', 100)), 70);
      dead.weather = 'answers are lost';
      await dead.limits.flush().catch(() => {});
      await dead.die();
      const heir = await start();
      await heir.limits.flush();
      expect(await used(id)).toMatchObject({ settled: 70, leased: 0 });
    });

    it('count a batch once that is sent again because its answer was lost', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id, limit: money(1000), outageAllowance: money(1) }));
      settle(await granted(process.ask('c1', 100)), 70);
      process.weather = 'answers are lost';
      await process.limits.flush().catch(() => {});
      process.weather = 'fine';
      await process.limits.flush();
      settle(await granted(process.ask('c2', 100)), 5);
      await process.limits.close();
      expect(await used(id)).toMatchObject({ settled: 75, leased: 0 });
    });

    it('leave a living process what is its own', async () => {
      const living = await start();
      const id = newId();
      await living.limits.create(budget({ id, limit: money(1000) }));
      const call = await granted(living.ask('c1', 600));
      const other = await start();
      expect(await other.limits.recover()).toBe(0);
      await refused(other.ask('c2', 600));
      settle(call, 1);
    });

    it('stop while the database is away, or go on with what was lent for that', async () => {
      const process = await start({ outageMs: minute });
      const [strict, patient] = [newId(), newId()];
      await process.limits.create(
        budget({ id: strict, scope: 'key', subject: 'strict', limit: money(10_000) }),
      );
      await process.limits.create(
        budget({
          id: patient,
          scope: 'key',
          subject: 'patient',
          limit: money(10_000),
          outageAllowance: money(500),
        }),
      );
      for (const keyId of ['strict', 'patient'])
        settle(await granted(process.ask(`${keyId} 0`, 10, { keyId })), 10);
      await process.limits.flush();
      process.weather = 'away';
      clock.advance(5000);
      await process.limits.flush().catch(() => {});
      const { error } = await refused(process.ask('c1', 10, { keyId: 'strict' }));
      expect(error.code).toBe('budget_unavailable');
      for (let call = 0; call < 50; call += 1)
        settle(await granted(process.ask(`p${call}`, 10, { keyId: 'patient' })), 10);
      clock.advance(minute + 1);
      await refused(process.ask('late', 10, { keyId: 'patient' }));
      process.weather = 'fine';
      await process.limits.flush();
      settle(await granted(process.ask('again', 10, { keyId: 'strict' })), 10);
      await process.limits.close();
      expect(await used(patient)).toMatchObject({ settled: 510, leased: 0 });
      expect(await used(strict)).toMatchObject({ settled: 20, leased: 0 });
    });

    it('take a new limit at once, in every process', async () => {
      const one = await start();
      const two = await start();
      const id = newId();
      await one.limits.create(budget({ id, limit: money(100) }));
      await two.limits.refresh();
      await refused(two.ask('c1', 200));
      clock.advance(1000);
      await one.limits.update(budget({ id, limit: money(300) }));
      await two.limits.refresh();
      settle(await granted(two.ask('c2', 200)), 200);
      clock.advance(1000);
      await one.limits.update(budget({ id, limit: money(150) }));
      await two.limits.refresh();
      await refused(two.ask('c3', 1));
      expect(await one.limits.remove(id)).toBe(true);
      await two.limits.refresh();
      settle(await granted(two.ask('c4', 1e9)), 1);
    });

    it('are not made or changed when they are wrong', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id }));
      await expect(process.limits.create(budget({ id }))).rejects.toMatchObject({ code: 'conflict' });
      await expect(process.limits.update(budget({ id, window: 'month' }))).rejects.toThrow('another kind');
      await expect(process.limits.update(budget({ id: 'nobody' }))).rejects.toMatchObject({
        code: 'not_found',
      });
      expect(await process.limits.remove('nobody')).toBe(false);
    });

    it('keep their windows apart when the clock jumps back and forth over an edge', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id, limit: money(100) }));
      const first = await granted(process.ask('c1', 60));
      clock.set(noon + day);
      const second = await granted(process.ask('c2', 100));
      clock.set(noon);
      await refused(process.ask('c3', 60));
      const third = await granted(process.ask('c4', 40));
      for (const call of [first, second, third]) settle(call, 7);
      clock.set(noon + 2 * day);
      await process.limits.close();
      const windows = await storage.budgets.windows(id, 10);
      expect(windows.map(({ settled, leased }) => [settled, leased])).toEqual([
        [7, 0],
        [14, 0],
      ]);
    });

    it('go on under another name when somebody wrote their process off', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id, limit: money(1000) }));
      const lost = await granted(process.ask('c1', 100));
      const { owner } = process.limits;
      const operator = await start();
      await expect(operator.limits.writeOff(owner)).rejects.toMatchObject({ code: 'conflict' });
      clock.advance(2 * minute);
      const before = await used(id);
      await operator.limits.writeOff(owner);
      expect(await used(id)).toMatchObject({ settled: before!.leased, leased: 0 });
      await process.limits.flush();
      settle(lost, 10);
      clock.advance(1000);
      settle(await granted(process.ask('c2', 10)), 10);
      await process.limits.close();
      expect(await used(id)).toMatchObject({ settled: before!.leased + 10, leased: 0 });
    });

    it('give calls at once back when a process is written off: they are over with it', async () => {
      const process = await start();
      const id = newId();
      const { window: _window, ...rest } = budget({ id, measure: 'concurrency', limit: 2 });
      await process.limits.create(rest);
      await granted(process.ask('c1', 1));
      expect(await used(id)).toMatchObject({ settled: 0, leased: expect.toSatisfy((held) => held > 0) });
      const operator = await start();
      clock.advance(2 * minute);
      await operator.limits.writeOff(process.limits.owner);
      expect(await used(id)).toMatchObject({ settled: 0, leased: 0 });
    });

    it('forget windows that are long over, and leave no lease behind in any', async () => {
      const process = await start();
      const id = newId();
      await process.limits.create(budget({ id, window: 'minute', limit: money(1000) }));
      for (let call = 0; call < 3; call += 1) {
        settle(await granted(process.ask(`c${call}`, 100)), 100);
        await process.limits.flush();
        clock.advance(minute);
      }
      await process.limits.flush();
      expect((await storage.budgets.windows(id, 10)).map(({ leased }) => leased)).toEqual([0, 0, 0]);
      await storage.budgets.sweep(noon + day + 31 * minute);
      expect(await storage.budgets.windows(id, 10)).toHaveLength(3);
      await storage.budgets.sweep(noon + day + 32 * minute);
      expect(await storage.budgets.windows(id, 10)).toHaveLength(2);
    });

    it('keep all pieces of their journal until what stands there is kept elsewhere', async () => {
      let isKept = false;
      const pieces = (): number =>
        readdirSync(folder.path).filter((name) => name.endsWith('.journal')).length;
      const journal = { folder: folder.path, pieceBytes: 100 };
      const process = await start({ keepAll: async () => isKept, journal });
      await process.limits.create(budget({ id: newId(), limit: money(10_000) }));
      const spend = async (call: string): Promise<void> => {
        settle(await granted(process.ask(call, 100)), 100);
        clock.advance(1000);
        await process.limits.flush();
      };
      for (const call of ['c1', 'c2', 'c3', 'c4']) await spend(call);
      expect(pieces()).toBeGreaterThanOrEqual(4);
      isKept = true;
      await spend('c5');
      await expect.poll(pieces).toBeLessThanOrEqual(2);
    });

    it('leave nothing behind of a journal that was reckoned with', async () => {
      const dead = await start();
      await dead.limits.create(budget({ id: newId() }));
      await granted(dead.ask('c1', 100));
      await dead.die();
      expect(readdirSync(folder.path)).toHaveLength(2);
      const heir = await start();
      await heir.limits.close();
      expect(existsSync(folder.path) && readdirSync(folder.path)).toEqual([]);
    });
  });
}
