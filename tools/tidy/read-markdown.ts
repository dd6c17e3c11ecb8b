/** The parts of a Markdown page that rules read: its code, spans and fences apart, and its tables. No full parser. */

export interface CodePiece {
  readonly text: string;
  readonly line: number;
  /** A line of a fenced block may be output or a comment; a span is always meant as code. */
  readonly isFenced: boolean;
}

export interface TableRow {
  readonly line: number;
  /** By the heading of the column, in small letters; backticks removed. */
  readonly cells: Readonly<Record<string, string>>;
}

export function readCode(text: string): CodePiece[] {
  let fence: string | undefined;
  return text.split('\n').flatMap((line, index): CodePiece[] => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
      return [];
    }
    if (fence !== undefined) return [{ text: line.trim(), line: index + 1, isFenced: true }];
    return [...line.matchAll(/(`+)(.+?)\1(?!`)/g)].map((span) => ({
      text: (span[2] ?? '').trim(),
      line: index + 1,
      isFenced: false,
    }));
  });
}

export function readTables(text: string): TableRow[] {
  const rows: TableRow[] = [];
  let heads: readonly string[] | undefined;
  text.split('\n').forEach((line, index) => {
    if (!line.trimStart().startsWith('|')) {
      heads = undefined;
      return;
    }
    const cells = splitCells(line);
    if (heads === undefined) heads = cells.map((cell) => cell.toLowerCase());
    else if (!cells.every((cell) => /^:?-+:?$/.test(cell))) {
      const named = heads.map((head, column) => [head, cells[column] ?? ''] as const);
      rows.push({ line: index + 1, cells: Object.fromEntries(named) });
    }
  });
  return rows;
}

function splitCells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replace(/`/g, ''));
}
