// T1 and T2: statistics in a folder. Killed at any byte, cut short, shared, old, or spoilt, they count every attempt once.
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlockAttempt } from '@keelson/core';
import { afterEach, expect, it } from 'vitest';
import { createIds, createLog, silentLog, systemRandom } from '../../observability/index.ts';
import { restlessClock } from '../__fixtures__/index.ts';
import { type StatsFiles, systemStatsFiles } from './stats-files.ts';
import { StatsFolder, type StatsFolderSettings } from './stats-folder.ts';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-block-stats-'));
  folders.push(folder);
  return join(folder, 'stats');
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const clock = restlessClock();
const newId = createIds(clock, systemRandom);
const open = (folder: string, given: Partial<StatsFolderSettings> = {}) =>
  new StatsFolder({ folder, clock, log: silentLog, newId, ...given });

const attempt = (ms: number, given: Partial<BlockAttempt> = {}): BlockAttempt => ({
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

const countIn = (folder: string, key = 'pay@1'): number => {
  const stats = open(folder).findStats(key);
  return (stats?.ok.ms.n ?? 0) + (stats?.failed.ms.n ?? 0);
};

it('makes nothing before there is something to keep, and keeps it from others', () => {
  const folder = newFolder();
  const stats = open(folder);
  expect(stats.findStats('pay@1')).toBeUndefined();
  expect(() => readdirSync(folder)).toThrow(/ENOENT/);
  stats.record(attempt(10));
  expect(stats.findStats('pay@1')?.ok.ms.mean).toBe(10);
  stats.close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const next = open(folder);
  next.record(attempt(20));
  expect(next.findStats('pay@1')?.ok.ms).toMatchObject({ n: 2, mean: 15 });
});

it('folds closed segments, keeps sums exact, and forgets days that are old', () => {
  const folder = newFolder();
  const stats = open(folder, { segmentBytes: 2000, keptDays: 90 });
  const day = 24 * 3600 * 1000;
  for (let at = 0; at < 100; at += 1) stats.record(attempt(at, { at: clock.now() - at * day }));
  for (let at = 0; at < 20; at += 1) stats.record(attempt(1, { key: 'other@1' }));
  const segments = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  expect(segments.length).toBeLessThanOrEqual(1);
  expect(statSync(join(folder, 'snapshot.json')).mode & 0o777).toBe(0o600);
  stats.close();
  const known = open(folder).findStats('pay@1');
  // Today and the ninety days before it.
  expect(known?.ok.ms).toMatchObject({ n: 91, mean: 45 });
  expect(countIn(folder, 'other@1')).toBe(20);
});

it('counts the lines of processes beside it, and leaves the segments of those that live', () => {
  const folder = newFolder();
  const one = open(folder, { segmentBytes: 600 });
  const other = open(folder);
  for (let at = 0; at < 10; at += 1) {
    one.record(attempt(at));
    other.record(attempt(at));
  }
  expect(countIn(folder)).toBe(20);
  other.record(attempt(1));
  other.close();
  expect(one.compact()).toBe(true);
  expect(countIn(folder)).toBe(21);
  one.close();
  expect(open(folder).compact()).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  expect(countIn(folder)).toBe(21);
});

it('skips lines that are none and a last line that was cut short, and says so', () => {
  const folder = newFolder();
  const stats = open(folder);
  stats.record(attempt(1));
  stats.close();
  const [segment = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  appendFileSync(
    join(folder, segment),
    `not json\n{"key":7}\n[]\n${JSON.stringify(attempt(2))}\n{"key":"pay@1","at`,
  );
  const lines: string[] = [];
  const log = createLog({ level: 'warn', write: (line) => lines.push(line) });
  expect(open(folder, { log }).findStats('pay@1')?.ok.ms.n).toBe(2);
  expect(lines.join('')).toContain('"broken":3');
  expect(open(folder).compact()).toBe(true);
  expect(countIn(folder)).toBe(2);
});

it.each([
  '',
  '{',
  '{"version":9}',
  '{"version":1,"generation":1,"days":{},"counted":{"a.1.jsonl":"all"}}',
  '[]',
  '\0\0\0',
  '{"version":1,"generation":1,"days":{"2026-01-01":7},"counted":{}}',
  '{"version":1,"generation":1,"days":{"2026-01-01":{"pay@1":{}}},"counted":{}}',
  '{"version":1,"generation":1,"days":{"2026-01-01":{"pay@1":{"ok":{"ms":{"n":"9"}}}}},"counted":{}}',
  '{"version":1,"generation":1,"days":{},"counted":{"x":-1}}',
  '{"version":1,"generation":-1,"days":{},"counted":{}}',
])('goes on beside a snapshot that is spoilt: %j', (text) => {
  const folder = newFolder();
  const stats = open(folder);
  stats.record(attempt(1));
  writeFileSync(join(folder, 'snapshot.json'), text);
  expect(countIn(folder)).toBe(1);
  expect(stats.compact()).toBe(true);
  stats.close();
  expect(countIn(folder)).toBe(1);
});

it('estimates go on where the folder cannot be read, which is said once', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'warn', write: (line) => lines.push(line) });
  const list = (): never => {
    throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
  };
  const stats = open(newFolder(), { log, files: { ...systemStatsFiles, list } });
  expect(stats.findStats('pay@1')).toBeUndefined();
  expect(stats.findStats('pay@1')).toBeUndefined();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('EACCES');
  stats.record(attempt(7));
  expect(stats.findStats('pay@1')?.ok.ms.mean).toBe(7);
});

