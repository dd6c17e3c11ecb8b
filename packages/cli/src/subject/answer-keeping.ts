/** The cache of answers that a gateway on this machine uses, as seen from beside it. */
import { KeelsonError } from '@keelson/core';
import {
  type HeldOfWorkspace,
  type KeptAnswers,
  openAnswerCache,
  openKeptAnswers,
  silentLog,
  systemClock,
} from '@keelson/engine';
import type { Surroundings } from '../line/command-spec.ts';
import { findLocalDatabase, type LocalDatabase } from './local-database.ts';

export interface AnswerReport {
  readonly store: LocalDatabase['store'];
  readonly place: string;
  /** Left out where counting would go through all that others keep there too. */
  readonly entries?: number;
  readonly bytes?: number;
  readonly oldestAt?: number;
  /** Calls of the last 30 days that were given a known answer; left out where there is no database. */
  readonly hits?: number;
  readonly workspaces: readonly HeldOfWorkspace[];
}

const deps = { clock: systemClock, log: silentLog };
const monthMs = 30 * 24 * 60 * 60 * 1000;
const mostWorkspaces = 1000;

export async function reportAnswers(surroundings: Surroundings): Promise<AnswerReport> {
  const local = await findLocalDatabase(surroundings);
  const { store, name } = local;
  const inDatabase = await withDatabase(local, readReport);
  if (store === 'redis')
    return { store, place: 'the Redis server', hits: inDatabase?.hits ?? 0, workspaces: [] };
  return { store, place: name, entries: 0, bytes: 0, workspaces: [], ...inDatabase };
}

async function readReport(kept: KeptAnswers): Promise<Omit<AnswerReport, 'store' | 'place'>> {
  const workspaces = await kept.overview(mostWorkspaces);
  const hits = await kept.hitsSince(systemClock.now() - monthMs);
  return {
    entries: workspaces.reduce((sum, { entries }) => sum + entries, 0),
    bytes: workspaces.reduce((sum, { bytes }) => sum + bytes, 0),
    hits,
    workspaces,
    ...(workspaces.length > 0 && { oldestAt: Math.min(...workspaces.map(({ oldestAt }) => oldestAt)) }),
  };
}

/** How many were forgotten, of these workspaces or of all. */
export async function forgetAnswers(
  surroundings: Surroundings,
  workspaces: readonly string[] | 'all',
): Promise<number> {
  const local = await findLocalDatabase(surroundings);
  const inDatabase = (await withDatabase(local, (kept) => kept.forget(workspaces))) ?? 0;
  return inDatabase + (await forgetInRedis(local, workspaces));
}

async function forgetInRedis(
  { redisUrl: url }: LocalDatabase,
  workspaces: readonly string[] | 'all',
): Promise<number> {
  if (url === undefined) return 0;
  const cache = await openAnswerCache({ store: 'redis', url }, deps);
  try {
    return await cache.forget(workspaces);
  } catch (error) {
    throw unreachable(error);
  } finally {
    await cache.close();
  }
}

function unreachable(cause: unknown): KeelsonError {
  return new KeelsonError('provider_unavailable', 'The Redis server that keeps answers cannot be reached.', {
    hint: 'Check `cache.redisUrl` with `keelson config show --origin`, and whether the server runs.',
    cause,
  });
}

async function withDatabase<Result>(
  { target }: LocalDatabase,
  ask: (kept: KeptAnswers) => Promise<Result>,
): Promise<Result | undefined> {
  const kept = await openKeptAnswers(target, deps);
  if (kept === undefined) return undefined;
  try {
    return await ask(kept);
  } finally {
    await kept.close();
  }
}
