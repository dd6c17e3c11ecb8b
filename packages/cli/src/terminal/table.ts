/** A table as lines of plain text: columns side by side, a heading above. */
import type { Look } from './look.ts';

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  look: Look,
): string {
  const cells = rows.map((row) => columns.map((_column, at) => plain(row[at] ?? '')));
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[at] ?? ''))),
  );
  const line = (row: readonly string[], paint: (text: string) => string): string =>
    row
      .map((cell, at) => {
        const isLast = at === columns.length - 1;
        const gap = ' '.repeat((widths[at] ?? 0) - widthOf(cell));
        if (columns[at]?.isNumber) return `${gap}${paint(cell)}`;
        return isLast ? paint(cell) : `${paint(cell)}${gap}`;
      })
      .join('  ')
      .trimEnd();
  const heading = line(
    columns.map(({ title }) => title),
    look.bold,
  );
  return `${[heading, ...cells.map((row) => line(row, (text) => text))].join('\n')}\n`;
}

/** Letters of East Asia take two places; what combines takes none. */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text)
    if (!/\p{M}/u.test(letter))
      width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u.test(
        letter,
      )
        ? 2
        : 1;
  return width;
}

/** Names come out of files of others: nothing in them may move the cursor or change the terminal. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

/** `title: value`, one a line. */
export function renderFacts(facts: readonly (readonly [string, string])[], look: Look): string {
  const widest = Math.max(...facts.map(([title]) => title.length));
  return facts
    .map(([title, value]) => `${look.bold(title)}${' '.repeat(widest - title.length)}  ${plain(value)}\n`)
    .join('');
}
