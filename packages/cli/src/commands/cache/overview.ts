/** `keelson cache info`: what is kept on this machine that can be fetched or made again. */

import { asJson } from '../../line/as-json.ts';
import { codeFolder, registryFolder } from '../../line/cache-folder.ts';
import type { Run } from '../../line/command-spec.ts';
import { type AnswerReport, reportAnswers } from '../../subject/answer-keeping.ts';
import { type FolderSize, measureFolder } from '../../subject/cache-folders.ts';
import { unknown } from '../../subject/describe-price.ts';
import { renderTable } from '../../terminal/table.ts';

const columns = [
  { title: 'CACHE' },
  { title: 'ENTRIES', isNumber: true },
  { title: 'SIZE', isNumber: true },
  { title: 'HITS', isNumber: true },
  { title: 'OLDEST' },
  { title: 'WHERE' },
];

export const run: Run = async (_input, surroundings) => {
  const { environment } = surroundings;
  const answers = await reportAnswers(surroundings);
  const folders = { registry: registryFolder(environment), code: codeFolder(environment) };
  const registry = { path: folders.registry, ...(await measureFolder(folders.registry)) };
  const code = { path: folders.code, ...(await measureFolder(folders.code)) };
  const rows = [
    ['answers', ...sizeCells(answers), whereText(answers)],
    ...answers.workspaces.map((each) => [`  ${each.workspace}`, ...sizeCells(each), '']),
    ['registry', ...sizeCells(registry), registry.path],
    ['code', ...sizeCells(code), code.path],
  ];
  return {
    data: asJson({
      answers: { ...answers, ...datesOf(answers), workspaces: answers.workspaces.map(withDates) },
      registry: withDates(registry),
      code: withDates(code),
    }),
    text: (look) => renderTable(columns, rows, look),
  };
};

interface Sized extends Partial<FolderSize> {
  readonly hits?: number;
}

function sizeCells({ entries, bytes, hits, oldestAt }: Sized): string[] {
  return [
    entries === undefined ? unknown : String(entries),
    bytes === undefined ? unknown : sizeText(bytes),
    hits === undefined ? '' : String(hits),
    oldestAt === undefined ? '' : new Date(oldestAt).toISOString().slice(0, 16).replace('T', ' '),
  ];
}

function whereText({ store, place }: AnswerReport): string {
  if (store === 'memory') return `${place}; the gateway keeps them in its memory`;
  return store === 'off' ? `${place}; the gateway keeps none` : place;
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const datesOf = ({ oldestAt }: Sized) => ({
  oldestAt: oldestAt === undefined ? null : new Date(oldestAt).toISOString(),
});

const withDates = <Each extends Sized>(each: Each) => ({ ...each, ...datesOf(each) });
