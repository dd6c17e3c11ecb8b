// Alerts of budgets: which level was reached in which window, and when. They are raised by the engine, once each.
import type { AlertPlace, BudgetAlert } from '@keelson/engine';
import {
  type AnyApiRoute,
  decodeCursor,
  encodeCursor,
  integer,
  limitOf,
  object,
  optional,
  type Page,
  pageFields,
  pageOf,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { budgetsFor, findBudget } from './budget-places.ts';
import { type BudgetRoutesDeps, limitsOf } from './budgets.ts';
import { timeOf, toOptionalTime, toTime } from './times.ts';

const chapter = 'Budgets';

const alert = object({
  budget: text('The id of the budget.'),
  level: integer('How much of the budget was used, in hundredths.', { least: 1 }),
  at: time('When that was reached.'),
  window_starts_at: optional(time('The window; left out where it is about all time.')),
  used: integer('What was used, in what the budget counts; nano-dollars for `money`.', { least: 0 }),
  limit: integer('The limit at that time.', { least: 0 }),
});
const question = object({
  ...pageFields(['-at']),
  from: optional(time('Only those from then on.')),
  to: optional(time('Only those before then.')),
});
type Question = ValueOf<typeof question>;

export function alertRoutes(deps: BudgetRoutesDeps): readonly AnyApiRoute[] {
  return [listAlerts(deps), listAlertsOfBudget(deps)];
}

function listAlerts(deps: BudgetRoutesDeps): AnyApiRoute {
  return route({
    name: 'listAlerts',
    method: 'GET',
    path: '/alerts',
    chapter,
    summary: 'Alerts of budgets, the newest first',
    description: 'Those of budgets that were removed are among them.',
    permission: 'alerts:read',
    query: question,
    answer: pageOf('Alerts.', alert),
    example: { query: { from: '2026-01-01T00:00:00Z', limit: 10 } },
    handle: async (call) => {
      const budgets = await budgetsFor(call, { ...deps, limits: limitsOf(deps) });
      const ids = budgets.map(({ budget }) => budget.id);
      return readPage(ids, call.query, deps);
    },
  });
}

function listAlertsOfBudget(deps: BudgetRoutesDeps): AnyApiRoute {
  return route({
    name: 'listBudgetAlerts',
    method: 'GET',
    path: '/budgets/{id}/alerts',
    chapter,
    summary: 'Alerts of one budget, the newest first',
    permission: 'budgets:read',
    query: question,
    answer: pageOf('Alerts.', alert),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const { budget } = await findBudget(call, { ...deps, limits: limitsOf(deps) }, 'budgets:read');
      return readPage([budget.id], call.query, deps);
    },
  });
}

async function readPage(
  budgetIds: readonly string[],
  query: Question,
  deps: BudgetRoutesDeps,
): Promise<Page<ValueOf<typeof alert>>> {
  const { from, to, cursor } = query;
  const most = limitOf(query);
  const alerts = await limitsOf(deps).alertsOf({
    budgetIds,
    ...(from !== undefined && { from: timeOf(from) }),
    ...(to !== undefined && { to: timeOf(to) }),
    ...(cursor !== undefined && { after: placeOf(cursor) }),
    limit: most + 1,
  });
  const data = alerts.slice(0, most);
  const last = alerts.length > most ? data.at(-1) : undefined;
  const next = last && encodeCursor([last.at, last.budgetId, last.startsAt, last.level]);
  return { data: data.map(showAlert), next_cursor: next ?? null };
}

function placeOf(cursor: string): AlertPlace {
  const place = decodeCursor(cursor, ['number', 'string', 'number', 'number']);
  const [at, budgetId, startsAt, level] = place as NonNullable<typeof place>;
  return { at, budgetId, startsAt, level };
}

function showAlert({ budgetId, level, at, startsAt, used, amount }: BudgetAlert): ValueOf<typeof alert> {
  return {
    budget: budgetId,
    level,
    at: toTime(at),
    window_starts_at: toOptionalTime(startsAt === 0 ? undefined : startsAt),
    used,
    limit: amount,
  };
}
