/** `keelson flow replay`: a new run with the results of one that is over, but for what is named. */
import type { Run } from '../../line/command-spec.ts';
import { checkModels } from '../../subject/flows/check-models.ts';
import { doRun, tellStarted } from '../../subject/flows/do-run.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { UsageError } from '../../line/usage-error.ts';

export const run: Run = (input, surroundings) =>
  withFlows(
    input,
    surroundings,
    async (desk) => {
      const before = await desk.getRun(input.word(0));
      await checkModels(desk, before);
      const without = input.list('without') ?? [];
      if (without.length > 0) checkPaths(without, (await desk.listSteps(before.id)).map(({ path }) => path));
      const started = await desk.replay(before.id, { without });
      return input.isOn('detach') ? tellStarted(started) : doRun(started.id, { input, surroundings, desk });
    },
  );

/** A misspelt path would replay everything, and cost nothing but the belief that it was done anew. */
function checkPaths(wanted: readonly string[], known: readonly string[]): void {
  for (const path of wanted)
    if (!known.some((each) => each === path || each.startsWith(`${path}/`)))
      throw new UsageError(`The run visited no node at \`${path.slice(0, 200)}\`.`, {
        hint: '`keelson flow show RUN --steps` lists those that it visited.',
        misspelt: { name: path, known, mark: '' },
      });
}
