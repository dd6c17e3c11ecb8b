/**
 * Reads a backup line by line and believes none of it: what is torn, changed, of a later version or no backup at all is
 * refused. Whoever reads to the end knows that all of it is as it was written.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { KeelsonError } from '@keelson/core';
import {
  type BackupHeader,
  type BackupTrailer,
  backupFormat,
  damaged,
  parseLine,
  parseRow,
  type Value,
} from './backup-lines.ts';
import { backupTables } from './backup-tables.ts';

export type BackupPart =
  | { readonly kind: 'header'; readonly header: BackupHeader }
  | { readonly kind: 'table'; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: 'row'; readonly values: readonly Value[]; readonly length: number }
  | { readonly kind: 'end'; readonly trailer: BackupTrailer };

/** `newest` is the last migration that we know. */
export async function* readBackup(file: string, newest: number): AsyncGenerator<BackupPart> {
  const hash = createHash('sha256');
  const reader = new LineReader(newest);
  for await (const line of readLines(file)) {
    const isAtEnd = reader.isAtEnd(line);
    const part = reader.read(line);
    if (!isAtEnd) hash.update(`${line}\n`);
    if (part?.kind === 'end' && part.trailer.sha256 !== hash.digest('hex'))
      throw damaged('its checksum does not fit what is in it, so something in it was changed');
    if (part !== undefined) yield part;
  }
  if (!reader.isComplete) throw damaged('it ends too early');
}

/** Longer than anything that either engine takes in one row of ours. */
const longestLine = 256 * 1024 * 1024;

async function* readLines(file: string): AsyncGenerator<string> {
  const packed = createReadStream(file);
  const unpacked = createGunzip();
  packed.on('error', (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  let pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        pieces.push(chunk.subarray(from, at));
        yield Buffer.concat(pieces).toString('utf8');
        pieces = [];
        length = 0;
        from = at + 1;
      }
      pieces.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > longestLine) throw damaged('a line of it is longer than any that Keelson writes');
    }
  } catch (error) {
    throw explainReading(error, file);
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
  if (length > 0) throw damaged('it ends in the middle of a line');
}

function explainReading(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return damaged('it ends too early', error);
  if (code.startsWith('Z_')) return damaged('it is damaged, or no backup of Keelson', error);
  if (!/^E[A-Z]+$/.test(code)) return error;
  return new KeelsonError('invalid_request', `The backup \`${file}\` cannot be read: ${code}.`, {
    hint: 'Name a file that `npm run backup` wrote, and that may be read.',
    cause: error,
  });
}

/** Where in the file we are, and what may come next. */
class LineReader {
  readonly #newest: number;
  readonly #seen = new Set<string>();
  #header: BackupHeader | undefined;
  #columns: readonly string[] | undefined;
  #rowsOfTable = 0;
  #rows = 0;
  #line = 0;
  isComplete = false;

  constructor(newest: number) {
    this.#newest = newest;
  }

  isAtEnd(line: string): boolean {
    return this.#header !== undefined && this.#columns === undefined && line.startsWith('{"end":');
  }

  read(line: string): BackupPart | undefined {
    this.#line += 1;
    if (this.isComplete) throw damaged('there is something behind its end');
    if (this.#header === undefined) return this.#readHeader(line);
    if (this.#columns !== undefined) return this.#readRow(line, this.#columns);
    return this.isAtEnd(line) ? this.#readTrailer(line) : this.#readTable(line);
  }

  #readHeader(line: string): BackupPart {
    const header = parseLine(line) as BackupHeader | undefined;
    if (typeof header?.keelson_backup !== 'number') throw damaged('it is no backup of Keelson');
    if (header.keelson_backup > backupFormat) throw tooNew('format', header.keelson_backup, backupFormat);
    if (!Number.isSafeInteger(header.schema) || header.schema < 1) throw this.#wrong();
    if (header.schema > this.#newest) throw tooNew('schema', header.schema, this.#newest);
    this.#header = header;
    return { kind: 'header', header };
  }

  #readTable(line: string): BackupPart {
    const { table, columns } = (parseLine(line) ?? {}) as { table?: unknown; columns?: unknown };
    const isKnown = typeof table === 'string' && Object.hasOwn(backupTables, table) && !this.#seen.has(table);
    const isNamed = Array.isArray(columns) && columns.every((name) => /^[a-z][a-z0-9_]*$/.test(String(name)));
    if (!isKnown || !isNamed) throw this.#wrong();
    this.#seen.add(table);
    this.#columns = columns as string[];
    this.#rowsOfTable = 0;
    return { kind: 'table', table, columns: this.#columns };
  }

  #readRow(line: string, columns: readonly string[]): BackupPart | undefined {
    if (line.startsWith('{')) {
      const { rows } = (parseLine(line) ?? {}) as { rows?: unknown };
      if (rows !== this.#rowsOfTable) throw this.#wrong();
      this.#columns = undefined;
      return undefined;
    }
    const values = parseRow(line, columns.length);
    if (values === undefined || columns.length === 0) throw this.#wrong();
    this.#rowsOfTable += 1;
    this.#rows += 1;
    return { kind: 'row', values, length: line.length };
  }

  #readTrailer(line: string): BackupPart {
    const trailer = parseLine(line) as BackupTrailer | undefined;
    if (trailer?.rows !== this.#rows || trailer.tables !== this.#seen.size) throw this.#wrong();
    this.isComplete = true;
    return { kind: 'end', trailer };
  }

  #wrong(): KeelsonError {
    return damaged(`line ${this.#line} is not what has to stand there`);
  }
}

function tooNew(what: string, found: number, known: number): KeelsonError {
  const message = `The backup has version ${found} of the ${what}; this version of Keelson knows ${known}.`;
  return new KeelsonError('invalid_request', message, {
    hint: 'Nothing was changed. Use the version of Keelson that wrote it, or a newer one.',
  });
}
