/** A run as text: in a list, whole, and with the nodes that it visited. */
import type { FlowFailure, FlowRun, FlowStep, OpenApproval, RunWait } from '@keelson/engine';
import type { Look } from '../../terminal/look.ts';
import { plainProse } from '../../terminal/plain-prose.ts';
import { plural } from '../../terminal/plural.ts';
import { plain, renderFacts, renderTable } from '../../terminal/table.ts';
import { momentText, moneyText, timeText } from './amounts.ts';
import { isResultOf, nodeOf, shortPath } from './step-paths.ts';

const longestShown = 10_000;

export function renderRunList(runs: readonly FlowRun[], look: Look): string {
  if (runs.length === 0) return 'There is no such run.\n';
  const columns = [
    { title: 'RUN' },
    { title: 'FLOW' },
    { title: 'STATE' },
    { title: 'CREATED AT' },
    { title: 'COST', isNumber: true },
    { title: 'WAITS FOR' },
  ];
  const rows = runs.map((run) => [
    run.id,
    run.flow,
    run.state,
    momentText(run.createdAt),
    isOver(run) ? moneyText(run.nanoDollars) : '',
    run.waits.map(waitText).join(', '),
  ]);
  return renderTable(columns, rows, look);
}

export const isOver = ({ state }: Pick<FlowRun, 'state'>): boolean =>
  state === 'completed' || state === 'failed' || state === 'cancelled';

export function waitText({ kind, path: at, until, subject }: RunWait): string {
  const path = nodeOf(at);
  switch (kind) {
    case 'approval':
      return `an approval at ${path}`;
    case 'event':
      return isResultOf(at, subject) ? `what ${path} came to` : `the event ${subject ?? ''} at ${path}`;
    case 'child':
      return `the run ${subject ?? ''}`;
    default:
      return until === undefined ? path : `${momentText(until)} at ${path}`;
  }
}

export function renderRun(run: FlowRun, approvals: readonly OpenApproval[], look: Look): string {
  return [
    renderFacts(factsOf(run), look),
    section('input', valueText(run.payload), look),
    ...(run.output === undefined ? [] : [section('output', valueText(run.output), look)]),
    ...(run.failure === undefined ? [] : [`${look.red('failed')}  ${failureText(run.failure)}\n`]),
    ...approvals.map((approval) => renderApproval(approval, look)),
  ].join('\n');
}

const section = (title: string, text: string, look: Look): string => `${look.bold(title)}\n${text}\n`;

function factsOf(run: FlowRun): [string, string][] {
  const { startedAt, finishedAt, deadlineAt, budget, key, replayOf, calls, waits, passes } = run;
  const took = startedAt === undefined || finishedAt === undefined ? undefined : finishedAt - startedAt;
  const facts: [string, string | undefined][] = [
    ['run', run.id],
    ['flow', `${run.flow}, version ${run.version}`],
    ['state', run.state],
    ['waits for', waits.length === 0 ? undefined : waits.map(waitText).join(', ')],
    ['started by', run.startedBy],
    ['start key', key],
    ['replay of', replayOf],
    ['created', momentText(run.createdAt)],
    ['started', startedAt === undefined ? 'not yet' : momentText(startedAt)],
    ['ended', finishedAt === undefined ? undefined : momentText(finishedAt)],
    ['took', took === undefined ? undefined : timeText(took)],
    ['deadline', deadlineAt === undefined ? undefined : momentText(deadlineAt)],
    ['budget', budget === undefined ? undefined : `$${budget.dollars}`],
    ['cost', isOver(run) ? moneyText(run.nanoDollars) : undefined],
    ['calls to models', calls === undefined ? undefined : String(calls)],
    ['taken by a worker', plural(passes, 'time')],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

/** Text as it is, anything else as JSON, and not more than somebody reads. */
function valueText(value: unknown): string {
  const text = plainProse(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  if (text.length <= longestShown) return text;
  return `${text.slice(0, longestShown)}\n… ${text.length - longestShown} more characters; --json has them`;
}

export function failureText({ reason, errorType, message }: FlowFailure): string {
  const label = reason === errorType ? reason : `${reason} (${errorType})`;
  return plain(`${label}: ${message}`);
}

export function renderApproval({ path, asked, expiresAt }: OpenApproval, look: Look): string {
  const head = `${look.yellow('approval')}  ${plain(nodeOf(path))}, until ${momentText(expiresAt)}`;
  return `${head}\n${indent(valueText(asked))}\n`;
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');

export function renderSteps(steps: readonly FlowStep[], look: Look): string {
  if (steps.length === 0) return 'No node has been visited yet.\n';
  const columns = [
    { title: 'PATH' },
    { title: 'KIND' },
    { title: 'STATE' },
    { title: 'TOOK', isNumber: true },
    { title: 'COST', isNumber: true },
    { title: '' },
  ];
  const rows = steps.map((step) => [
    shortPath(step.path),
    step.kind,
    step.state,
    tookText(step),
    costText(step),
    restText(step),
  ]);
  return renderTable(columns, rows, look);
}

const tookText = ({ startedAt, finishedAt }: FlowStep): string =>
  finishedAt === undefined ? '' : timeText(finishedAt - startedAt);

/** A node that asked no model has no cost to tell. */
const costText = ({ nanoDollars }: FlowStep): string =>
  nanoDollars === undefined ? '' : moneyText(nanoDollars);

function restText({ failure, interrupted, wakeAt, subject, state }: FlowStep): string {
  const parts = [
    failure === undefined ? undefined : failureText(failure),
    interrupted === 0 ? undefined : `interrupted ${plural(interrupted, 'time')}`,
    state !== 'waiting' || wakeAt === undefined ? undefined : `until ${momentText(wakeAt)}`,
    subject,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}
