/** An error as people and programs are told it, and the code to end with. Loaded only when something has gone wrong. */
import { didYouMean, KeelsonError } from '@keelson/core';
import type { Look } from '../terminal/look.ts';
import { plain } from '../terminal/table.ts';
import { exitCodeOf } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

export interface ToldError {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

export function readError(thrown: unknown): ToldError {
  if (thrown instanceof UsageError) return readUsageError(thrown);
  if (KeelsonError.is(thrown)) {
    const { code, message, hint, row } = thrown;
    return { exitCode: exitCodeOf(code), code, message, hint, retryable: row.retry === 'same-target' };
  }
  if (thrown instanceof Error && thrown.name === 'SettingError') return readSettingError(thrown);
  const missing = missingFile(thrown);
  if (missing !== undefined) return missing;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const hint = 'This is a fault in Keelson; please report it. KEELSON_DEBUG=1 shows where it happened.';
  return { exitCode: 1, code: 'internal_error', message, hint, retryable: false };
}

/** The server's, of settings in files and variables; it says itself what to do. */
function readSettingError({ message }: Error): ToldError {
  const hint = '`keelson config validate` checks files of settings, and `keelson config edit` opens them.';
  return { exitCode: 3, code: 'configuration_invalid', message, hint, retryable: false };
}

function readUsageError({ message, hint, misspelt }: UsageError): ToldError {
  const meant =
    misspelt && didYouMean(misspelt.name, misspelt.known)?.replaceAll(/`([^`]+)`/g, `\`${misspelt.mark}$1\``);
  return {
    exitCode: 2,
    code: 'usage',
    message,
    hint: meant === undefined ? hint : `${meant} ${hint}`,
    retryable: false,
  };
}

const systemWords: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read or written',
  EISDIR: 'is a folder',
  ENOTDIR: 'is in something that is no folder',
  EROFS: 'cannot be written',
  ENOSPC: 'does not fit on the disk',
};

function missingFile(thrown: unknown): ToldError | undefined {
  const { code = '', path } = (thrown ?? {}) as { code?: string; path?: string };
  const says = systemWords[code];
  if (says === undefined || path === undefined) return undefined;
  const hint = 'Check the path and its permissions.';
  return {
    exitCode: 3,
    code: 'configuration_invalid',
    message: `\`${path}\` ${says}.`,
    hint,
    retryable: false,
  };
}

/** Files and vendors may have any text in what they say. */
const plainLines = (text: string): string => text.split('\n').map(plain).join('\n');

export function renderError({ message, hint }: ToldError, look: Look): string {
  // The first problem of a broken file stands with its hint already.
  const more = hint === '' || message.includes(hint) ? '' : `${look.dim('hint:')} ${plainLines(hint)}\n`;
  return `${look.red('error:')} ${plainLines(message)}\n${more}`;
}
