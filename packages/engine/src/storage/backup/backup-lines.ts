/**
 * The lines of a backup, alike whichever engine they come from. First a header; for each table a line with its columns, a line
 * for each row, and their count; at the end how much there was, and the SHA-256 of all lines before.
 */
import { KeelsonError } from '@keelson/core';
import { narrowInteger } from '../narrow-integer.ts';

/** Of these lines, not of the tables in them. */
export const backupFormat = 1;

export interface BackupHeader {
  readonly keelson_backup: number;
  /** The number of the last migration that the database had seen. */
  readonly schema: number;
  /** Milliseconds since 1970. */
  readonly created_at: number;
  readonly engine: 'sqlite' | 'postgres';
}

export interface BackupTrailer {
  readonly end: true;
  readonly tables: number;
  readonly rows: number;
  readonly sha256: string;
}

/** As it comes out of either engine. */
export type Value = string | number | bigint | null | Uint8Array;

export function renderRow(columns: readonly string[], row: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(columns.map((column) => toJson(row[column] as Value)))}\n`;
}

function toJson(value: Value): unknown {
  if (typeof value === 'bigint') return { integer: String(value) };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  return value;
}

/** Undefined when the line is no row of so many columns. */
export function parseRow(line: string, columns: number): Value[] | undefined {
  const parsed = parseLine(line);
  if (!Array.isArray(parsed) || parsed.length !== columns) return undefined;
  const values = parsed.map(fromJson);
  return values.includes(undefined) ? undefined : (values as Value[]);
}

function fromJson(value: unknown): Value | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  const { integer, bytes } = value as { readonly integer?: unknown; readonly bytes?: unknown };
  if (typeof integer === 'string' && /^-?\d{1,19}$/.test(integer)) return narrowInteger(BigInt(integer));
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : undefined;
}

/** Undefined when it is no JSON. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export function damaged(problem: string, cause?: unknown): KeelsonError {
  return new KeelsonError('invalid_request', `The backup cannot be used: ${problem}.`, {
    hint: 'Nothing was changed. Use another backup, or copy this one again from where it was kept.',
    cause,
  });
}
