// Budgets: made, changed and removed while calls go on, and what is used of them. Those that a file defines are only shown.
import { formatDollars, KeelsonError } from '@keelson/core';
import type { Budget, BudgetDefinition, BudgetWindow, Engine, KeptBudget, Limits } from '@keelson/engine';
import {
  type AnyApiRoute,
  decodeCursor,
  encodeCursor,
  integer,
  limitOf,
  nullable,
  object,
  oneOf,
  optional,
  pageFields,
  pageOf,
  route,
  slicePage,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { type BudgetStorage, budgetsFor, checkSubject, findBudget } from './budget-places.ts';
import { defined } from './defined.ts';
import { toOptionalTime, toTime } from './times.ts';

export interface BudgetRoutesDeps {
  readonly engine: Pick<Engine, 'limits'>;
  readonly storage: BudgetStorage;
}

const chapter = 'Budgets';
const scopes = ['organisation', 'workspace', 'team', 'user', 'key', 'tag', 'model'] as const;
const measures = ['money', 'requests', 'tokens', 'concurrency'] as const;
const spans = ['minute', 'hour', 'day', 'week', 'month', 'total'] as const;
const origins = ['api', 'file'] as const;
const mostAmount = 9_000_000_000_000_000;

const amount = (description: string) =>
  integer(`${description} In nano-dollars for \`money\` (12.50 dollars are 12500000000), else a count.`, {
    least: 0,
    most: mostAmount,
  });
const id = text('Its name, for good: measure, window and subject never change under one.', {
  least: 1,
  most: 100,
  pattern: '^[A-Za-z0-9._:-]+$',
});
const scope = oneOf(
  'What the subject is. Those of teams, users, tags and models bind every organisation, and are for whoever runs the installation.',
  scopes,
);
const subject = text(
  'Whom it binds: an id; `name=value` for a tag, an alias or `provider:model` for a model.',
  {
    least: 1,
  },
);
const measure = oneOf('What it counts.', measures);
const window = oneOf('In UTC, weeks from Monday; left out for `concurrency`.', spans);
const limit = amount('The most that may be used in one window; 0 lets nothing through.');
const policy = oneOf('What happens to a call that does not fit; `refuse` when left out.', [
  'refuse',
  'downgrade',
  'warn',
]);
const alias = text('For `downgrade`: where such a call is sent instead.', { least: 1 });
const unpriced = oneOf('Whether a model without a price may be asked, which then counts as nothing.', [
  'refuse',
  'allow',
]);
const maxOutput = integer('Tokens that an answer is taken to have where nobody says how long it may be.', {
  least: 1,
  most: 100_000_000,
});
const outageAllowance = amount('What each process holds to go on with while the database is away.');

const budget = object({
  id,
  scope,
  subject,
  measure,
  window: optional(window),
  limit,
  policy,
  alias: optional(alias),
  unpriced,
  max_output: optional(maxOutput),
  outage_allowance: outageAllowance,
  origin: oneOf('Where it comes from; one of the file is changed there.', origins),
  created_at: time('When it was made.'),
  updated_at: time('When it was changed last.'),
});
const newBudget = object({
  id,
  scope,
  subject,
  measure,
  window: optional(window),
  limit,
  policy: optional(policy),
  alias: optional(alias),
  unpriced: optional(unpriced),
  max_output: optional(maxOutput),
  outage_allowance: optional(outageAllowance),
});
const change = object({
  limit: optional(limit),
  policy: optional(policy),
  alias: optional(nullable(alias)),
  unpriced: optional(unpriced),
  max_output: optional(nullable(maxOutput)),
  outage_allowance: optional(outageAllowance),
});
const question = object({
  ...pageFields(['id', '-id']),
  scope: optional(oneOf('Only those of subjects of this kind.', scopes)),
  subject: optional(text('Only those that bind this.')),
  measure: optional(oneOf('Only those that count this.', measures)),
});
const usedWindow = object({
  starts_at: optional(time('Left out where it is about all time, here and below.')),
  ends_at: optional(time('Not included.')),
  limit: amount('The most that may be used.'),
  used: integer('What was used, as far as processes have told; they do within a second.', { least: 0 }),
  set_aside: integer('What processes hold for calls under way and to come.', { least: 0 }),
  carried: integer('What earlier windows used beyond their limit, which counts here.', { least: 0 }),
  overshoot: integer('What calls used beyond what was set aside for them.', { least: 0 }),
  remaining: integer('What is left to be set aside.', { least: 0 }),
});

export function budgetRoutes(deps: BudgetRoutesDeps): readonly AnyApiRoute[] {
  return [
    listBudgets(deps),
    createBudget(deps),
    getBudget(deps),
    updateBudget(deps),
    removeBudget(deps),
    listWindows(deps),
  ];
}

function listBudgets(deps: BudgetRoutesDeps): AnyApiRoute {
  return route({
    name: 'listBudgets',
    method: 'GET',
    path: '/budgets',
    chapter,
    summary: 'Budgets, in the order of their ids',
    permission: 'budgets:read',
    query: question,
    answer: pageOf('Budgets.', budget),
    example: { query: { measure: 'money', limit: 10 } },
    handle: async (call) => {
      const { sort, scope: kind, subject: whom, measure: counted, ...place } = call.query;
      const all = await budgetsFor(call, { ...deps, limits: limitsOf(deps) });
      const found = all.filter(
        ({ budget: one, removedAt }) =>
          removedAt === undefined &&
          (kind === undefined || one.scope === kind) &&
          (whom === undefined || one.subject === whom) &&
          (counted === undefined || one.measure === counted),
      );
      const isDescending = sort === '-id';
      const page = slicePage(found, { ...defined(place), isDescending }, (one) => [one.budget.id, '']);
      return { ...page, data: page.data.map(showBudget) };
    },
  });
}

function createBudget(deps: BudgetRoutesDeps): AnyApiRoute {
  return route({
    name: 'createBudget',
    method: 'POST',
    path: '/budgets',
    chapter,
    summary: 'Makes a budget',
    description:
      'It binds calls at once here, and within a second on every other replica. Its id is the only one of its kind in the whole installation. One that was removed and is made again goes on with what was used of it.',
    permission: 'budgets:write',
    body: newBudget,
    answer: budget,
    isMaking: true,
    action: 'budgets.create',
    example: {
      body: {
        id: 'everybody',
        scope: 'workspace',
        subject: 'default',
        measure: 'money',
        window: 'month',
        limit: 250_000_000_000,
      },
    },
    handle: async (call) => {
      const limits = limitsOf(deps);
      await checkSubject(call.body, call, { ...deps, limits });
      const made = await asQuestion(() => limits.create(definitionOf(call.body)));
      return showBudget((await limits.find(made.id)) as KeptBudget);
    },
  });
}

function getBudget(deps: BudgetRoutesDeps): AnyApiRoute {
  return route({
    name: 'getBudget',
    method: 'GET',
    path: '/budgets/{id}',
    chapter,
    summary: 'One budget',
    permission: 'budgets:read',
    answer: budget,
    example: {},
    handle: async (call) =>
      showBudget(await findBudget(call, { ...deps, limits: limitsOf(deps) }, 'budgets:read')),
  });
}

function updateBudget(deps: BudgetRoutesDeps): AnyApiRoute {
  return route({
    name: 'updateBudget',
    method: 'PATCH',
    path: '/budgets/{id}',
    chapter,
    summary: 'Changes a budget',
    description: 'Open windows take a new limit at once; what was used of them stays used.',
    permission: 'budgets:write',
    body: change,
    answer: budget,
    action: 'budgets.update',
    example: { body: { limit: 300_000_000_000, policy: 'warn' } },
    handle: async (call) => {
      const limits = limitsOf(deps);
      const kept = await findBudget(call, { ...deps, limits }, 'budgets:write');
      refuseOfFile(kept);
      await asQuestion(() => limits.update(definitionOf(changedBudget(kept.budget, call.body))));
      return showBudget((await limits.find(kept.budget.id)) as KeptBudget);
    },
  });
}

function removeBudget(deps: BudgetRoutesDeps): AnyApiRoute {
  return route({
    name: 'removeBudget',
    method: 'DELETE',
    path: '/budgets/{id}',
    chapter,
    summary: 'Removes a budget, and shows it a last time',
    permission: 'budgets:write',
    answer: budget,
    action: 'budgets.remove',
    example: {},
    handle: async (call) => {
      const limits = limitsOf(deps);
      const kept = await findBudget(call, { ...deps, limits }, 'budgets:write');
      refuseOfFile(kept);
      await limits.remove(kept.budget.id);
      return showBudget(kept);
    },
  });
}

function listWindows(deps: BudgetRoutesDeps): AnyApiRoute {
  return route({
    name: 'listBudgetWindows',
    method: 'GET',
    path: '/budgets/{id}/windows',
    chapter,
    summary: 'What is used of a budget in its windows, the newest first',
    description: 'Windows in which nothing was asked for are not there. Thirty past ones are kept at least.',
    permission: 'budgets:read',
    query: object(pageFields(['-starts_at'])),
    answer: pageOf('Windows.', usedWindow),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const limits = limitsOf(deps);
      const { budget: one } = await findBudget(call, { ...deps, limits }, 'budgets:read');
      const [before] = decodeCursor(call.query.cursor, ['number']) ?? [];
      const most = limitOf(call.query);
      const windows = await limits.windows(one.id, most + 1, before);
      const data = windows.slice(0, most);
      const last = windows.length > most ? data.at(-1) : undefined;
      return { data: data.map(showWindow), next_cursor: last ? encodeCursor([last.startsAt]) : null };
    },
  });
}

