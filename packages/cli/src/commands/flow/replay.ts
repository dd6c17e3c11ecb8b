/** `keelson flow replay`: a new run with the results of one that is over, but for what is named. */
import type { Run } from '../../line/command-spec.ts';
import { checkModels } from '../../subject/flows/check-models.ts';
import { doRun, tellStarted } from '../../subject/flows/do-run.ts';
import type { FlowDesk } from '../../subject/flows/flow-desk.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { wholePath } from '../../subject/flows/step-paths.ts';

export const run: Run = (input, surroundings) =>
  withFlows(input, surroundings, async (desk) => {
    const before = await desk.getRun(input.word(0));
    await checkModels(desk, before);
    const without = await pathsOf(input.list('without') ?? [], before.id, desk);
    const started = await desk.replay(before.id, { without });
    return input.isOn('detach')
      ? tellStarted(started, desk)
      : doRun(started.id, { input, surroundings, desk });
  });

/** A misspelt path would replay everything, and leave the belief that something was done anew. */
async function pathsOf(written: readonly string[], runId: string, desk: FlowDesk): Promise<string[]> {
  if (written.length === 0) return [];
  const known = (await desk.listSteps(runId)).map(({ path }) => path);
  return written.map((path) => wholePath(path, known));
}
