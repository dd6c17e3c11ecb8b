/** `keelson server logs`: the calls that a server has recorded, as a table, JSON or CSV. */
import { resolve } from 'node:path';
import { isJsonObject } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { type Cell, csvLine } from '../../subject/receipts/export-formats.ts';
import { writeFileWhole } from '../../subject/receipts/write-file.ts';
import { dollarsOf, placeOf, readPeriod, timesOf } from '../../subject/server/period.ts';
import { type Answer, openServer, type Server } from '../../subject/server/server.ts';
import type { Look } from '../../terminal/look.ts';
import { renderTable } from '../../terminal/table.ts';

const usualLimit = 50;

export const run: Run = async (input, surroundings) => {
  const query = queryOf(input);
  const server = await openServer(input, surroundings);
  const calls = await readCalls(server, query, input);
  const format = input.text('format') ?? 'table';
  const output = input.text('output');
  if (output !== undefined) {
    const path = resolve(surroundings.folder, output);
    const text = format === 'csv' ? renderCsv(calls) : `${JSON.stringify(calls, null, 2)}\n`;
    await writeFileWhole(path, [text], surroundings);
    return {
      data: asJson({ path, calls: calls.length }),
      text: () => `${calls.length} calls are in ${path}.\n`,
    };
  }
  return {
    data: asJson(calls),
    text: (look) => {
      if (format === 'csv') return renderCsv(calls);
      return format === 'json' ? `${JSON.stringify(calls, null, 2)}\n` : renderCalls(calls, look);
    },
    notes:
      format === 'table' && calls.length === limitOf(input)
        ? [`These are ${calls.length}; --limit shows more.`]
        : [],
  };
};

const limitOf = (input: Input): number => input.number('limit') ?? usualLimit;

function queryOf(input: Input) {
  const filters = ['alias', 'model', 'provider', 'outcome'].map((name) => [name, input.text(name)]);
  return { ...placeOf(input), ...timesOf(readPeriod(input)), ...Object.fromEntries(filters) };
}

/** The server does not look for an origin or count on from somewhere: that is done here, page by page. */
async function readCalls(server: Server, query: ReturnType<typeof queryOf>, input: Input): Promise<Answer[]> {
  const [origin, limit] = [input.text('origin'), limitOf(input)];
  let skipped = input.number('offset') ?? 0;
  const calls: Answer[] = [];
  if (limit === 0) return calls;
  for await (const call of server.entries('/calls', query)) {
    if (origin !== undefined && call.origin !== origin) continue;
    if (skipped > 0) {
      skipped -= 1;
      continue;
    }
    calls.push(call);
    if (calls.length === limit) break;
  }
  return calls;
}

/** Undefined where it is not known, which is not the same as free. */
function costOf({ cost }: Answer): string | undefined {
  if (!isJsonObject(cost) || cost.nano_dollars === undefined || cost.nano_dollars === null) return undefined;
  return dollarsOf(cost.nano_dollars);
}

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

function renderCalls(calls: readonly Answer[], look: Look): string {
  if (calls.length === 0) return 'No calls.\n';
  const columns = [
    { title: 'STARTED AT' },
    { title: 'ALIAS' },
    { title: 'MODEL' },
    { title: 'INPUT', isNumber: true },
    { title: 'OUTPUT', isNumber: true },
    { title: 'COST', isNumber: true },
    { title: 'OUTCOME' },
    { title: 'ORIGIN' },
  ];
  const rows = calls.map((call) => [
    textOf(call.started_at),
    textOf(call.alias),
    [call.provider, call.model].filter(Boolean).join(':'),
    textOf(call.input_tokens),
    textOf(call.output_tokens),
    costOf(call) ?? 'unknown',
    textOf(call.outcome),
    textOf(call.origin),
  ]);
  return renderTable(columns, rows, look);
}

const columnNames = [
  ...[
    'id',
    'started_at',
    'workspace',
    'key_id',
    'alias',
    'profile',
    'provider',
    'model',
    'outcome',
    'status',
  ],
  ...['lane', 'origin', 'duration_ms', 'input_tokens', 'output_tokens'],
];

function renderCsv(calls: readonly Answer[]): string {
  const lines = calls.map((call) => {
    const cells = columnNames.map((name): Cell => {
      const value = call[name];
      return typeof value === 'number' ? value : textOf(value);
    });
    return csvLine([...cells, costOf(call)?.slice(1)]);
  });
  return [csvLine([...columnNames, 'dollars']), ...lines].join('');
}
