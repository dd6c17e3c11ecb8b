/** What a budget is: whom it binds, what it counts, how much of that in which window, and what happens at its end. */
import { formatDollars, KeelsonError, parseDollars } from '@keelson/core';
import { z } from 'zod';

const scopes = ['organisation', 'workspace', 'team', 'user', 'key', 'tag', 'model'] as const;
const measures = ['money', 'requests', 'tokens', 'concurrency'] as const;
export const spans = ['minute', 'hour', 'day', 'week', 'month', 'total'] as const;

export type Scope = (typeof scopes)[number];
type Measure = (typeof measures)[number];
export type Span = (typeof spans)[number];

/** As an operator writes it. */
export interface BudgetDefinition {
  readonly id: string;
  readonly scope: Scope;
  /** The id of whom it binds; `name=value` for a tag, an alias or `provider:model` for a model. */
  readonly subject: string;
  readonly measure: Measure;
  /** In UTC, weeks from Monday. What is under way at once has none. */
  readonly window?: Span | undefined;
  /** Dollars as decimal text for money, a whole number for everything else. */
  readonly limit: string | number;
  /** What happens to a call that does not fit; `refuse` when left out. */
  readonly policy?: 'refuse' | 'downgrade' | 'warn' | undefined;
  /** For `downgrade`: the alias that such a call is sent to instead. */
  readonly alias?: string | undefined;
  /** Whether a model without a price may be asked, which is then counted as nothing; `refuse` when left out. */
  readonly unpriced?: 'refuse' | 'allow' | undefined;
  /** Tokens that an answer is taken to have at most where neither the call nor the model's card says. */
  readonly maxOutput?: number | undefined;
  /** How much each process holds at all times to go on with while the database is away; nothing when left out. */
  readonly outageAllowance?: string | number | undefined;
}

export interface Budget {
  readonly id: string;
  readonly scope: Scope;
  readonly subject: string;
  readonly measure: Measure;
  readonly window: Span;
  /** Nano-dollars for money. */
  readonly limit: number;
  readonly policy: 'refuse' | 'downgrade' | 'warn';
  readonly alias?: string;
  readonly unpriced: 'refuse' | 'allow';
  readonly maxOutput?: number;
  readonly outageAllowance: number;
}

/** Nine million dollars: sums of nano-dollars stay whole numbers. */
const mostNanoDollars = 9_000_000_000_000_000;
const mostCount = 1_000_000_000_000;
const mostConcurrency = 1_000_000;

const name = z.string().min(1).max(200);
const amount = z.union([z.string(), z.number()]);

export const budgetShape = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9._:-]{1,100}$/, 'must be 1 to 100 letters, digits or any of `._:-`'),
  scope: z.enum(scopes),
  subject: name,
  measure: z.enum(measures),
  window: z.enum(spans).optional(),
  limit: amount,
  policy: z.enum(['refuse', 'downgrade', 'warn']).optional(),
  alias: name.optional(),
  unpriced: z.enum(['refuse', 'allow']).optional(),
  maxOutput: z.int().min(1).max(100_000_000).optional(),
  outageAllowance: amount.optional(),
});

/** Throws `configuration_invalid` with everything that is wrong. */
export function readBudget(definition: unknown): Budget {
  const { budgets, problems } = readBudgets([definition]);
  if (problems.length > 0) throw invalid(problems.map(tell));
  return budgets[0] as Budget;
}

/** Of a file: `{"budgets": [...]}`. Throws with everything that is wrong in it. */
export function readBudgetFile(text: string): readonly BudgetDefinition[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw invalid(['The file is no JSON.'], cause);
  }
  const list =
    typeof content === 'object' && content !== null && 'budgets' in content ? content.budgets : undefined;
  if (!Array.isArray(list)) throw invalid(['The file must hold `{"budgets": [...]}`.']);
  const { problems } = readBudgets(list);
  if (problems.length > 0) throw invalid(problems.map(tell));
  return list as BudgetDefinition[];
}

