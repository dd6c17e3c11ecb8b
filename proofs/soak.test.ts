// The soak proof itself: a short run finds nothing in the gateway as it is, and a fault that was planted is found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fitTrend } from './soak/trend.ts';

const proof = fileURLToPath(new URL('./soak.ts', import.meta.url));

async function run(...more: readonly string[]) {
  const child = spawn(process.execPath, [proof, '--seconds', '1.5', ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const unmet = lines.flatMap((line) => (line.met === true ? [] : [line.case]));
  return { code: code as number, lines, unmet };
}

// Processes start slowly where everything is tested at once.
describe.concurrent('a short soak', { timeout: 60_000 }, () => {
  test('finds nothing in the gateway as it is', async () => {
    const { code, lines, unmet } = await run();
    expect(unmet).toEqual([]);
    expect(code).toBe(0);
    expect(lines.map((line) => line.case)).toEqual([
      'memory',
      'sockets',
      'unanswered',
      'accounting',
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
