/**
 * The kept answers of a database that is there, for whoever looks after it without serving: nothing is made, and no schema is
 * brought up to date, because a gateway of another version may be using it.
 */
import { type CachedAnswers, createCachedAnswers } from './cached-answers.ts';
import { checkDatabase } from './check-database.ts';
import { type OpenDatabase, openDatabase, type StorageDeps, type StorageTarget } from './open-database.ts';
import { guard } from './open-storage.ts';
import { createUsage } from './usage.ts';

export interface KeptAnswers extends Pick<CachedAnswers, 'overview' | 'forget'> {
  /** How many calls were given an answer that was known, since then. */
  hitsSince(time: number): Promise<number>;
  close(): Promise<void>;
}

/** Undefined where there is no database, or none that knows of kept answers. */
export async function openKeptAnswers(
  target: StorageTarget,
  deps: StorageDeps,
): Promise<KeptAnswers | undefined> {
  if ((await checkDatabase(target)) === 'missing') return undefined;
  const opened = await openDatabase(target, deps);
  const kept = createKeptAnswers(opened, deps);
  try {
    if (await guard({ hasTable: () => hasTable(opened) }, opened.gaps).hasTable()) return kept;
  } catch (error) {
    await kept.close();
    throw error;
  }
  await kept.close();
  return undefined;
}

async function hasTable({ db }: OpenDatabase): Promise<boolean> {
  const tables = await db.introspection.getTables();
  return tables.some(({ name }) => name === 'cached_answers');
}

function createKeptAnswers(opened: OpenDatabase, { clock }: StorageDeps): KeptAnswers {
  const { db, gaps, writer } = opened;
  const usage = createUsage(opened);
  const hitsSince = async (from: number): Promise<number> => {
    const [sum] = await usage.read({ from, to: clock.now() + 1, step: 'total' });
    return sum?.cache.hits ?? 0;
  };
  return {
    ...guard({ ...createCachedAnswers(db), hitsSince }, gaps),
    close: async () => {
      await writer.close();
      await db.destroy();
    },
  };
}
