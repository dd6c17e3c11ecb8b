/** Records attempts until it is killed, and prints after each hundred how many are written. */
import { createIds, silentLog, systemClock, systemRandom } from '../../observability/index.ts';
import { StatsFolder } from '../stats/stats-folder.ts';

const folder = process.argv[2] as string;
const newId = createIds(systemClock, systemRandom);
const stats = new StatsFolder({ folder, clock: systemClock, log: silentLog, newId, segmentBytes: 20_000 });

for (let count = 1; ; count += 1) {
  stats.record({
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
  if (count % 100 === 0) process.stdout.write(`${count}\n`);
}
