/** Opens the place that receipts are read from, by the flags of a command and by the environment. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { KeelsonError } from '@keelson/core';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { findServerAddress } from '../server/server-address.ts';
import type { ReceiptSource } from './receipt-source.ts';

/** What is named on the line goes first, then a server that the environment names, then the database of this machine. */
async function openReceiptSource(input: Input, surroundings: Surroundings): Promise<ReceiptSource> {
  const file = input.knows('file') ? input.text('file') : undefined;
  if (file !== undefined) {
    const { openReceiptFile } = await import('./file-receipts.ts');
    return openReceiptFile(resolve(surroundings.folder, file));
  }
  const isLocal = input.text('data') !== undefined || input.text('database-url') !== undefined;
  const isNamed = input.text('server') !== undefined;
  if (isNamed || (!isLocal && findServerAddress(input, surroundings) !== undefined)) {
    const { openServerReceipts } = await import('./server-receipts.ts');
    const { openServer } = await import('../server/server.ts');
    return openServerReceipts(await openServer(input, surroundings));
  }
  const { findReceiptDatabase, openLocalReceipts } = await import('./local-receipts.ts');
  const database = await findReceiptDatabase(input, surroundings);
  if (database.target.kind === 'sqlite' && !existsSync(database.target.path))
    throw nothingThere(database.target.path);
  return openLocalReceipts(database);
}

function nothingThere(path: string): KeelsonError {
  return new KeelsonError(
    'configuration_invalid',
    `There are no receipts to read: KEELSON_SERVER_URL is not set, and there is no database at \`${path}\`.`,
    {
      hint: '`keelson serve` makes the database at its first start; KEELSON_DATA or --data names another folder, KEELSON_DATABASE_URL a PostgreSQL server. For a gateway elsewhere set KEELSON_SERVER_URL and KEELSON_API_KEY (a key with `receipts:read`, made by `POST /api/v1/keys` there). An exported file is read with --file.',
      details: { field: 'KEELSON_SERVER_URL' },
    },
  );
}

export async function withReceipts<Result>(
  input: Input,
  surroundings: Surroundings,
  run: (source: ReceiptSource) => Promise<Result>,
): Promise<Result> {
  const source = await openReceiptSource(input, surroundings);
  try {
    return await run(source);
  } finally {
    await source.close();
  }
}
