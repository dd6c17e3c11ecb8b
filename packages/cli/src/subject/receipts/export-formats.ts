/** An export in other forms than its lines: one list of JSON, which can be verified too, and a table, which cannot. */
import type { CallReceipt, Receipt } from '@keelson/core';

export async function* asJsonList(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const line of lines) {
    yield `${before}${line}`;
    before = ',\n';
  }
  yield '\n]\n';
}

export type Cell = string | number | undefined;

interface Entry {
  readonly receipt?: Receipt;
  readonly log?: string;
  readonly seq?: number;
  readonly index?: number;
}

const callColumns: Readonly<Record<string, (receipt: CallReceipt) => Cell>> = {
  call_id: ({ call_id }) => call_id,
  key_id: ({ key_id }) => key_id,
  endpoint: ({ endpoint }) => endpoint,
  alias: ({ alias }) => alias,
  profile: ({ profile }) => profile,
  lock_digest: ({ lock_digest }) => lock_digest,
  requested_model: ({ requested_model }) => requested_model,
  provider: ({ provider }) => provider,
  model: ({ model }) => model,
  served_model: ({ served_model }) => served_model,
  outcome: ({ outcome }) => outcome,
  status: ({ status }) => status,
  input_tokens: ({ usage }) => usage.input.total,
  cache_read_tokens: ({ usage }) => usage.input.cache_read,
  cache_write_tokens: ({ usage }) => usage.input.cache_write,
  output_tokens: ({ usage }) => usage.output.total,
  reasoning_tokens: ({ usage }) => usage.output.reasoning,
  cost: ({ cost }) => cost.amount,
  currency: ({ cost }) => cost.currency,
  cost_status: ({ cost }) => cost.status,
  price_version: ({ cost }) => cost.price_version,
  request_sha256: ({ request_sha256 }) => request_sha256,
  response_sha256: ({ response_sha256 }) => response_sha256,
};

const sharedColumns = ['receipt_id', 'kind', 'timestamp', 'workspace'] as const;
const placeColumns = ['log', 'seq', 'index'] as const;

/** Rows of receipts; of other kinds than calls only what all have. */
export async function* asTable(lines: AsyncIterable<string>): AsyncGenerator<string> {
  yield csvLine([...sharedColumns, ...Object.keys(callColumns), ...placeColumns]);
  for await (const line of lines) {
    const { receipt, ...entry } = JSON.parse(line) as Entry;
    if (receipt === undefined) continue;
    const own = Object.values(callColumns).map((read) =>
      receipt.kind === 'call' ? read(receipt) : undefined,
    );
    yield csvLine([
      ...sharedColumns.map((name) => receipt[name]),
      ...own,
      ...placeColumns.map((name) => entry[name]),
    ]);
  }
}

/** What spreadsheets take for the beginning of a formula. */
const formula = /^[=+\-@\t\r]/;

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const text = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
