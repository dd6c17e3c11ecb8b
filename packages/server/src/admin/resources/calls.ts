// Calls as they were recorded: lists by what one looks for, one with its attempts, exports, and for whoever may see them prompts and
// answers.
import { KeelsonError } from '@keelson/core';
import type { CallFilters, CallRecord, CallSummary, Storage } from '@keelson/engine';
import {
  type AnyApiRoute,
  type ApiCall,
  decodeCursor,
  encodeCursor,
  integer,
  limitOf,
  list,
  number,
  object,
  oneOf,
  optional,
  pageFields,
  pageOf,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { csvLine } from './csv.ts';
import { defined } from './defined.ts';
import { workspacesOf } from './reach.ts';
import {
  attempt,
  callCells,
  callColumns,
  callDetail,
  callSummary,
  outcomes,
  showAttempt,
  showCall,
  showCallSummary,
} from './show-call.ts';
import { checkPeriod, optionalTimeOf } from './times.ts';

export interface CallRoutesDeps {
  readonly storage: Pick<Storage, 'calls' | 'bodies' | 'tenants'>;
}

const chapter = 'Calls';
const name = (description: string) => optional(text(description, { least: 1, most: 1000 }));

const filterFields = {
  key_id: name('Only those made with this key.'),
  alias: name('Only those of this alias.'),
  provider: name('Only those that this provider answered.'),
  model: name('Only those that this model answered.'),
  outcome: optional(oneOf('Only those with this outcome.', outcomes)),
  trace_id: name('Only those of this trace.'),
  search: name('The whole id of a call or of a trace.'),
  min_status: optional(
    integer('Only those answered with this status or a higher one.', { least: 100, most: 599 }),
  ),
  max_status: optional(
    integer('Only those answered with this status or a lower one.', { least: 100, most: 599 }),
  ),
  min_duration_ms: optional(number('Only those that took as long.', { least: 0, most: 86_400_000 })),
  min_cost_nano_dollars: optional(
    text('Only those that cost as much, in billionths of a dollar.', { pattern: '^\\d{1,16}$' }),
  ),
  from: optional(time('Only those that began then or later.')),
  to: optional(time('Only those that began before then.')),
};
const { limit, cursor } = pageFields(['-started_at']);
const question = object({ limit, cursor, ...filterFields });
const formats = ['jsonl', 'csv'] as const;
const exportQuestion = object({
  format: optional(oneOf('`jsonl` when left out.', formats)),
  ...filterFields,
});
const attempts = object({ data: list('In the order of their start.', attempt) });
const body = { most: 1_000_000 };
const content = object({
  call_id: text('The call.'),
  request: optional(text('What the caller sent, cut where it was very long.', body)),
  response: optional(text('What the caller was sent, cut where it was very long.', body)),
});

export function callRoutes(deps: CallRoutesDeps): readonly AnyApiRoute[] {
  return [listCalls(deps), exportCalls(deps), getCall(deps), listAttempts(deps), getContent(deps)];
}

function listCalls({ storage }: CallRoutesDeps): AnyApiRoute {
  return route({
    name: 'listCalls',
    method: 'GET',
    path: '/calls',
    chapter,
    summary: 'Calls, the newest first',
    description:
      'Of several filters together, or of status, duration and cost, at most 10,000 calls are looked at for one page: it may then be short or empty and still have a `next_cursor`.',
    permission: 'calls:read',
    query: question,
    answer: pageOf('Calls.', callSummary),
    example: { query: { outcome: 'answered', limit: 10 } },
    handle: async (call) => {
      const [before] = decodeCursor(call.query.cursor, ['string']) ?? [];
      const filters = await filtersOf(call, storage);
      const found = await storage.calls.list({ filters, limit: limitOf(call.query), ...defined({ before }) });
      const { next } = found;
      return {
        data: found.calls.map(showCallSummary),
        next_cursor: next === undefined ? null : encodeCursor([next]),
      };
    },
  });
}

function exportCalls({ storage }: CallRoutesDeps): AnyApiRoute {
  return route({
    name: 'exportCalls',
    method: 'GET',
    path: '/calls/export',
    chapter,
    summary: 'All calls that are looked for, as lines',
    description:
      "The newest first, read while they are sent. The columns of CSV keep their order and new ones come at the end; a text that a spreadsheet would take for a formula has a `'` before it.",
    permission: 'calls:read',
    query: exportQuestion,
    streams: ['application/x-ndjson', 'text/csv'],
    example: { query: { format: 'csv', outcome: 'answered' } },
    handle: async (call) => {
      const filters = await filtersOf(call, storage);
      const format = call.query.format ?? 'jsonl';
      return {
        contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
        fileName: `calls.${format}`,
        lines: renderAll(storage, filters, format),
      };
    },
  });
}

function getCall({ storage }: CallRoutesDeps): AnyApiRoute {
  return route({
    name: 'getCall',
    method: 'GET',
    path: '/calls/{id}',
    chapter,
    summary: 'One call with its attempts',
    permission: 'calls:read',
    answer: callDetail,
    example: {},
    handle: async (call) => showCall(await findCall(call, storage)),
  });
}

function listAttempts({ storage }: CallRoutesDeps): AnyApiRoute {
  return route({
    name: 'listAttempts',
    method: 'GET',
    path: '/calls/{id}/attempts',
    chapter,
    summary: 'What was tried for a call',
    permission: 'calls:read',
    answer: attempts,
    example: {},
    handle: async (call) => {
      const found = await findCall(call, storage);
      return { data: found.attempts.map(showAttempt) };
    },
  });
}

function getContent({ storage }: CallRoutesDeps): AnyApiRoute {
  return route({
    name: 'getCallContent',
    method: 'GET',
    path: '/calls/{id}/content',
    chapter,
    summary: 'Prompt and answer of a call',
    description:
      'Where they were kept, which `KEELSON_LOG_BODIES` says. Whoever reads them stands in the audit log.',
    permission: 'calls.content:read',
    answer: content,
    action: 'calls.content.read',
    example: {},
    handle: async (call) => {
      const { id } = await findCall(call, storage);
      const bodies = await storage.bodies.find(id);
      if (bodies === undefined) throw notKept(id);
      const { callId, request, response } = bodies;
      return { call_id: callId, ...defined({ request, response }) };
    },
  });
}

type Filters = Omit<ValueOf<typeof question>, 'limit' | 'cursor'>;

async function filtersOf(
  call: ApiCall<Filters, unknown>,
  storage: Pick<Storage, 'tenants'>,
): Promise<CallFilters> {
  const { query } = call;
  checkPeriod(query);
  const { outcome, alias, provider, model, search } = query;
  const cost = query.min_cost_nano_dollars;
  return {
    workspaces: await workspacesOf(call, storage),
    ...defined({
      outcome,
      alias,
      provider,
      model,
      search,
      keyId: query.key_id,
      traceId: query.trace_id,
      minStatus: query.min_status,
      maxStatus: query.max_status,
      minDurationMs: query.min_duration_ms,
      minCostNanoDollars: cost === undefined ? undefined : Number(cost),
      from: optionalTimeOf(query.from),
      to: optionalTimeOf(query.to),
    }),
  };
}

const readAtOnce = 500;

/** A page at a time, each as one text. */
async function* renderAll(
  { calls }: Pick<Storage, 'calls'>,
  filters: CallFilters,
  format: (typeof formats)[number],
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(callColumns);
  const render = format === 'csv' ? renderRow : renderLine;
  for (let before: string | undefined, hasMore = true; hasMore; ) {
    const page = await calls.list({ filters, limit: readAtOnce, ...defined({ before }) });
    const lines = page.calls.map(render).join('');
    if (lines !== '') yield lines;
    hasMore = page.hasMore;
    before = page.next;
  }
}

function renderRow(call: CallSummary): string {
  return csvLine(callCells(call));
}

function renderLine(call: CallSummary): string {
  return `${JSON.stringify(showCallSummary(call))}\n`;
}

async function findCall(
  call: ApiCall<unknown, unknown>,
  storage: Pick<Storage, 'calls' | 'tenants'>,
): Promise<CallRecord> {
  const { id = '' } = call.params;
  const found = /^[0-9a-f-]{36}$/.test(id) ? await storage.calls.find(id) : undefined;
  if (found === undefined || !(await workspacesOf(call, storage)).includes(found.workspace)) {
    throw new KeelsonError('not_found', `There is no call \`${id.slice(0, 64)}\`.`, {
      hint: 'A call is there a moment after its end. The header x-keelson-call-id of its answer names it.',
    });
  }
  return found;
}

function notKept(id: string): KeelsonError {
  return new KeelsonError('not_found', `Prompt and answer of the call \`${id}\` were not kept.`, {
    hint: 'Set KEELSON_LOG_BODIES to `errors` or `all` to keep those of calls to come.',
  });
}
