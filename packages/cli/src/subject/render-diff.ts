/** What a change of a lockfile means, as text for people and as Markdown for pull requests. */
import type { AliasCost, LockDiff } from '@keelson/core';
import type { Look } from '../terminal/look.ts';
import { escapeMarkdown, renderMarkdownTable } from '../terminal/markdown-table.ts';
import { plain, renderTable } from '../terminal/table.ts';

export function renderDiff(diff: LockDiff, look: Look): string {
  if (diff.same) return 'Nothing changes.\n';
  const lines = diff.changes.map(({ kind, says }) => `${marks[markOf(kind)](look)} ${plain(says)}\n`);
  const costs =
    diff.costs.length === 0
      ? ''
      : `\n${renderTable(
          [
            { title: 'A MONTH OF' },
            { title: 'BEFORE', isNumber: true },
            { title: 'AFTER', isNumber: true },
            { title: 'DIFFERENCE', isNumber: true },
          ],
          diff.costs.map(costRow),
          look,
        )}`;
  const sum = diff.monthDifference === undefined ? '' : `\n${sentenceOfSum(diff.monthDifference)}\n`;
  return `${lines.join('')}${costs}${sum}`;
}

type Mark = '+' | '-' | '~';

const markOf = (kind: string): Mark => {
  if (/_(added|gained)$/.test(kind)) return '+';
  return /_(removed|lost)$/.test(kind) ? '-' : '~';
};

const marks: Readonly<Record<Mark, (look: Look) => string>> = {
  '+': (look) => look.green('+'),
  '-': (look) => look.red('-'),
  '~': (look) => look.yellow('~'),
};

const notKnown = 'unknown';

function costRow({ alias, before, after, difference, unpriced }: AliasCost): string[] {
  const side = (value: string | undefined, name: 'before' | 'after'): string => {
    if (value !== undefined) return `$${value}`;
    return unpriced.includes(name) ? notKnown : '';
  };
  const change = difference === undefined ? notKnown : signed(difference);
  return [alias, side(before, 'before'), side(after, 'after'), change];
}

function signed(dollars: string): string {
  if (dollars.startsWith('-')) return `-$${dollars.slice(1)}`;
  return dollars === '0' ? '$0' : `+$${dollars}`;
}

function sentenceOfSum(difference: string): string {
  if (difference === '0') return 'A month costs as much as before.';
  const isLess = difference.startsWith('-');
  return `A month costs $${difference.replace('-', '')} ${isLess ? 'less' : 'more'}.`;
}

export function renderDiffMarkdown(diff: LockDiff): string {
  if (diff.same) return '### The lockfile means the same as before\n';
  const changes = diff.changes.map(({ says }) => `- ${escapeMarkdown(says)}\n`).join('');
  const costs =
    diff.costs.length === 0
      ? ''
      : `\n${renderMarkdownTable(['A month of', 'Before', 'After', 'Difference'], diff.costs.map(costRow))}`;
  const sum = diff.monthDifference === undefined ? '' : `\n**${sentenceOfSum(diff.monthDifference)}**\n`;
  return `### What the change of the lockfile means\n\n${changes}${costs}${sum}\nDigest \`${diff.digests.before}\` becomes \`${diff.digests.after}\`\n`;
}
