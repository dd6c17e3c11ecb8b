/** `keelson flow run`: keeps a flow, runs it here to its end, and prints its output. */
import type { Json } from '@keelson/core';
import type { StartFlow } from '@keelson/engine';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { checkModels } from '../../subject/flows/check-models.ts';
import { doRun, tellStarted } from '../../subject/flows/do-run.ts';
import { flowFilesOf, keepMeant } from '../../subject/flows/keep-meant.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { readBudget } from '../../subject/flows/read-budget.ts';
import { readDuration } from '../../subject/flows/read-duration.ts';
import type { FlowFile } from '../../subject/flows/read-flow-file.ts';
import { readJsonFlag } from '../../subject/flows/read-json-flag.ts';

export const run: Run = async (input, surroundings) => {
  const wish = await readWish(input, surroundings);
  return withFlows(
    input,
    surroundings,
    async (desk) => {
      const place = await keepMeant(input.word(0), wish.files, desk);
      await checkModels(desk, place);
      const { run: started, isNew } = await desk.start({ ...place, ...wish.start });
      if (!isNew) surroundings.note(`The run ${started.id} was started before with this key.`);
      if (input.isOn('detach')) return tellStarted(started, desk);
      return doRun(started.id, { input, surroundings, desk });
    },
    { makesDatabase: true },
  );
};

interface Wish {
  readonly files: readonly FlowFile[];
  readonly start: Omit<StartFlow, 'workspace' | 'flow' | 'version' | 'identity'>;
}

/** All that can be wrong with the line is told before a database is opened. */
async function readWish(input: Input, surroundings: Surroundings): Promise<Wish> {
  const budget = readBudget(input);
  const timeoutMs = readDuration(input, 'timeout');
  const key = input.text('start-key');
  const files = await flowFilesOf(input, surroundings);
  const payload: Json | undefined = await readJsonFlag(input, 'input', surroundings);
  if (payload === undefined)
    throw new UsageError('It is not said what the flow is given.', {
      hint: `Write --input JSON, such as --input '{"text": "It crashes"}', --input @FILE or --input - ; --input null for a flow that is given nothing.`,
    });
  return {
    files,
    start: {
      payload,
      ...(budget !== undefined && { budget }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(key !== undefined && { key }),
    },
  };
}