export function limitsOf({ engine }: Pick<BudgetRoutesDeps, 'engine'>): Limits {
  if (engine.limits !== undefined) return engine.limits;
  throw new KeelsonError('not_found', 'This server keeps no budgets.');
}

function refuseOfFile({ isOfFile, budget: { id: named } }: KeptBudget): void {
  if (!isOfFile) return;
  throw new KeelsonError('conflict', `The budget \`${named}\` comes from the file of budgets.`, {
    hint: 'Change it in the file that KEELSON_BUDGETS names, and start the server again.',
  });
}

async function asQuestion<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (thrown) {
    throw faultOfAsker(thrown);
  }
}

/** What is wrong with a definition is here the fault of whoever sent it. */
function faultOfAsker(thrown: unknown): unknown {
  if (!KeelsonError.is(thrown) || thrown.code !== 'configuration_invalid') return thrown;
  const hint = 'Correct it; docs/budgets.md describes every field. On the wire names are written like_this.';
  return new KeelsonError('invalid_request', thrown.message, { hint, cause: thrown });
}

type Fields = ValueOf<typeof newBudget>;

function definitionOf({ max_output, outage_allowance, limit: most, ...rest }: Fields): BudgetDefinition {
  const toWritten = (value: number): string | number =>
    rest.measure === 'money' ? formatDollars(value) : value;
  return {
    ...(defined(rest) as typeof rest),
    limit: toWritten(most),
    ...(max_output !== undefined && { maxOutput: max_output }),
    ...(outage_allowance !== undefined && { outageAllowance: toWritten(outage_allowance) }),
  };
}

