/** `keelson flow show`: where a run is, what it waits for, what it gave and what it cost. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { isOver, renderRun, renderSteps } from '../../subject/flows/render-run.ts';
import { withoutSeal } from '../../subject/flows/tell-run.ts';

export const run: Run = async (input, surroundings) => {
  const id = input.word(0);
  const { found, approvals, steps } = await withFlows(input, surroundings, async (desk) => {
    const found = await desk.getRun(id);
    return {
      found,
      approvals: isOver(found) ? [] : await desk.listApprovals(id),
      steps: input.isOn('steps') ? await desk.listSteps(id) : undefined,
    };
  });
  return {
    data: asJson({
      run: found,
      approvals: approvals.map(withoutSeal),
      ...(steps !== undefined && { steps }),
    }),
    text: (look) =>
      [renderRun(found, approvals, look), ...(steps === undefined ? [] : [renderSteps(steps, look)])].join(
        '\n',
      ),
  };
};
