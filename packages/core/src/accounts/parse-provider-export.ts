/**
 * Statements of usage and cost as OpenAI and Anthropic give them out, by their administration APIs (pages of buckets) or as CSV from
 * their dashboards, read into rows by day with one name for each figure. What is not stated is left out.
 */
import { KeelsonError } from '../errors/index.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../json/index.ts';
import { parseCsv } from './parse-csv.ts';
import {
  type ExportForm,
  type FigureName,
  findCsvForm,
  findResultForm,
  type UsageVendor,
} from './provider-forms.ts';

export type { UsageVendor } from './provider-forms.ts';

export interface ProviderFigures {
  /** `2026-11-21`, in UTC. */
  readonly day: string;
  readonly model?: string;
  readonly apiKey?: string;
  /** OpenAI calls it a project. */
  readonly workspace?: string;
  /** Tokens and requests as they are counted; `cost` in nano-dollars. */
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
}

export interface ProviderExport {
  readonly vendor: UsageVendor;
  readonly kind: 'usage' | 'cost';
  /** Which calls it is about; undefined where it is about all. */
  readonly endpoint?: string;
  /** All days of it, also those of which it has no row. */
  readonly days: readonly string[];
  readonly rows: readonly ProviderFigures[];
  /** It says itself that there is more, in pages that are not here. */
  readonly isCut: boolean;
}

/** `name` is what the file is called, for messages. One file may be several exports: pages of usage and of cost, say. */
export function parseProviderExport(text: string, name: string): readonly ProviderExport[] {
  const start = text.trimStart().slice(0, 1);
  return start === '{' || start === '[' ? parsePages(text, name) : parseTable(text, name);
}

interface Bucket {
  readonly day: string;
  readonly results: readonly JsonObject[];
  readonly where: string;
  readonly vendor: UsageVendor;
}

function parsePages(text: string, name: string): readonly ProviderExport[] {
  const pages = readPages(text, name);
  const buckets = pages.flatMap((page, at) => readBuckets(page, `page ${at + 1} of ${name}`));
  const [first] = buckets;
  if (first === undefined) throw unreadable(name, 'has no bucket of time in it');
  const last = pages.at(-1);
  const isCut = last?.has_more === true;
  const groups = new Map<ExportForm, ProviderFigures[]>();
  for (const { day, results, where, vendor } of buckets) {
    for (const result of results) {
      const form = findResultForm(vendor, result);
      if (form === undefined)
        throw unreadable(where, `has results of a kind that is not known: ${kindOf(result)}`);
      const rows = groups.get(form) ?? [];
      groups.set(form, [...rows, readRow(form, day, (field) => findField(result, field), where)]);
    }
  }
  const days = [...new Set(buckets.map(({ day }) => day))].sort();
  const { vendor } = first;
  if (groups.size === 0) return [{ vendor, kind: 'usage', days, rows: [], isCut }];
  return [...groups].map(([form, rows]) => ({ ...aboutForm(form), days, rows, isCut }));
}

const aboutForm = ({ vendor, kind, endpoint }: ExportForm) => ({
  vendor,
  kind,
  ...(endpoint !== undefined && { endpoint }),
});

const kindOf = (result: JsonObject): string =>
  typeof result.object === 'string' ? result.object.slice(0, 80) : Object.keys(result).slice(0, 8).join(', ');

/** One page, a list of pages, the buckets alone, or a page in each line. */
function readPages(text: string, name: string): readonly JsonObject[] {
  let value: Json;
  try {
    value = parseJson(text);
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw unreadable(name, 'is neither JSON nor CSV', error);
    try {
      return lines.map((line) => asPage(parseJson(line), name));
    } catch (cause) {
      throw KeelsonError.is(cause) && cause.code === 'invalid_request'
        ? cause
        : unreadable(name, 'is neither JSON nor CSV', cause);
    }
  }
  if (!Array.isArray(value)) return [asPage(value, name)];
  const isBuckets = value.every((each) => isJsonObject(each) && Array.isArray(each.results));
  return isBuckets ? [{ data: value }] : value.map((each) => asPage(each, name));
}

function asPage(value: Json, name: string): JsonObject {
  if (isJsonObject(value) && Array.isArray(value.data)) return value;
  if (isJsonObject(value) && Array.isArray(value.results)) return { data: [value] };
  throw unreadable(name, 'is no page of usage: it has no list `data`');
}

function readBuckets(page: JsonObject, name: string): Bucket[] {
  return (page.data as readonly Json[]).map((bucket, at) => {
    const where = `bucket ${at + 1} of ${name}`;
    if (!isJsonObject(bucket)) throw unreadable(where, 'is no object');
    // OpenAI once called the list `result`.
    const results = bucket.results ?? bucket.result ?? [];
    if (!Array.isArray(results) || !results.every(isJsonObject))
      throw unreadable(where, 'has no list of results');
    const { starting_at: text, ending_at: textEnd, start_time: seconds, end_time: secondsEnd } = bucket;
    const vendor = typeof text === 'string' ? 'anthropic' : 'openai';
    const start = typeof text === 'string' ? Date.parse(text) : Number(seconds) * 1000;
    const end = typeof textEnd === 'string' ? Date.parse(textEnd) : Number(secondsEnd) * 1000;
    checkSpan(start, Number.isFinite(end) ? end : start, where);
    return { day: dayOf(start), results, where, vendor };
  });
}