function changedBudget(before: Budget, changes: ValueOf<typeof change>): Fields {
  const { maxOutput: output, outageAllowance: allowance, measure: counted, window: span, ...rest } = before;
  const whole = {
    ...rest,
    measure: counted,
    ...(counted !== 'concurrency' && { window: span }),
    max_output: output,
    outage_allowance: allowance,
    ...defined(changes),
  };
  const kept = Object.entries(whole).filter(([, value]) => value !== null && value !== undefined);
  const fields = Object.fromEntries(kept) as unknown as Fields;
  // Whoever changes the policy alone has done with the alias.
  if (changes.policy === undefined || changes.policy === 'downgrade' || changes.alias !== undefined)
    return fields;
  const { alias: _, ...others } = fields;
  return others;
}

function showBudget({ budget: one, isOfFile, createdAt, updatedAt }: KeptBudget): ValueOf<typeof budget> {
  return {
    id: one.id,
    scope: one.scope,
    subject: one.subject,
    measure: one.measure,
    window: one.measure === 'concurrency' ? undefined : one.window,
    limit: one.limit,
    policy: one.policy,
    alias: one.alias,
    unpriced: one.unpriced,
    max_output: one.maxOutput,
    outage_allowance: one.outageAllowance,
    origin: isOfFile ? 'file' : 'api',
    created_at: toTime(createdAt),
    updated_at: toTime(updatedAt),
  };
}

function showWindow(one: BudgetWindow): ValueOf<typeof usedWindow> {
  const { startsAt, endsAt, amount: most, settled, leased, carried, overshoot } = one;
  const isEndless = startsAt === 0;
  return {
    starts_at: toOptionalTime(isEndless ? undefined : startsAt),
    ends_at: toOptionalTime(isEndless ? undefined : endsAt),
    limit: most,
    used: settled,
    set_aside: Math.max(0, leased),
    carried,
    overshoot,
    remaining: Math.max(0, most - carried - settled - leased),
  };
}
