/** Every source file begins with a comment whose first sentence tells a newcomer what the file is. */
import type { Comment } from 'oxc-parser';
import type { ParsedFile } from '../read-sources.ts';
import { createReport, type FileRule } from '../rule.ts';

const report = createReport('headers');

const leastWords = 5;
const leastNewWords = 3;
/** Instructions to tools and legal lines are comments, but they tell nobody what the file is. */
const notProse =
  /^\s*(@|biome-|eslint|prettier|oxlint|c8 |v8 |istanbul|\/ *<|SPDX-|Copyright\b|licen[cs]ed?\b)/i;

export const headersRule: FileRule = (file) => {
  if (file.kind === 'test') return [];
  const header = readHeader(file);
  if (header === undefined) {
    return [
      report(
        file,
        0,
        'no header; begin with a comment that says what this file is and what does not belong in it.',
      ),
    ];
  }
  if (saysSomething(file.path, firstSentence(header))) return [];
  const says = `the header says too little (\`${firstSentence(header)}\`); say in a sentence of at least ${leastWords} words what this file is, beyond its name.`;
  return [report(file, 0, says)];
};

/** The first comment, or first run of line comments, before any code. */
function readHeader(file: ParsedFile): string | undefined {
  const start = file.text.startsWith('#!') ? file.text.indexOf('\n') + 1 : 0;
  const prose: Comment[] = [];
  let end = start;
  for (const comment of file.comments) {
    // Some parsers hand out the `#!` line as a comment.
    if (comment.end <= start) continue;
    if (file.text.slice(end, comment.start).trim() !== '') break;
    end = comment.end;
    if (notProse.test(comment.value.replace(/^[*\s]+/, ''))) continue;
    if (prose.some(({ type }) => type === 'Block' || type !== comment.type)) break;
    prose.push(comment);
  }
  if (prose.length === 0) return undefined;
  return prose.map(({ value }) => value.replace(/^\s*\*+/gm, '')).join(' ');
}

function firstSentence(header: string): string {
  const text = header.replace(/\s+/g, ' ').trim();
  return /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
}

function saysSomething(path: string, sentence: string): boolean {
  const words = sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const inName = new Set(path.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  return words.length >= leastWords && words.filter((word) => !inName.has(word)).length >= leastNewWords;
}
