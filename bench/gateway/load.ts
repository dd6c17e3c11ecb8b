/** Callers of the benchmark: so many calls, so many at once, each answer read to its end and checked to be whole. */
import { Pool } from 'undici';

export interface Load {
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly calls: number;
  readonly atOnce: number;
  /** What a whole answer ends with or holds. */
  readonly mark: string;
  /** What its first word looks like; many streams begin with a chunk that says nothing. */
  readonly firstWord?: string;
}

export interface LoadResult {
  readonly broken: number;
  readonly seconds: number;
  /** Milliseconds, sorted. */
  readonly latencies: readonly number[];
  readonly firstBytes: readonly number[];
}

export async function run(load: Load): Promise<LoadResult> {
  const pool = new Pool(load.url, {
    connections: load.atOnce,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const latencies: number[] = [];
  const firstBytes: number[] = [];
  let broken = 0;
  let begun = 0;
  const start = performance.now();
  const worker = async (): Promise<void> => {
    while (begun < load.calls) {
      begun += 1;
      const told = await ask(pool, load);
      if (!told.isWhole) broken += 1;
      latencies.push(told.ms);
      firstBytes.push(told.firstByteMs);
    }
  };
  await Promise.all(Array.from({ length: load.atOnce }, worker));
  await pool.close();
  const sort = (values: number[]): number[] => values.toSorted((a, b) => a - b);
  return {
    broken,
    seconds: (performance.now() - start) / 1000,
    latencies: sort(latencies),
    firstBytes: sort(firstBytes),
  };
}

function ask(
  pool: Pool,
  { path, headers, body, mark, firstWord = '' }: Load,
): Promise<{ isWhole: boolean; ms: number; firstByteMs: number }> {
  const start = performance.now();
  let last = '';
  let firstByteMs = Number.NaN;
  let isGood = false;
  return new Promise((resolve) => {
    const done = (isWhole: boolean): void => resolve({ isWhole, ms: performance.now() - start, firstByteMs });
    pool.dispatch(
      { path, method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body },
      {
        onRequestStart: () => {},
        onResponseStart: (_, status) => {
          isGood = status === 200;
        },
        onResponseData: (_, chunk) => {
          last = (last + chunk.toString('latin1')).slice(-4096);
          if (Number.isNaN(firstByteMs) && last.includes(firstWord)) firstByteMs = performance.now() - start;
        },
        onResponseEnd: () => done(isGood && last.includes(mark)),
        onResponseError: () => done(false),
      },
    );
  });
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
