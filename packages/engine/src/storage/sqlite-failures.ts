/** What the operator is told when the file of the embedded database cannot be used. */
import { KeelsonError } from '@keelson/core';

type Advice = readonly [problem: string, hint: string];

const notWritable: Advice = [
  'cannot be opened for writing',
  'Let this user write to the file and its folder.',
];
const full: Advice = [
  'cannot grow, because the disk is full',
  'Free some space; nothing that was stored is lost.',
];

/** By SQLite's primary result code. */
const adviceByResult: Readonly<Record<number, Advice>> = {
  5: ['is held by another process', 'End the process that holds it, or try again.'],
  8: notWritable,
  10: ['cannot be read or written; the disk reports an error', 'Check the disk and the folder of the file.'],
  11: ['is damaged', 'Restore it from a backup, or move it away to begin with an empty one.'],
  13: full,
  14: notWritable,
  26: ['is not a database', 'Name another file, or move this one away.'],
};

const adviceBySystemError: Readonly<Record<string, Advice>> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOTDIR: ['lies below something that is not a folder', 'Name a file in a folder.'],
  EEXIST: ['lies below something that is not a folder', 'Name a file in a folder.'],
  EISDIR: ['is a folder', 'Name a file in it.'],
  ENOSPC: full,
  EDQUOT: full,
};

export function describeSqliteFailure(error: unknown, path: string): KeelsonError | undefined {
  const advice = findAdvice(error);
  if (advice === undefined) return undefined;
  const [problem, hint] = advice;
  return new KeelsonError('configuration_invalid', `The database \`${path}\` ${problem}.`, {
    hint,
    cause: error,
  });
}

export function isSqliteBusy(error: unknown): boolean {
  return resultOf(error) === 5;
}

function findAdvice(error: unknown): Advice | undefined {
  const result = resultOf(error);
  if (result !== undefined) return adviceByResult[result];
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? adviceBySystemError[code] : undefined;
}

function resultOf(error: unknown): number | undefined {
  const isOfSqlite = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
  return isOfSqlite ? (error.errcode as number) & 0xff : undefined;
}