it('a day that is none and counts of files that are gone do no harm', () => {
  const folder = newFolder();
  const stats = open(folder, { segmentBytes: 100 });
  stats.record(attempt(5));
  stats.close();
  const path = join(folder, 'snapshot.json');
  const snapshot = JSON.parse(readFileSync(path, 'utf8')) as {
    days: Record<string, unknown>;
    counted: Record<string, number>;
  };
  const [known] = Object.values(snapshot.days);
  const days = { ...snapshot.days, tomorrow: known };
  const counted = { ...snapshot.counted, 'gone.7.jsonl': 100 };
  writeFileSync(path, JSON.stringify({ ...snapshot, days, counted }));
  expect(open(folder).findStats('pay@1')?.ok.ms).toMatchObject({ n: 1, mean: 5 });
});

it('leaves out sums of a snapshot that are none, keeps those beside them, and says so', () => {
  const folder = newFolder();
  const stats = open(folder);
  for (const key of ['pay@1', 'number@1', 'cut@1', 'odd@1']) stats.record(attempt(5, { key }));
  stats.close();
  expect(open(folder).compact()).toBe(true);
  const path = join(folder, 'snapshot.json');
  const snapshot = JSON.parse(readFileSync(path, 'utf8')) as {
    days: Record<string, Record<string, { ok?: { ms: unknown } }> | number>;
  };
  const [today = {}] = Object.values(snapshot.days) as Record<string, { ok?: { ms: unknown } } | number>[];
  Object.assign(today, { 'number@1': 7, 'cut@1': {} });
  (today['odd@1'] as { ok: { ms: unknown } }).ok.ms = { n: 1, mean: null, m2: 0, m3: 0 };
  writeFileSync(path, JSON.stringify({ ...snapshot, days: { ...snapshot.days, '2026-09-01': 9 } }));
  const lines: string[] = [];
  const read = open(folder, { log: createLog({ level: 'warn', write: (line) => lines.push(line) }) });
  for (const key of ['number@1', 'cut@1', 'odd@1']) expect(read.findStats(key)).toBeUndefined();
  expect(read.findStats('pay@1')?.ok.ms).toMatchObject({ n: 1, mean: 5 });
  expect(lines.join('')).toContain('"broken":4');
});

it('tells that the disk is full, counts on in memory, and spoils no later line', () => {
  const folder = newFolder();
  let isFull = false;
  const append: StatsFiles['append'] = (file, bytes) => {
    if (!isFull) return systemStatsFiles.append(file, bytes);
    systemStatsFiles.append(file, bytes.subarray(0, 20));
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  };
  const stats = open(folder, { files: { ...systemStatsFiles, append } });
  stats.record(attempt(1));
  isFull = true;
  expect(() => stats.record(attempt(2))).toThrow(/no space/);
  isFull = false;
  stats.record(attempt(3));
  expect(stats.findStats('pay@1')?.ok.ms.n).toBe(3);
  stats.close();
  expect(countIn(folder)).toBe(2);
});

class Killed extends Error {}

/** A file system that ends after so many bytes and operations; locks of who was killed are free. */
function mortalFiles(life: number): StatsFiles & { readonly isDead: boolean } {
  let left = life;
  let isDead = false;
  const locks = new Set<string>();
  const live = (cost: number): void => {
    // Who is dead stays dead, whatever is caught.
    isDead ||= left < cost;
    if (isDead) throw new Killed();
    left -= cost;
  };
  return {
    ...systemStatsFiles,
    get isDead() {
      return isDead;
    },
    openToAppend: (path) => {
      live(1);
      return systemStatsFiles.openToAppend(path);
    },
    append: (file, bytes) => {
      const part = isDead ? 0 : Math.min(left, bytes.length);
      if (part > 0) systemStatsFiles.append(file, bytes.subarray(0, part));
      live(bytes.length);
      return bytes.length;
    },
    // The draft at any length, then the rename, then what follows it.
    replace: (path, bytes) => {
      if (!isDead) writeFileSync(`${path}.draft`, bytes.subarray(0, left));
      live(bytes.length);
      live(1);
      systemStatsFiles.replace(path, bytes);
      live(1);
    },
    remove: (path) => {
      live(1);
      systemStatsFiles.remove(path);
      live(1);
    },
    lock: (path) => {
      if (locks.has(path)) return undefined;
      locks.add(path);
      return { release: () => void locks.delete(path) };
    },
  };
}

it('killed at any byte and between any two operations, has counted every attempt once', () => {
  const line = JSON.stringify(attempt(1)).length + 1;
  let points = 0;
  for (let life = 0; ; life += 61) {
    const folder = newFolder();
    const files = mortalFiles(life);
    const stats = open(folder, { segmentBytes: 3 * line, files });
    let told = 0;
    try {
      for (let at = 0; at < 14; at += 1) {
        stats.record(attempt(1));
        told += 1;
      }
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    points += 1;
    // A line may be there of which the process was not told any more.
    const read = countIn(folder);
    expect([told, told + 1], `killed after ${life}`).toContain(read);
    expect(open(folder).compact()).toBe(true);
    expect(countIn(folder), `folded after ${life}`).toBe(read);
    rmSync(join(folder, '..'), { recursive: true });
    folders.pop();
    if (!files.isDead) break;
  }
  expect(points).toBeGreaterThan(50);
});