const dayMs = 86_400_000;

function checkSpan(start: number, end: number, where: string): void {
  if (!Number.isFinite(start)) throw unreadable(where, 'has no time at which it begins');
  if (end - start > dayMs) throw unreadable(where, 'is longer than a day; ask for buckets of a day or less');
}

const latest = 8_640_000_000_000_000;

function dayOf(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), latest)).toISOString().slice(0, 10);
}

function parseTable(text: string, name: string): readonly ProviderExport[] {
  const rows = parseCsv(text, name);
  const [header = ''] = text.replace(/^\ufeff/, '').split(/\r?\n/, 1);
  const columns = header.split(',').map((column) => column.trim().replace(/^"|"$/g, ''));
  const form = findCsvForm(columns);
  if (form === undefined) {
    throw unreadable(
      name,
      `has columns that are not known: ${columns.slice(0, 12).join(', ').slice(0, 300)}`,
    );
  }
  const read = rows.map(({ line, fields }) => {
    const where = `line ${line} of ${name}`;
    const day = readDay(fields, where);
    return { day, row: readRow(form, day, (field) => fields[field] || undefined, where) };
  });
  // Buckets in which nothing was used have a line without figures.
  const stated = read.filter(({ row }) => Object.keys(row.figures).length > 0);
  const days = [...new Set(read.map(({ day }) => day))].sort();
  return [{ ...aboutForm(form), days, rows: stated.map(({ row }) => row), isCut: false }];
}

const dayColumns = ['usage_date_utc', 'start_time_iso', 'starting_at', 'date', 'start_time'] as const;

function readDay(fields: Readonly<Record<string, string>>, where: string): string {
  const text = dayColumns.map((column) => fields[column]).find((value) => value);
  if (text === undefined) throw unreadable(where, 'has no date');
  const start = /^\d{9,11}$/.test(text)
    ? Number(text) * 1000
    : Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  checkSpan(start, start, where);
  return dayOf(start);
}

/** `cache_creation.ephemeral_5m_input_tokens` is a field of a field. */
function findField(result: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = result;
  for (const name of path.split('.')) value = isJsonObject(value) ? value[name] : undefined;
  return value ?? undefined;
}

function readRow(
  form: ExportForm,
  day: string,
  read: (field: string) => Json | undefined,
  where: string,
): ProviderFigures {
  const figures = Object.entries(form.figures).flatMap(([figure, fields]) => {
    const field = fields.find((each) => read(each) !== undefined);
    return field === undefined
      ? []
      : [[figure, readFigure(read(field), { form, figure, where: `\`${field}\` in ${where}` })]];
  });
  const [model, apiKey, workspace] = [form.model, form.apiKey, form.workspace].map((names) =>
    findText(names, read),
  );
  return {
    day,
    ...(model !== undefined && { model }),
    ...(apiKey !== undefined && { apiKey }),
    ...(workspace !== undefined && { workspace }),
    figures: Object.fromEntries(figures),
  };
}

function findText(names: readonly string[], read: (field: string) => Json | undefined): string | undefined {
  return names.map(read).find((value) => typeof value === 'string' && value !== '') as string | undefined;
}

interface FigurePlace {
  readonly form: ExportForm;
  readonly figure: string;
  readonly where: string;
}

const amountForm = /^(-?)(\d{1,9})(?:\.(\d+))?$/;

function readFigure(value: Json | undefined, { form, figure, where }: FigurePlace): number {
  const text = String(value).trim();
  if (figure !== 'cost') {
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw unreadable(where, `is no count: ${text.slice(0, 40)}`);
  }
  const plain = /e/i.test(text) ? Number(text).toFixed(12) : text;
  const match = amountForm.exec(plain);
  if (match === null) throw unreadable(where, `is no amount: ${text.slice(0, 40)}`);
  const [, sign, whole = '', fraction = ''] = match;
  // Rounded once, to the nearest billionth of a dollar.
  const size = Math.round(Number(`${whole}.${fraction || '0'}`) * (form.isInCents ? 1e7 : 1e9));
  return sign === '-' ? 0 - size : size;
}

function unreadable(where: string, says: string, cause?: unknown): KeelsonError {
  const upper = where.slice(0, 1).toUpperCase() + where.slice(1);
  return new KeelsonError('invalid_request', `${upper} ${says}.`, {
    hint: 'Give it usage or costs as the APIs of OpenAI or Anthropic answer, or the CSV that their dashboards export.',
    cause,
  });
}
