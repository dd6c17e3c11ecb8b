/** A table in Markdown, for comments on pull requests. */

export function renderMarkdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
  return `${line(titles)}|${titles.map(() => ' --- |').join('')}\n${rows.map(line).join('')}`;
}

/** Nothing in it may end a cell, be a tag or mention somebody. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}]/gu, ' ')
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '@\u200b');
}
