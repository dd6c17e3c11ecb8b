/** `keelson flow resolve`: decides what becomes of a run that is stopped. */
import type { FlowRun, StoppedChoice } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { checkModels } from '../../subject/flows/check-models.ts';
import { doRun, tellStarted } from '../../subject/flows/do-run.ts';
import type { FlowDesk } from '../../subject/flows/flow-desk.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';

export const run: Run = (input, surroundings) =>
  withFlows(input, surroundings, async (desk) => {
    const stopped = await desk.getRun(input.word(0));
    const choice = await choiceOf(input.word(1), stopped, desk);
    if (choice !== 'abandon') await checkModels(desk, stopped);
    const found = await resolve(stopped, choice, desk);
    if (choice === 'abandon')
      return { data: asJson({ run: found }), text: () => `The run ${found.id} is ${found.state}.\n` };
    return input.isOn('detach') ? tellStarted(found, desk) : doRun(found.id, { input, surroundings, desk });
  });

async function choiceOf(choice: string, { flow }: FlowRun, desk: FlowDesk): Promise<StoppedChoice> {
  if (choice === 'continue' || choice === 'abandon') return choice;
  const { version } = await desk.getFlow({ flow });
  return choice === 'restart' ? { restartWith: version } : { continueWith: version };
}

/** It goes on only where a worker has the version: this process is one for as long as that takes. */
async function resolve({ id }: FlowRun, choice: StoppedChoice, desk: FlowDesk): Promise<FlowRun> {
  const goesOn = choice === 'continue' || (choice !== 'abandon' && 'continueWith' in choice);
  if (!goesOn) return desk.resolve(id, choice);
  const worker = await desk.work(id);
  try {
    return await desk.resolve(id, choice);
  } finally {
    await worker.close();
  }
}
