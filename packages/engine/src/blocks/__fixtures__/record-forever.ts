/**
 * Records attempts until it is killed, and prints after each hundred how many are written;
 * `record-forever.ts folder PATH`, `record-forever.ts sqlite PATH` or `record-forever.ts postgres URL`.
 */
import { createIds, silentLog, systemClock, systemRandom } from '../../observability/index.ts';
import { openStorage } from '../../storage/index.ts';
import type { StatsStore } from '../environment.ts';
import { StatsDatabase } from '../stats/stats-database.ts';
import { StatsFolder } from '../stats/stats-folder.ts';

const [kind, place = ''] = process.argv.slice(2);
const deps = { clock: systemClock, log: silentLog };
const newId = createIds(systemClock, systemRandom);

async function openStats(): Promise<{ readonly store: StatsStore; flush(): Promise<void> }> {
  if (kind === 'folder') {
    const store = new StatsFolder({ folder: place, ...deps, newId, segmentBytes: 20_000 });
    return { store, flush: async () => {} };
  }
  const target =
    kind === 'sqlite' ? ({ kind, path: place } as const) : ({ kind: 'postgres', url: place } as const);
  const database = new StatsDatabase({ storage: await openStorage(target, deps), ...deps, newId });
  return { store: database.forWorkspace('main'), flush: () => database.flush() };
}

const { store, flush } = await openStats();
for (let count = 1; ; count += 1) {
  store.record({
    key: 'forever@1',
    traceId: 't',
    executionId: 'e',
    spanId: `${count}`,
    attempt: 1,
    at: systemClock.now(),
    outcome: 'ok',
    ms: count,
    nanoDollars: 1,
    calls: 0,
    inputTokens: null,
    outputTokens: null,
  });
  if (count % 100 !== 0) continue;
  await flush();
  process.stdout.write(`${count}\n`);
}
