/** `keelson flow estimate`: what a run would cost and how long it would take, and whether a budget would let it begin. */
import { checkPreflight, type Estimate, parseDollars } from '@keelson/core';
import type { RunBudgetSettings } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import type { FlowDesk } from '../../subject/flows/flow-desk.ts';
import { flowFilesOf, keepMeant } from '../../subject/flows/keep-meant.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { readBudget } from '../../subject/flows/read-budget.ts';
import type { FlowFile } from '../../subject/flows/read-flow-file.ts';
import { readJsonFlag } from '../../subject/flows/read-json-flag.ts';
import { renderEstimate, renderVerdict, type Verdict } from '../../subject/flows/render-estimate.ts';

const refused = 7;

export const run: Run = async (input, surroundings) => {
  const budget = readBudget(input);
  const files = await flowFilesOf(input, surroundings);
  const payload = await readJsonFlag(input, 'input', surroundings);
  const asked = payload === undefined ? {} : { payload };
  const estimate = await estimateOf(files, asked, { input, surroundings });
  const verdict = budget && judge(estimate, budget);
  return {
    data: asJson({ estimate, ...(verdict !== undefined && { budget: verdict }) }),
    exitCode: verdict?.isLetIn === false ? refused : 0,
    text: (look) =>
      [
        renderEstimate(estimate, look),
        ...(verdict === undefined ? [] : [renderVerdict(estimate, verdict, look)]),
      ].join('\n'),
    notes: payload === undefined ? ['It is for any input; --input makes it one for this.'] : [],
  };
};

type Question = Partial<Pick<Parameters<FlowDesk['estimate']>[0], 'payload'>>;

interface Line {
  readonly input: Input;
  readonly surroundings: Surroundings;
}

/** Files are not kept for it. */
async function estimateOf(
  files: readonly FlowFile[],
  asked: Question,
  { input, surroundings }: Line,
): Promise<Estimate> {
  const named = input.word(0);
  const estimate = async (desk: FlowDesk): Promise<Estimate> =>
    desk.estimate({ ...(await keepMeant(named, files, desk)), ...asked });
  if (input.text('server') === undefined) return withFlows(input, surroundings, estimate, { isDraft: true });
  if (files.length === 0) return withFlows(input, surroundings, estimate);
  throw new UsageError('A server estimates flows that it keeps.', {
    hint: 'Write `keelson flow keep FILE --server URL` first, and then the name of the flow.',
  });
}

function judge(
  estimate: Estimate,
  { dollars, preflight: mode = 'mean', allowUnpriced }: RunBudgetSettings,
): Verdict {
  const failure = checkPreflight(estimate, parseDollars(dollars), mode);
  const isLetIn = failure === undefined || (allowUnpriced === true && failure.reason === 'budget_unpriced');
  return { dollars, mode, isLetIn };
}
