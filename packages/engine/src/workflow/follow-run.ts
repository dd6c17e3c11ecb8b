/** All that happens to a run, in its order, for whoever is in another process than its worker: the database is asked again and again. */
import type { Json } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import {
  endStates,
  type RunChange,
  type RunFailure,
  type Runs,
  type StoredRun,
  type StoredStep,
} from '../storage/index.ts';
import type { RunNews, ShownStep } from './durable-runs.ts';

interface Following {
  readonly runs: Pick<Runs, 'find' | 'listChanges'>;
  readonly clock: Clock;
  readonly after: number;
  readonly pollMs: () => number;
  readonly signal: AbortSignal | undefined;
}

const changesPerPage = 200;

export async function* followRun(runId: string, following: Following): AsyncGenerator<RunNews> {
  const { runs, clock, pollMs, signal } = following;
  let { after } = following;
  let told: string | undefined;
  for (;;) {
    signal?.throwIfAborted();
    // Read before its changes: once it is over, none of them can be missing.
    const run = await runs.find(runId);
    if (run === undefined) return;
    const changes = await runs.listChanges(runId, { after, limit: changesPerPage });
    for (const change of changes) {
      after = change.seq;
      yield toNews(change);
    }
    if (changes.length === changesPerPage) continue;
    if (isOver(run)) {
      yield { seq: after, kind: 'end', run };
      return;
    }
    const { waits = [] } = run;
    const waiting = run.state === 'waiting' ? `${run.passes} ${JSON.stringify(waits)}` : undefined;
    if (waiting !== undefined && waiting !== told) yield { seq: after, kind: 'waiting', waits };
    told = waiting ?? told;
    await clock.sleep(pollMs(), signal);
  }
}

export function isOver({ state }: Pick<StoredRun, 'state'>): boolean {
  return (endStates as readonly string[]).includes(state);
}

function toNews({ seq, step, event }: RunChange): RunNews {
  if (step !== undefined) return { seq, kind: 'step', step: showStep(step) };
  const { kind: name = '', at = 0, data = null } = event ?? {};
  return { seq, kind: 'event', name, at, data };
}

export function showStep({ seq: _, epoch: __, outcome, ...step }: StoredStep): ShownStep {
  if (outcome === undefined) return step;
  if (step.state === 'failed') return { ...step, error: JSON.parse(outcome) as RunFailure };
  return { ...step, value: JSON.parse(outcome) as Json };
}
