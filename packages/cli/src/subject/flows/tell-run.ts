/** What a command answers that worked on a run: its output, or why there is none and what to do next. */
import type { FlowFailure, FlowRun, RunWait } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Outcome } from '../../line/command-spec.ts';
import { plainProse } from '../../terminal/plain-prose.ts';
import { plural } from '../../terminal/plural.ts';
import { plain } from '../../terminal/table.ts';
import { moneyText, timeText } from './amounts.ts';
import { failureText, waitText } from './render-run.ts';
import { quoted } from './same-flags.ts';
import { isResultOf, nodeOf } from './step-paths.ts';
import type { WorkedOn } from './work-on-run.ts';

const failed = 1;
const overBudget = 7;
const waits = 20;
const interrupted = 130;

interface Telling {
  /** What somebody has read already, as it came. */
  readonly shownText: string | undefined;
  /** Of the desk. */
  readonly flags: string;
}

export function tellRun(worked: WorkedOn, { shownText, flags }: Telling): Outcome {
  const { run, approvals } = worked;
  return {
    data: asJson({
      end: worked.end,
      run,
      ...(approvals.length > 0 && { approvals: approvals.map(withoutSeal) }),
    }),
    exitCode: exitCodeOf(worked),
    text: (look) => outputText(run, look.isTerminal, shownText),
    notes: notesOn(worked, flags),
  };
}

/** Whoever has the token may answer; it belongs into no log. */
export const withoutSeal = ({
  token: _,
  signature: __,
  decisionSignature: ___,
  ...approval
}: WorkedOn['approvals'][number]) => approval;

/** Text as it is; on a terminal nothing in it may move the cursor, and nobody needs it twice. */
function outputText({ output }: FlowRun, isTerminal: boolean, shownText: string | undefined): string {
  if (output === undefined || (isTerminal && output === shownText)) return '';
  const text = typeof output === 'string' ? output : JSON.stringify(output, null, 2);
  return `${isTerminal ? plainProse(text) : text}${text.endsWith('\n') ? '' : '\n'}`;
}

function exitCodeOf({ end, run, isInterrupted }: WorkedOn): number {
  if (end === 'left') return interrupted;
  if (end !== 'over') return waits;
  if (run.state === 'completed') return 0;
  if (run.state === 'cancelled') return isInterrupted ? interrupted : failed;
  return run.failure?.errorType === 'budget' ? overBudget : failed;
}

function notesOn(worked: WorkedOn, flags: string): string[] {
  const { end, run } = worked;
  const go = `\`keelson flow resume ${run.id}${flags}\``;
  switch (end) {
    case 'over':
      return [...failureNotes(run.failure), endNote(run)];
    case 'left':
      return [`The run ${run.id} was left. Nothing is lost: ${go} goes on with it.`];
    case 'stopped':
      return [
        ...failureNotes(run.failure),
        `The run ${run.id} is stopped. \`keelson flow resolve ${run.id} continue|adopt|restart|abandon${flags}\` decides what becomes of it.`,
      ];
    case 'waits':
      return waitNotes(worked, go, flags);
  }
}

function endNote({ id, state, nanoDollars, calls, startedAt, finishedAt }: FlowRun): string {
  const took =
    startedAt === undefined || finishedAt === undefined ? '' : ` after ${timeText(finishedAt - startedAt)}`;
  const asked = calls === undefined ? '' : `, ${plural(calls, 'call')} to models`;
  return `The run ${id} is ${state}${took}; cost ${moneyText(nanoDollars)}${asked}.`;
}

function failureNotes(failure: FlowFailure | undefined): string[] {
  if (failure === undefined) return [];
  const { hint } = failure;
  return [`${failureText(failure)}${hint === undefined || hint === '' ? '' : ` ${plain(hint)}`}`];
}

/** How each of what it waits for is answered. */
function waitNotes({ run, approvals }: WorkedOn, go: string, flags: string): string[] {
  const isOne = approvals.length === 1;
  const events = run.waits.filter(({ kind }) => kind === 'event');
  const others = run.waits.filter(({ kind }) => kind !== 'event' && kind !== 'approval');
  return [
    ...approvals.map(({ path, asked }) => {
      const node = plain(nodeOf(path));
      const step = isOne ? '' : ` --step ${quoted(node)}`;
      return `It waits for an approval at ${node}: ${shortText(asked)}. Answer with \`keelson flow approve ${run.id}${step}${flags}\`, or with --reject.`;
    }),
    ...events.map((wait) => eventNote(run, wait, flags)),
    ...others.map((wait) => `It waits for ${waitText(wait)}.`),
    `Nothing is lost: then ${go} goes on with it.`,
  ];
}

function eventNote({ id }: FlowRun, wait: RunWait, flags: string): string {
  const node = plain(nodeOf(wait.path));
  const { subject = '' } = wait;
  if (isResultOf(wait.path, subject))
    return `If you know what ${node} came to: \`keelson flow approve ${id} --step ${quoted(node)} --result JSON${flags}\`.`;
  return `It waits for ${plain(waitText(wait))}. Send it with \`keelson flow signal ${id} ${quoted(plain(subject))} --payload JSON${flags}\`.`;
}

const longestAsked = 500;

function shortText(asked: unknown): string {
  const text = plain(typeof asked === 'string' ? asked : JSON.stringify(asked));
  return text.length > longestAsked ? `${text.slice(0, longestAsked)}…` : text;
}