export function invalid(problems: readonly string[], cause?: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The budgets are wrong: ${problems.join(' ')}`, {
    hint: 'Correct them; docs/budgets.md describes every field.',
    ...(cause !== undefined && { cause }),
  });
}

/** Something wrong with one of several budgets. */
export interface BudgetProblem {
  /** Its place among them, from 0. */
  readonly index: number;
  readonly budget: string;
  /** Steps to the field; none for the whole of it. */
  readonly path: readonly PropertyKey[];
  readonly says: string;
}

/** Without what only a database or a table of aliases knows. */
export function problemsWithBudgets(list: readonly unknown[]): readonly BudgetProblem[] {
  return readBudgets(list).problems;
}

function tell({ budget, says }: BudgetProblem): string {
  return `${budget}: ${says}.`;
}

interface ReadBudgets {
  readonly budgets: readonly Budget[];
  readonly problems: readonly BudgetProblem[];
}

/** Something wrong with a field. */
type Complain = (field: keyof BudgetDefinition, says: string) => void;

function readBudgets(list: readonly unknown[]): ReadBudgets {
  const budgets: Budget[] = [];
  const problems: BudgetProblem[] = [];
  const seen = new Set<string>();
  for (const [index, definition] of list.entries()) {
    const read = budgetShape.safeParse(definition);
    const place = placeOf(definition, index);
    if (!read.success) {
      for (const { path, message } of read.error.issues) {
        const says = `${path.length === 0 ? '' : `\`${path.join('.')}\` `}${message}`;
        problems.push({ index, budget: place, path, says });
      }
      continue;
    }
    const complain: Complain = (field, says) =>
      void problems.push({ index, budget: place, path: [field], says });
    const budget = toBudget(read.data, complain);
    if (seen.has(budget.id)) complain('id', 'there is another with this id');
    seen.add(budget.id);
    budgets.push(budget);
  }
  return { budgets, problems };
}

function placeOf(definition: unknown, index: number): string {
  const id =
    typeof definition === 'object' && definition !== null && 'id' in definition ? definition.id : undefined;
  return typeof id === 'string' ? `Budget \`${id}\`` : `Budget ${index + 1}`;
}

function toBudget(read: z.output<typeof budgetShape>, complain: Complain): Budget {
  const { id, scope, subject, measure, policy = 'refuse', alias, unpriced = 'refuse', maxOutput } = read;
  if (measure === 'concurrency' && read.window !== undefined)
    complain('window', 'what is under way at once has no `window`');
  if (measure !== 'concurrency' && read.window === undefined) complain('measure', '`window` is missing');
  if (policy === 'downgrade' && alias === undefined) complain('policy', '`downgrade` needs an `alias`');
  if (policy !== 'downgrade' && alias !== undefined) complain('alias', '`alias` is only for `downgrade`');
  if (scope === 'tag' && !subject.includes('='))
    complain('subject', 'the `subject` of a tag is `name=value`');
  const limit = readAmount(read.limit, measure, 'limit', complain);
  const outageAllowance =
    read.outageAllowance === undefined
      ? 0
      : readAmount(read.outageAllowance, measure, 'outageAllowance', complain);
  if (outageAllowance > limit) complain('outageAllowance', '`outageAllowance` is more than the `limit`');
  return {
    id,
    scope,
    subject,
    measure,
    window: read.window ?? 'total',
    limit,
    policy,
    ...(alias !== undefined && { alias }),
    unpriced,
    ...(maxOutput !== undefined && { maxOutput }),
    outageAllowance,
  };
}

function readAmount(
  value: string | number,
  measure: Measure,
  field: 'limit' | 'outageAllowance',
  complain: Complain,
): number {
  if (measure === 'money') {
    const nanoDollars = typeof value === 'string' ? readDollars(value) : undefined;
    if (nanoDollars !== undefined && nanoDollars >= 0 && nanoDollars <= mostNanoDollars) return nanoDollars;
    complain(
      field,
      `\`${field}\` must be dollars as text, such as \`"12.50"\`, from 0 to ${formatDollars(mostNanoDollars)}`,
    );
    return 0;
  }
  const most = measure === 'concurrency' ? mostConcurrency : mostCount;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most) return value;
  complain(field, `\`${field}\` must be a whole number from 0 to ${most}`);
  return 0;
}

function readDollars(text: string): number | undefined {
  try {
    return parseDollars(text);
  } catch {
    return undefined;
  }
}
