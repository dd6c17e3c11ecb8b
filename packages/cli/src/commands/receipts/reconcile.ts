/** `keelson receipts reconcile`: receipts against what a provider says was used. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  KeelsonError,
  type ProviderExport,
  parseProviderExport,
  type Receipt,
  Reconciler,
  type Reconciliation,
  type ReconciliationDifference,
} from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { showProgress } from '../../subject/receipts/progress.ts';
import type { ReceiptRange } from '../../subject/receipts/receipt-source.ts';
import type { Look } from '../../terminal/look.ts';
import { renderTable } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const exports = await readExports(input, surroundings);
  const reconciler = new Reconciler({ exports, ...readWish(input) });
  const progress = showProgress('receipts compared', input.isOn('json'));
  await withReceipts(input, surroundings, async (source) => {
    for await (const line of source.lines(rangeOf(exports))) {
      const { receipt } = JSON.parse(line) as { readonly receipt?: Receipt };
      if (receipt === undefined) continue;
      progress.step();
      reconciler.add(receipt);
    }
  }).finally(progress.end);
  const said = reconciler.finish();
  return {
    data: asJson(describe(said)),
    exitCode: said.isReconciled ? 0 : 1,
    text: (look) => renderReconciliation(said, look),
    notes: notesOn(said),
  };
};

async function readExports(input: Input, { folder }: Surroundings): Promise<ProviderExport[]> {
  const files = input.list('usage');
  if (files === undefined) {
    throw new UsageError("`keelson receipts reconcile` needs `--usage FILE`: the provider's statement.", {
      hint: 'Save what its usage API answers, or export the CSV from its dashboard.',
    });
  }
  const exports: ProviderExport[] = [];
  for (const file of files) {
    const path = resolve(folder, file);
    exports.push(...parseProviderExport(await readFile(path, 'utf8'), path));
  }
  return exports;
}

function readWish(input: Input) {
  const [providers, only, maps] = [input.list('provider'), input.list('only'), input.list('map')];
  const [tokens, percent, dollars] = [
    input.number('tolerance'),
    input.number('tolerance-percent'),
    input.number('tolerance-dollars'),
  ];
  return {
    ...(providers !== undefined && { providers }),
    ...(only !== undefined && { only }),
    ...(maps !== undefined && { workspaces: new Map(maps.map(readMap)) }),
    ...(tokens !== undefined && { toleranceTokens: tokens }),
    ...(percent !== undefined && { tolerancePercent: percent }),
    ...(dollars !== undefined && { toleranceNanoDollars: Math.round(dollars * 1e9) }),
  };
}

function readMap(text: string): [string, string] {
  const at = text.lastIndexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`\`--map\` cannot be \`${text.slice(0, 60)}\`.`, {
    hint: "Write the provider's key, workspace or project, and the workspace here: `--map proj_1=web`.",
  });
}

const dayMs = 86_400_000;

/** A batch closes after its calls ended; those of calls that a crash cut off wait until somebody starts again. */
function rangeOf(exports: readonly ProviderExport[]): ReceiptRange {
  const days = exports.flatMap(({ days: some }) => some).sort();
  const [first] = days;
  if (first === undefined) {
    throw new KeelsonError('invalid_request', 'The statement is of no day.', {
      hint: 'Ask for the days that you want to compare.',
    });
  }
  return { from: Date.parse(`${first}T00:00:00Z`), to: Date.parse(`${days.at(-1)}T00:00:00Z`) + 8 * dayMs };
}

const describe = ({ isReconciled, isCut, ...rest }: Reconciliation) => ({
  is_reconciled: isReconciled,
  ...rest,
  is_cut: isCut,
});

const kindTexts = {
  differs: 'differs',
  missing_in_receipts: 'in no receipt',
  missing_at_provider: 'unknown to the provider',
} as const;

function renderReconciliation(said: Reconciliation, look: Look): string {
  const { isReconciled, vendor, days, receipts, compared, differences, totals } = said;
  const period = days.length > 1 ? `${days[0]} to ${days.at(-1)}` : (days[0] ?? '');
  const sums = totals.map(({ figure, provider, receipts: ours }) => [figure, String(provider), String(ours)]);
  const numbers = ['PROVIDER', 'RECEIPTS'].map((title) => ({ title, isNumber: true }));
  const table = `\n${renderTable([{ title: 'IN ALL' }, ...numbers], sums, look)}`;
  const state = isReconciled ? look.green('they agree') : look.red(`${differences.length} differences`);
  const end = `${vendor}, ${period}: ${receipts} receipts, ${compared} figures compared, ${state}.\n`;
  return `${renderDifferences(differences, look)}${end}${table}`;
}

function renderDifferences(differences: readonly ReconciliationDifference[], look: Look): string {
  if (differences.length === 0) return '';
  const hasWorkspaces = differences.some(({ workspace }) => workspace !== undefined);
  const columns = [
    { title: 'DAY' },
    { title: 'MODEL' },
    ...(hasWorkspaces ? [{ title: 'WORKSPACE' }] : []),
    { title: 'FIGURE' },
    { title: 'PROVIDER', isNumber: true },
    { title: 'RECEIPTS', isNumber: true },
    { title: 'DIFFERENCE', isNumber: true },
    { title: 'WHAT' },
  ];
  const rows = differences.map(
    ({ day, model = '', workspace = '', figure, provider, receipts, difference, kind }) => [
      day,
      model,
      ...(hasWorkspaces ? [workspace] : []),
      figure,
      String(provider),
      String(receipts),
      Number(difference) > 0 ? `+${difference}` : String(difference),
      kindTexts[kind],
    ],
  );
  return `${renderTable(columns, rows, look)}\n`;
}

function notesOn({ isCut, uncounted, receipts }: Reconciliation): string[] {
  return [
    ...(isCut ? ['The statement says that it has more pages; give all of them.'] : []),
    ...(uncounted > 0
      ? [`The tokens of ${uncounted} receipts are not known, such as of calls that a crash cut off.`]
      : []),
    ...(receipts === 0
      ? ['No receipt of these days is of this provider; --provider says what it is called here.']
      : []),
  ];
}
