/** A registry as a table for people and spreadsheets, or as JSON for programs. */
import type { Json, JsonObject } from '../../json/index.ts';
import type { ModelCard } from '../model-card.ts';
import { priceFieldsOf } from '../price-version.ts';

export const exportForms = ['markdown', 'json', 'csv'] as const;

export type ExportForm = (typeof exportForms)[number];

const columns = [
  'model',
  'kind',
  'context_window',
  'max_output',
  'input',
  'output',
  'cache_read',
  'abilities',
  'state',
  'source',
  'date',
] as const;

type Row = Readonly<Record<(typeof columns)[number], string>>;

export function exportRegistry(cards: Iterable<ModelCard>, form: ExportForm): string {
  const sorted = [...cards].sort((one, other) => (one.key < other.key ? -1 : 1));
  switch (form) {
    case 'markdown':
      return tableOf(sorted.map(rowOf));
    case 'csv':
      return csvOf(sorted.map(rowOf));
    case 'json':
      return `${JSON.stringify(Object.fromEntries(sorted.map(({ key, row }) => [key, row])), null, 2)}\n`;
  }
}

/** What is not known is empty, never 0. */
function rowOf(card: ModelCard): Row {
  const { key, endpoint = '', limits, lifeCycle, source } = card;
  const prices = priceFieldsOf(card);
  const able = Object.keys(card.abilities).filter((ability) => card.abilities[ability] === true);
  const served = lifeCycle.isDeprecated ? 'deprecated' : 'active';
  return {
    model: key,
    kind: endpoint,
    context_window: text(limits.contextWindow),
    max_output: text(limits.maxOutput),
    input: price(prices, 'input'),
    output: price(prices, 'output'),
    cache_read: price(prices, 'cache_read'),
    abilities: able.sort().join(' '),
    state: lifeCycle.isActive ? served : 'retired',
    source: source?.name ?? '',
    date: source?.date ?? '',
  };
}

const text = (value: Json | undefined): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : '';

const price = (prices: JsonObject, rate: string): string =>
  text(prices[`dollars_per_million_tokens_${rate}`]);

const headings: Row = {
  model: 'Model',
  kind: 'Kind',
  context_window: 'Context',
  max_output: 'Output at most',
  input: '$ in',
  output: '$ out',
  cache_read: '$ cached',
  abilities: 'Abilities',
  state: 'State',
  source: 'Source',
  date: 'Read on',
};

function tableOf(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const cells = (row: Row): string[] =>
    columns.map((column) => row[column].replace(/[|\\]/g, '\\$&').replace(/\s+/g, ' '));
  return (
    line(cells(headings)) + line(columns.map(() => '---')) + rows.map((row) => line(cells(row))).join('')
  );
}

/** By RFC 4180; what a spreadsheet would take for a formula is made text. */
function csvOf(rows: readonly Row[]): string {
  const cell = (value: string): string => {
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [
    columns.join(','),
    ...rows.map((row) => columns.map((column) => cell(row[column])).join(',')),
  ];
  return `${lines.join('\r\n')}\r\n`;
}
