// The soak proof itself: a short run finds nothing in the gateway as it is, and a fault that was planted is found.
import { describe, expect, test } from 'vitest';
import { fitTrend } from './soak/trend.ts';
import { startProof } from './start-proof.ts';

const run = (...more: readonly string[]) => startProof('soak', '--seconds', '1.5', ...more).seen;

// Processes start slowly where everything is tested at once.
describe.concurrent('a short soak', { timeout: 60_000 }, () => {
  test('finds nothing in the gateway as it is', async () => {
    const { code, lines, unmet, progress } = await run();
    expect(unmet, progress).toEqual([]);
    expect(code).toBe(0);
    expect(lines.map((line) => line.case)).toEqual([
      'memory',
      'sockets',
      'unanswered',
      'accounting',
      'receipts',
      'variety',
    ]);
    expect(lines[1]).toMatchObject({ proof: 'soak', tried: expect.any(Number), violations: 0, met: true });
  });

  test.each([
    ['leaked-socket', 'sockets'],
    ['swallowed-record', 'accounting'],
  ])('finds what was planted: %s', async (plant, unmet) => {
    const seen = await run('--plant', plant);
    expect(seen.code).toBe(1);
    expect(seen.unmet).toContain(unmet);
  });
});

describe('a trend', () => {
  const noise = (place: number): number => ((place * 7919) % 13) - 6;

  test('is found in noise', () => {
    const { growth, certainty } = fitTrend(
      Array.from({ length: 20 }, (_, place) => 100 + place + noise(place) / 6),
    );
    expect(growth).toBeGreaterThan(15);
    expect(certainty).toBeGreaterThan(3);
  });

  test('is not found in noise alone', () => {
    const { certainty } = fitTrend(Array.from({ length: 20 }, (_, place) => 100 + noise(place)));
    expect(Math.abs(certainty)).toBeLessThan(3);
  });
});
