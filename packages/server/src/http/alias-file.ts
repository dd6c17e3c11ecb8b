// The file that KEELSON_ALIASES names: an alias table whose names come over those that Keelson makes itself. What a table may
// say is routing's; here is only where it comes from and how its problems are told.
import { isJsonObject, type Json, KeelsonError, parseJson } from '@keelson/core';
import type { Engine } from '@keelson/engine';
import { SettingError } from './settings.ts';

export interface AliasFile {
  readonly path: string;
  /** Undefined when the file cannot be read. */
  readonly text: string | undefined;
}

/**
 * Throws a `SettingError` that names the file and everything that is wrong in it; the aliases then stay as they were.
 */
export function applyAliasFile(
  { path, text }: AliasFile,
  defaults: Readonly<Record<string, readonly string[]>>,
  { routing }: Pick<Engine, 'routing'>,
): void {
  if (text === undefined) throw problem(path, 'The file cannot be read. Name one that exists, or none.');
  try {
    routing.setAliases(mergeOver(defaults, parseJson(text)));
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    throw problem(path, `${error.message} ${error.hint}`, error);
  }
}

/** What is no table is told by whoever checks tables. */
function mergeOver(defaults: Readonly<Record<string, readonly string[]>>, table: Json): unknown {
  if (!isJsonObject(table) || !isJsonObject(table.aliases)) return table;
  return { ...table, aliases: { ...defaults, ...table.aliases } };
}

function problem(path: string, message: string, cause?: KeelsonError): SettingError {
  return new SettingError(`KEELSON_ALIASES is \`${path}\`. ${message}`, { cause });
}
