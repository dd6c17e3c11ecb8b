/** CSV as RFC 4180 has it: rows as records by the names of the first one, each with the number of its line. */
import { KeelsonError } from '../errors/index.ts';

export interface CsvRow {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** `name` is what the file is called, for the message. */
export function parseCsv(text: string, name: string): readonly CsvRow[] {
  const rows = readRows(text.replace(/^\ufeff/, ''));
  const [header, ...rest] = rows;
  const names = header?.cells.map((cell) => cell.trim()) ?? [];
  return rest
    .filter(({ cells }) => cells.length > 1 || cells[0]?.trim() !== '')
    .map(({ cells, line }) => {
      if (cells.length > names.length) {
        throw new KeelsonError(
          'invalid_request',
          `Line ${line} of ${name} has more cells than its first line.`,
          {
            hint: 'Export it again, or put cells that hold commas between quotes.',
          },
        );
      }
      return { line, fields: Object.fromEntries(names.map((field, at) => [field, cells[at]?.trim() ?? ''])) };
    });
}

interface ReadRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A cell, in quotes or not, and what ends it. What only begins with a quote is taken as it stands. */
const cellForm = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\n|\r|$)/y;

function readRows(text: string): ReadRow[] {
  const rows: ReadRow[] = [];
  let cells: string[] = [];
  let [line, begun] = [1, 1];
  cellForm.lastIndex = 0;
  while (cellForm.lastIndex < text.length) {
    const [all = '', quoted, bare = '', end = ''] = cellForm.exec(text) ?? [];
    cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    line += all.split('\n').length - 1;
    if (end !== ',') {
      rows.push({ line: begun, cells });
      cells = [];
      begun = line;
    }
  }
  if (cells.length > 0) rows.push({ line: begun, cells: [...cells, ''] });
  return rows;
}
