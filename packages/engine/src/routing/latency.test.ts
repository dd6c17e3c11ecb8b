/** The pace of a model: up at once, down slowly, forgotten while nobody calls, and a percentile only of enough. */
import { expect, test } from 'vitest';
import { Latency } from './latency.ts';

test('jumps up at once and comes down slowly', () => {
  const pace = new Latency();
  expect(pace.averageAt(0)).toBe(0);
  pace.add(100, 0);
  pace.add(900, 100);
  expect(pace.averageAt(100)).toBe(900);
  pace.add(100, 1000);
  expect(pace.averageAt(1000)).toBeGreaterThan(700);
  for (let now = 2000; now <= 200_000; now += 1000) pace.add(100, now);
  expect(pace.averageAt(200_000)).toBeCloseTo(100, 0);
});

test('fades while nobody calls', () => {
  const pace = new Latency();
  pace.add(1000, 0);
  expect(pace.averageAt(30_000)).toBeCloseTo(1000 / Math.E, 5);
  expect(pace.averageAt(600_000)).toBeLessThan(0.01);
});

test('knows its 95th percentile from 20 answers on, of the latest 100', () => {
  const pace = new Latency();
  for (let ms = 1; ms <= 19; ms++) pace.add(ms, 0);
  expect(pace.p95).toBeUndefined();
  pace.add(20, 0);
  expect(pace.p95).toBe(19);
  for (let ms = 1001; ms <= 1100; ms++) pace.add(ms, 0);
  expect(pace.p95).toBe(1095);
  expect(pace.samples).toBe(100);
});
