/** A list of receipts as a table, and the sums of a statement as text. */
import type { ReceiptSums } from '@keelson/core';
import type { StatementDraft } from '@keelson/engine';
import type { Look } from '../../terminal/look.ts';
import { renderFacts, renderTable } from '../../terminal/table.ts';
import type { ListedLine } from './receipt-source.ts';

export function renderReceiptList(receipts: readonly ListedLine[], look: Look): string {
  if (receipts.length === 0) return 'There is no such receipt.\n';
  const columns = [{ title: 'RECEIPT' }, { title: 'MADE AT' }, { title: 'WORKSPACE' }, { title: 'PLACE' }];
  const rows = receipts.map(({ id, made_at, workspace, log, seq, index }) => [
    id,
    made_at,
    workspace,
    `${log} ${seq}/${index}`,
  ]);
  return renderTable(columns, rows, look);
}

type Drafted = StatementDraft & { readonly receipt_id?: string; readonly timestamp?: string };

export function renderStatement(statement: Drafted, look: Look): string {
  const { summary, receipts, selection, workspace, description, tags = [], by } = statement;
  const facts: [string, string][] = [
    ...(statement.receipt_id === undefined ? [] : [['receipt', statement.receipt_id] as [string, string]]),
    ['over', workspace],
    [
      'chosen',
      selection.mode === 'period'
        ? `${selection.from} up to ${selection.to}`
        : selection.mode.replace('_', ' '),
    ],
    ...(description === undefined ? [] : [['description', description] as [string, string]]),
    ...(tags.length === 0 ? [] : [['tags', tags.join(', ')] as [string, string]]),
    ['by', by],
    ['receipts', String(receipts.count)],
    ['calls', callsText(summary)],
    ['tokens', `${summary.tokens.input} in, ${summary.tokens.output} out`],
    ['cost', `$${summary.cost.amount}`],
    ...(summary.repricings === undefined
      ? []
      : [
          ['re-pricings', `${summary.repricings}, by $${summary.repriced_amount ?? '0'}`] as [string, string],
        ]),
    ...(summary.stored === undefined
      ? []
      : [['brought by others', String(summary.stored)] as [string, string]]),
  ];
  const groups = [
    ['MODEL', summary.by_model],
    ['ALIAS', summary.by_alias],
  ] as const;
  return [
    renderFacts(facts, look),
    ...groups.map(([title, sums]) => renderSums(title, sums, look)).filter((text) => text !== ''),
  ].join('\n');
}

function callsText({
  calls,
  unpriced_calls = 0,
  estimated_calls = 0,
  uncounted_calls = 0,
}: ReceiptSums): string {
  const parts = [
    [unpriced_calls, 'without a price'],
    [estimated_calls, 'estimated'],
    [uncounted_calls, 'not counted'],
  ] as const;
  const rest = parts.filter(([count]) => count > 0).map(([count, says]) => `${count} ${says}`);
  return rest.length === 0 ? String(calls) : `${calls} (${rest.join(', ')})`;
}

function renderSums(title: string, sums: Readonly<Record<string, ReceiptSums>>, look: Look): string {
  const rows = Object.entries(sums).map(([name, { calls, tokens, cost }]) => [
    name,
    String(calls),
    String(tokens.input),
    String(tokens.output),
    `$${cost.amount}`,
  ]);
  if (rows.length === 0) return '';
  const numbers = ['CALLS', 'INPUT', 'OUTPUT', 'COST'].map((each) => ({ title: each, isNumber: true }));
  return renderTable([{ title }, ...numbers], rows, look);
}
