/** `keelson flow resume`: works on a run until it is over or waits for somebody. */
import type { Run } from '../../line/command-spec.ts';
import { checkModels } from '../../subject/flows/check-models.ts';
import { doRun } from '../../subject/flows/do-run.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';

export const run: Run = (input, surroundings) =>
  withFlows(input, surroundings, async (desk) => {
    const { id, flow, version } = await desk.getRun(input.word(0));
    await checkModels(desk, { flow, version });
    return doRun(id, { input, surroundings, desk });
  });
