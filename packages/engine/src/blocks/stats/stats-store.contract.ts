/** What every place for statistics does, whether they stay in memory, go to a folder or to a database: one suite, run on each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type BlockAttempt, type BlockStats, GrowingStats } from '@keelson/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, type Log, silentLog } from '../../observability/index.ts';
import { restlessClock } from '../__fixtures__/index.ts';
import type { StatsStore } from '../environment.ts';

/** As one process has it. */
export interface OpenedStats {
  readonly store: StatsStore;
  /** What it has recorded and knows of others is as it stands in the place. */
  settle(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface StatsPlace {
  open(given: { readonly log: Log }): Promise<OpenedStats>;
  remove(): Promise<void>;
}

export interface SharedStatsPlace extends StatsPlace {
  /** For the program that records until it is killed. */
  readonly programArguments: readonly string[];
  /** Makes what is kept of one block unreadable, as a damaged disk or a foreign hand would. */
  spoil(key: string): Promise<void>;
}

/** Reading all files of ours anew takes a process a second. */
const compileCache = join(import.meta.dirname, '../../../../../node_modules/.cache/compile');

export const clock = restlessClock();
const dayMs = 24 * 3600 * 1000;

export const attempt = (ms: number, given: Partial<BlockAttempt> = {}): BlockAttempt => ({
  key: 'pay@1',
  traceId: 't',
  executionId: 'e',
  spanId: 's',
  attempt: 1,
  at: clock.now(),
  outcome: 'ok',
  ms,
  nanoDollars: 5,
  calls: 1,
  inputTokens: null,
  outputTokens: null,
  ...given,
});

/** Of every kind there is, different each time and the same in every run. */
function manyAttempts(count: number, seed: number): BlockAttempt[] {
  let state = seed;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return Array.from({ length: count }, () =>
    attempt(next(100_000) / 7, {
      key: ['pay@1', 'ask@2@fast', 'näh "x"@1'][next(3)] as string,
      outcome: (['ok', 'ok', 'failed', 'stopped'] as const)[next(4)] as BlockAttempt['outcome'],
      nanoDollars: next(3) === 0 ? null : next(1e9),
      calls: next(4),
      inputTokens: next(2) === 0 ? null : next(10_000),
      ...(next(2) === 0 && { ways: ['left', `way ${next(3)}`, '__proto__'] }),
      ...(next(2) === 0 && { rounds: next(9) }),
      at: clock.now() - next(5) * dayMs,
    }),
  );
}

export function countedDirectly(attempts: readonly BlockAttempt[]): Map<string, BlockStats> {
  const growing = new Map<string, GrowingStats>();
  for (const each of attempts) {
    const stats = growing.get(each.key) ?? new GrowingStats();
    stats.add(each);
    growing.set(each.key, stats);
  }
  return new Map([...growing].map(([key, stats]) => [key, stats.value]));
}

/** Counts are the same; means and the like may differ by what a double cannot hold. */
export function expectSame(found: BlockStats | undefined, wanted: BlockStats | undefined): void {
  const rounded = (stats: BlockStats | undefined): unknown =>
    JSON.parse(
      JSON.stringify(stats ?? null, (name, value: unknown) =>
        /^(mean|m2|m3)$/.test(name) ? undefined : value,
      ),
    );
  expect(rounded(found)).toEqual(rounded(wanted));
  for (const side of ['ok', 'failed'] as const)
    for (const field of ['ms', 'nanoDollars', 'calls', 'inputTokens', 'outputTokens'] as const) {
      const [is, ought] = [found?.[side][field], wanted?.[side][field]];
      if (is === undefined || ought === undefined) throw new Error(`There is no ${side}.${field}.`);
      const size = Math.abs(ought.mean) + Math.sqrt(ought.m2);
      expect(Math.abs(is.mean - ought.mean)).toBeLessThanOrEqual(1e-9 * size);
      expect(Math.abs(is.m2 - ought.m2)).toBeLessThanOrEqual(1e-9 * size ** 2);
      expect(Math.abs(is.m3 - ought.m3)).toBeLessThanOrEqual(1e-9 * size ** 3);
    }
}

export const countOf = (stats: BlockStats | undefined): number =>
  (stats?.ok.ms.n ?? 0) + (stats?.failed.ms.n ?? 0) + (stats?.stopped ?? 0);

export function describeStats(name: string, create: () => Promise<StatsPlace>): void {
  describe(`statistics in ${name}`, () => {
    let place: StatsPlace;
    beforeAll(async () => {
      place = await create();
    });
    afterAll(() => place.remove());

    it('know at once what was recorded, as if it had been counted directly, and still when it is written', async () => {
      const { store, settle, close } = await place.open({ log: silentLog });
      expect(store.findStats('pay@1')).toBeUndefined();
      const attempts = manyAttempts(400, 7);
      for (const each of attempts) store.record(each);
      const direct = countedDirectly(attempts);
      expect(direct.size).toBe(3);
      for (const [key, stats] of direct) expect(store.findStats(key)).toEqual(stats);
      await settle([...direct.keys()]);
      for (const [key, stats] of direct) expectSame(store.findStats(key), stats);
      store.record(attempt(1, { key: 'late@1' }));
      expect(store.findStats('late@1')?.ok.ms).toMatchObject({ n: 1, mean: 1 });
      expect(store.findStats('never@1')).toBeUndefined();
      await close();
    });
  });
}

export function describeSharedStats(name: string, create: () => Promise<SharedStatsPlace>): void {
  describeStats(name, create);
  describe(`statistics that processes share in ${name}`, () => {
    let place: SharedStatsPlace;
    beforeAll(async () => {
      place = await create();
    });
    afterAll(() => place.remove());

    const readAnew = async (keys: readonly string[], log = silentLog) => {
      const { store, settle, close } = await place.open({ log });
      await settle(keys);
      const found = new Map(keys.map((key) => [key, store.findStats(key)]));
      await close();
      return found;
    };

    it('of several who count the same blocks are what one would have counted', async () => {
      const attempts = manyAttempts(900, 11);
      // In turn, here and below: two connections of one thread to one SQLite file would wait for each other.
      const several: OpenedStats[] = [];
      while (several.length < 3) several.push(await place.open({ log: silentLog }));
      for (const [at, each] of attempts.entries()) {
        several[at % 3]?.store.record(each);
        if (at % 100 === 99) await several[Math.floor(at / 100) % 3]?.settle([each.key]);
      }
      for (const { close } of several) await close();
      const direct = countedDirectly(attempts);
      const found = await readAnew([...direct.keys()]);
      for (const [key, stats] of direct) expectSame(found.get(key), stats);
    });

    it('are of today and the ninety days before it', async () => {
      const { store, settle, close } = await place.open({ log: silentLog });
      for (const age of [0, 1, 2, 45, 89, 90, 91, 92, 3000])
        store.record(attempt(age, { key: 'aged@1', at: clock.now() - age * dayMs }));
      await settle(['aged@1']);
      await close();
      const stats = (await readAnew(['aged@1'])).get('aged@1');
      expect(stats?.ok.ms.n).toBe(6);
      expect(stats?.ok.ms.mean).toBeCloseTo(227 / 6, 9);
    });

    it('go on beside what cannot be read, and say so', async () => {
      const first = await place.open({ log: silentLog });
      for (const key of ['whole@1', 'spoilt@1']) first.store.record(attempt(3, { key }));
      await first.close();
      await place.spoil('spoilt@1');
      const lines: string[] = [];
      const log = createLog({ level: 'warn', write: (line) => lines.push(line) });
      const second = await place.open({ log });
      await second.settle(['whole@1', 'spoilt@1']);
      expect(second.store.findStats('whole@1')?.ok.ms.n).toBe(1);
      expect(second.store.findStats('spoilt@1')).toBeUndefined();
      expect(lines.join('')).toContain('cannot be read');
      for (const key of ['whole@1', 'spoilt@1']) second.store.record(attempt(4, { key }));
      await second.close();
      const found = await readAnew(['whole@1', 'spoilt@1']);
      expect([...found.values()].map((stats) => stats?.ok.ms.n)).toEqual([2, 1]);
    });

    it('lose no more with a killed process than it had not written, and count nothing twice', {
      timeout: 60_000,
    }, async () => {
      const program = new URL('../__fixtures__/record-forever.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, [program, ...place.programArguments], {
        env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
      const closed = once(child, 'close');
      await expect.poll(() => printed.split('\n').length, { timeout: 40_000 }).toBeGreaterThan(5);
      child.kill('SIGKILL');
      await closed;
      const told = Number(printed.split('\n').at(-2));
      expect(told).toBeGreaterThanOrEqual(400);
      const counted = countOf((await readAnew(['forever@1'])).get('forever@1'));
      expect(counted).toBeGreaterThanOrEqual(told);
      // What was under way when it died, and no more.
      expect(counted).toBeLessThanOrEqual(told + 100);
      expect(countOf((await readAnew(['forever@1'])).get('forever@1'))).toBe(counted);
    });
  });
}
