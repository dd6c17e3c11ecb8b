/** `keelson flow list`: which runs there are, the newest first. */
import type { RunState } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { renderRunList } from '../../subject/flows/render-run.ts';

const usualLimit = 50;

export const run: Run = async (input, surroundings) => {
  const limit = input.number('limit') ?? usualLimit;
  const [flow, state, before] = [input.text('flow'), input.text('state'), input.text('before')];
  const runs = await withFlows(input, surroundings, (desk) =>
    desk.listRuns({
      ...(flow !== undefined && { flow }),
      ...(state !== undefined && { state: state as RunState }),
      ...(before !== undefined && { before }),
      limit,
    }),
  );
  const isFull = runs.length === limit && limit > 0;
  return {
    data: asJson(runs),
    text: (look) => renderRunList(runs, look),
    notes: isFull ? [`These are ${limit}; \`--before ${runs.at(-1)?.id}\` shows those before.`] : [],
  };
};
