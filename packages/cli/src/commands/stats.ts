/** `keelson stats`: what was used and what it cost, in all and by what one asks for. */
import { systemClock } from '@keelson/engine';
import { asJson } from '../line/as-json.ts';
import type { Run } from '../line/command-spec.ts';
import { dollarsOf, placeOf, readPeriod } from '../subject/server/period.ts';
import { type Answer, openServer, type Server } from '../subject/server/server.ts';
import type { Look } from '../terminal/look.ts';
import { renderFacts, renderTable } from '../terminal/table.ts';

const dayMs = 86_400_000;
const usualDays = 30;
const mostRows = 1000;
const groups: readonly string[] = ['model', 'alias', 'provider', 'workspace'];
const everything: readonly string[] = ['day', 'model', 'alias', 'origin'];

export const run: Run = async (input, surroundings) => {
  const { from, to = systemClock.now() } = readPeriod(input);
  const begin = from ?? Math.floor(to / dayMs) * dayMs - usualDays * dayMs;
  const times = { from: new Date(begin).toISOString(), to: new Date(to).toISOString() };
  const server = await openServer(input, surroundings);
  const asked = { ...placeOf(input), ...times };
  const whole = await server.ask('GET', '/usage', { query: { ...asked, step: 'total' } });
  const [first] = whole.data as unknown as readonly Entry[];
  const summary = summarise(first);
  const by = input.list('by') ?? (input.isOn('verbose') ? everything : []);
  const tables: Table[] = [];
  for (const kind of by) tables.push(await readTable(kind, { server, asked }));
  const from_ = String(whole.from);
  return {
    data: asJson({
      server: server.url,
      from: from_,
      to: whole.to,
      summary,
      by: Object.fromEntries(tables.map(({ kind, rows }) => [kind, rows])),
    }),
    text: (look) => {
      const heading = `${from_.slice(0, 16)} to ${String(whole.to).slice(0, 16)} (UTC)\n`;
      return [heading + renderFacts(factsOf(summary), look), ...tables.map((one) => render(one, look))].join(
        '\n',
      );
    },
    notes: notesOn(summary, tables),
  };
};

interface Entry extends Answer {
  readonly group: Answer;
  readonly input: Answer;
  readonly output: Answer;
}

interface Row {
  readonly name: string;
  readonly calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly dollars: string;
  /** Calls whose cost is missing in that. */
  readonly unpriced: number;
}

interface Table {
  readonly kind: string;
  readonly rows: readonly Row[];
  readonly isCut: boolean;
}

function rowOf(name: string, entry: Entry): Row {
  return {
    name,
    calls: Number(entry.calls),
    input_tokens: Number(entry.input.total),
    output_tokens: Number(entry.output.total),
    dollars: dollarsOf(entry.nano_dollars).slice(1),
    unpriced: Number(entry.unpriced),
  };
}

function summarise(entry: Entry | undefined) {
  const none = { calls: 0, input_tokens: 0, output_tokens: 0, dollars: '0.00', unpriced: 0 };
  const { name: _, ...sums } = entry === undefined ? { name: '', ...none } : rowOf('', entry);
  return { ...sums, errors: Number(entry?.errors ?? 0), estimated: Number(entry?.estimated ?? 0) };
}

type Summary = ReturnType<typeof summarise>;

interface Asking {
  readonly server: Server;
  readonly asked: Readonly<Record<string, string | undefined>>;
}

async function readTable(kind: string, { server, asked }: Asking): Promise<Table> {
  if (kind === 'origin') return readOrigins({ server, asked });
  const isGroup = groups.includes(kind);
  const query = {
    ...asked,
    limit: mostRows,
    ...(isGroup ? { by: kind, step: 'total', order: 'cost' } : { step: kind }),
  };
  const { data, has_more: hasMore } = await server.ask('GET', '/usage', { query });
  const rows = (data as unknown as readonly Entry[]).map((entry) =>
    rowOf(isGroup ? String(entry.group[kind] ?? '(none)') : String(entry.starts_at).slice(0, 10), entry),
  );
  return { kind, rows, isCut: hasMore === true };
}

/** Who told of calls that were made elsewhere. */
async function readOrigins({ server, asked }: Asking): Promise<Table> {
  const { data } = await server.ask('GET', '/usage/origins', { query: { ...asked, step: 'total' } });
  const rows = (data as unknown as readonly Answer[]).map((entry) => ({
    name: String(entry.origin),
    calls: Number(entry.calls),
    input_tokens: Number(entry.input_tokens),
    output_tokens: Number(entry.output_tokens),
    dollars: dollarsOf(entry.nano_dollars).slice(1),
    unpriced: Number(entry.unpriced),
  }));
  return { kind: 'origin', rows, isCut: false };
}

const factsOf = ({ calls, errors, input_tokens, output_tokens, dollars }: Summary): [string, string][] => [
  ['calls', String(calls)],
  ['errors', String(errors)],
  ['input tokens', String(input_tokens)],
  ['output tokens', String(output_tokens)],
  ['cost', `$${dollars}`],
];

function render({ kind, rows }: Table, look: Look): string {
  if (rows.length === 0) return `${look.bold(kind.toUpperCase())}\nnothing\n`;
  const numbers = ['CALLS', 'INPUT', 'OUTPUT', 'COST'].map((title) => ({ title, isNumber: true }));
  const cells = rows.map((row) => [
    row.name,
    String(row.calls),
    String(row.input_tokens),
    String(row.output_tokens),
    row.unpriced > 0 && row.unpriced === row.calls ? 'unknown' : `$${row.dollars}`,
  ]);
  return renderTable([{ title: kind.toUpperCase() }, ...numbers], cells, look);
}

function notesOn({ unpriced, estimated }: Summary, tables: readonly Table[]): string[] {
  return [
    ...(unpriced > 0 ? [`The cost of ${unpriced} calls is not known, and missing in the sums.`] : []),
    ...(estimated > 0 ? [`The cost of ${estimated} calls was estimated.`] : []),
    ...tables
      .filter(({ isCut }) => isCut)
      .map(({ kind }) => `By ${kind} these are the first ${mostRows}; ask for less.`),
    ...(tables.some(({ kind }) => kind === 'origin')
      ? ['Calls through the gateway have no origin; days of --by origin are whole ones.']
      : []),
  ];
}
