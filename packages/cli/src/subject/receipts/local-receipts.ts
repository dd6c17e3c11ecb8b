/** Receipts in the database of this machine, found by the settings that the gateway reads itself. */
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { KeelsonError, type ReceiptHead } from '@keelson/core';
import {
  checkDatabase,
  createIds,
  createReceiptIssuer,
  draftStatement,
  exportReceipts,
  issueStatement,
  openStorage,
  proveReceipt,
  receiptKeysFromEnvironment,
  type StatementWish,
  type Storage,
  type StorageTarget,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { readEnvironment } from '../configuration.ts';
import { dataFolder } from '../data-folder.ts';
import { findLocalDatabase } from '../local-database.ts';
import type { ListedLine, ListWish, MakingWish, ReceiptRange, ReceiptSource } from './receipt-source.ts';

export interface ReceiptDatabase {
  readonly target: StorageTarget;
  /** For people, without a password. */
  readonly name: string;
  /** Where the key is that signs. */
  readonly folder: string;
  readonly environment: Surroundings['environment'];
}

/** By the layers that the gateway reads itself; flags go before all of them. */
export async function findReceiptDatabase(
  input: Input,
  { environment, folder }: Pick<Surroundings, 'environment' | 'folder'>,
): Promise<ReceiptDatabase> {
  const [data, url] = [input.text('data'), input.text('database-url')];
  const variables = {
    ...environment,
    ...(data !== undefined && { KEELSON_DATA: resolve(folder, data) }),
    ...(url !== undefined && { KEELSON_DATABASE_URL: url }),
  };
  const place = { environment: variables, folder };
  const keyFolder = await dataFolder(place);
  const known = await readEnvironment(place);
  const path = join(keyFolder, 'keelson.db');
  // A folder that is named is that of an embedded database.
  const { target, name } =
    data !== undefined && url === undefined
      ? { target: { kind: 'sqlite', path } as const, name: path }
      : await findLocalDatabase(place);
  return { target, name, folder: keyFolder, environment: known };
}

/** Where the key of receipts is, which needs no database. */
export async function findReceiptFolder(
  data: string | undefined,
  surroundings: Pick<Surroundings, 'environment' | 'folder'>,
): Promise<string> {
  return data === undefined ? dataFolder(surroundings) : resolve(surroundings.folder, data);
}

const deps = { clock: systemClock, log: silentLog };

/** Throws where there is none yet: reading must make nothing. */
export async function openReceiptStorage({ target, name }: ReceiptDatabase): Promise<Storage> {
  if ((await checkDatabase(target)) === 'missing') {
    throw new KeelsonError('configuration_invalid', `There is no database at \`${name}\`.`, {
      hint: '`keelson serve` makes it at its first start; KEELSON_DATA or --data names another folder.',
    });
  }
  return openStorage(target, deps);
}

export async function openLocalReceipts(database: ReceiptDatabase): Promise<ReceiptSource> {
  const storage = await openReceiptStorage(database);
  const { receipts } = storage;
  return {
    name: database.name,
    isPartial: false,
    list: (wish) => listPages(storage, wish, false),
    uncertified: async (wish) => {
      const workspaces = await workspacesOf(storage, wish);
      const total = await receipts.count({
        ...(workspaces && { workspaces }),
        ...timesOf(wish),
        isUncovered: true,
      });
      return { receipts: await listPages(storage, wish, true), total };
    },
    find: (id) => proveReceipt(receipts, id),
    lines: (range) => localLines(storage, range),
    heads: ({ isLatest }) => readHeads(storage, isLatest),
    keys: () => receipts.listKeys(),
    draft: async (wish) => draftStatement(receipts, await statementOf(storage, wish)),
    issue: async (wish) => issueHere(storage, database, await statementOf(storage, wish)),
    close: () => storage.close(),
  };
}

/** The process is an issuer of its own for as long as it takes. */
async function issueHere(storage: Storage, { environment, folder }: ReceiptDatabase, wish: StatementWish) {
  const shared = { ...deps, storage: storage.receipts };
  const keys = await receiptKeysFromEnvironment(environment, { ...shared, folder });
  const newId = createIds(systemClock, systemRandom);
  const issuer = createReceiptIssuer({ ...shared, keys, newId });
  try {
    return await issueStatement({ storage: storage.receipts, issuer, clock: systemClock, newId }, wish);
  } finally {
    await issuer.close();
  }
}

/** Undefined: everything. */
async function workspacesOf(
  { tenants }: Storage,
  { workspace, organisation }: ReceiptRange,
): Promise<readonly string[] | undefined> {
  if (workspace !== undefined) return [workspace];
  if (organisation === undefined) return undefined;
  return [...(await tenants.workspaces(organisation)).map(({ id }) => id), `${organisation}/*`];
}

async function statementOf(storage: Storage, wish: MakingWish): Promise<StatementWish> {
  const { workspace, organisation, ids, isSinceLast, description, tags } = wish;
  const workspaces = await workspacesOf(storage, wish);
  const whole = organisation === undefined ? '*' : `${organisation}/*`;
  return {
    workspace: workspace ?? whole,
    ...(workspace === undefined && organisation !== undefined && { organisation }),
    ...(workspaces !== undefined && { workspaces }),
    ...timesOf(wish),
    ...(ids !== undefined && { ids }),
    ...(isSinceLast && { isSinceLast }),
    ...(description !== undefined && { description }),
    ...(tags !== undefined && { tags }),
    by: `command line of ${userInfo().username}`,
  };
}

const timesOf = ({ from, to }: ReceiptRange) => ({
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

const pageSize = 1000;

async function listPages(storage: Storage, wish: ListWish, isUncovered: boolean): Promise<ListedLine[]> {
  const workspaces = await workspacesOf(storage, wish);
  const lines: ListedLine[] = [];
  for (let before: string | undefined, hasMore = true; hasMore && lines.length < wish.limit; ) {
    const page = await storage.receipts.list({
      ...(workspaces && { workspaces }),
      ...timesOf(wish),
      ...(isUncovered && { isUncovered }),
      ...(before !== undefined && { before }),
      limit: Math.min(pageSize, wish.limit - lines.length),
    });
    for (const { id, workspace, log, seq, place } of page.receipts) {
      const made_at = new Date(Number.parseInt(id.slice(5, 17), 16)).toISOString();
      lines.push({ id, workspace, made_at, log, seq, index: place });
    }
    before = page.receipts.at(-1)?.id;
    hasMore = page.hasMore;
  }
  return lines;
}

async function* localLines(storage: Storage, range: ReceiptRange): AsyncGenerator<string> {
  const workspace = await workspacesOf(storage, range);
  yield* exportReceipts(storage.receipts, { ...timesOf(range), ...(workspace && { workspace }) });
}

async function readHeads({ receipts }: Storage, isLatest: boolean): Promise<ReceiptHead[]> {
  const heads: ReceiptHead[] = [];
  for (const log of await receipts.listLogs()) {
    const seqs = await receipts.findSeqs(log, {});
    if (seqs === undefined) continue;
    for (let next = isLatest ? seqs.last : 1; next <= seqs.last; ) {
      const page = await receipts.listHeads(log, next);
      heads.push(...page);
      next = (page.at(-1)?.seq ?? seqs.last) + 1;
    }
  }
  return heads;
}
