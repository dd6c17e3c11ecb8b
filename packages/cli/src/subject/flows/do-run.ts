/** What the commands have in common that work on a run: progress on the error channel, and the outcome. */
import { type FlowRun, systemClock } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Outcome, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { createLook } from '../../terminal/look.ts';
import { isTerminal } from '../../terminal/write-out.ts';
import type { FlowDesk } from './flow-desk.ts';
import { RunProgress } from './run-progress.ts';
import { tellRun } from './tell-run.ts';
import { workOnRun } from './work-on-run.ts';

interface Doing {
  readonly input: Input;
  readonly surroundings: Pick<Surroundings, 'environment'>;
  readonly desk: FlowDesk;
}

export async function doRun(runId: string, { input, surroundings, desk }: Doing): Promise<Outcome> {
  const isSeen = isTerminal('errors');
  const { environment } = surroundings;
  const look = createLook({ isTerminal: isSeen, when: input.text('color'), environment });
  const isQuiet = input.isOn('quiet');
  const since = systemClock.now();
  const progress = new RunProgress({ look, isQuiet, showsText: isSeen, since });
  const isSure = input.isOn('yes');
  const worked = await workOnRun({ desk, runId, progress, look, isSure });
  return tellRun(worked, { shownText: progress.shownText, flags: desk.flags });
}

/** Of a run that others are to work on. */
export function tellStarted(run: FlowRun, { flags }: Pick<FlowDesk, 'flags'>): Outcome {
  return {
    data: asJson({ end: 'detached', run }),
    text: () => `${run.id}\n`,
    notes: [
      `The run has begun. A gateway over the same database works on it, or \`keelson flow resume ${run.id}${flags}\`.`,
    ],
  };
}
