/** When a schedule is due, and the start of what is. A time that nobody was there for is made up for once, not as often as it passed. */
import { KeelsonError } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { Storage } from '../storage/index.ts';

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The first time after this one. Throws where the pattern or the zone is none. */
export async function nextTime(pattern: string, zone: string, after: number): Promise<number> {
  const [, count, unit] = /^every ([1-9]\d{0,6})([smhd])$/.exec(pattern) ?? [];
  if (count !== undefined && unit !== undefined) {
    if (!isZone(zone)) throw wrongPattern(pattern, zone);
    const step = Number(count) * (units[unit] as number);
    return (Math.floor(after / step) + 1) * step;
  }
  const { Cron } = await import('croner');
  let next: Date | null;
  try {
    next = new Cron(pattern, { timezone: zone, paused: true }).nextRun(new Date(after));
  } catch (cause) {
    throw wrongPattern(pattern, zone, cause);
  }
  if (next === null) throw wrongPattern(pattern, zone);
  return next.getTime();
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

interface Firing {
  readonly storage: Pick<Storage, 'runPlans'>;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** Which version a scheduled run has: of the flows that the worker has, or of whoever keeps flows. */
export interface Versions {
  readonly known: ReadonlyMap<string, string>;
  readonly newest?: ((flow: string) => Promise<string | undefined>) | undefined;
}

/** How many runs were started. Of several workers one starts each. */
export async function fireSchedules(
  { storage, clock, newId }: Firing,
  { known, newest }: Versions,
): Promise<number> {
  const now = clock.now();
  let fired = 0;
  const flows = newest === undefined ? [...known.keys()] : undefined;
  for (const schedule of await storage.runPlans.listDue(flows, now)) {
    const { id, workspace, flow, input, pattern, zone, nextAt } = schedule;
    const version = newest === undefined ? known.get(flow) : await newest(flow);
    // Its flow is somebody else's, or is gone.
    if (version === undefined) continue;
    const run = {
      ...{ id: newId(), workspace, flow, version, input },
      ...{ startKey: `/schedule/${id}/${nextAt}`, createdAt: now },
    };
    if (await storage.runPlans.fire(schedule, run, await nextTime(pattern, zone, now))) fired += 1;
  }
  return fired;
}

function wrongPattern(pattern: string, zone: string, cause?: unknown): KeelsonError {
  const message = `The schedule \`${pattern}\` in \`${zone}\` names no time to come.`;
  return new KeelsonError('invalid_request', message, {
    hint: 'Write five fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`; a zone is one like `Europe/Berlin`.',
    details: { field: 'pattern' },
    ...(cause !== undefined && { cause }),
  });
}
