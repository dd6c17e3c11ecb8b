/** `keelson flow run`: keeps a flow, runs it here to its end, and prints its output. */
import { type Json, KeelsonError } from '@keelson/core';
import type { StartFlow } from '@keelson/engine';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { checkModels } from '../../subject/flows/check-models.ts';
import { doRun, tellStarted } from '../../subject/flows/do-run.ts';
import type { FlowDesk } from '../../subject/flows/flow-desk.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { brokenFlow, putFlowFiles } from '../../subject/flows/put-flow-files.ts';
import { readBudget } from '../../subject/flows/read-budget.ts';
import { readDuration } from '../../subject/flows/read-duration.ts';
import { type FlowFile, isFlowFile, readFlowFiles } from '../../subject/flows/read-flow-file.ts';
import { readJsonFlag } from '../../subject/flows/read-json-flag.ts';

export const run: Run = async (input, surroundings) => {
  const wish = await readWish(input, surroundings);
  return withFlows(
    input,
    surroundings,
    async (desk) => {
      const place = await keep(input.word(0), wish.files, desk);
      await checkModels(desk, place);
      const { run: started, isNew } = await desk.start({ ...place, ...wish.start });
      if (!isNew) surroundings.note(`The run ${started.id} was started before with this key.`);
      if (input.isOn('detach')) return tellStarted(started);
      return doRun(started.id, { input, surroundings, desk });
    },
    { asksModels: true, makesDatabase: true },
  );
};

interface Wish {
  readonly files: readonly FlowFile[];
  readonly start: Omit<StartFlow, 'workspace' | 'flow' | 'version' | 'identity'>;
}

/** All that can be wrong with the line is told before a database is opened. */
async function readWish(input: Input, surroundings: Surroundings): Promise<Wish> {
  const named = input.word(0);
  if (named === '-' && input.text('input') === '-')
    throw new UsageError('Only one of the flow and its input can come on standard input.', {
      hint: 'Name a file for the other: `--input @FILE`.',
    });
  const budget = readBudget(input);
  const timeoutMs = readDuration(input, 'timeout');
  const key = input.text('start-key');
  const payload: Json | undefined = await readJsonFlag(input, 'input', surroundings);
  if (payload === undefined)
    throw new UsageError('It is not said what the flow is given.', {
      hint: `Write --input JSON, such as --input '{"text": "It crashes"}', --input @FILE or --input - ; --input null for a flow that is given nothing.`,
    });
  const words = [...(input.list('with') ?? []).filter((each) => each !== named), ...(isFlowFile(named) ? [named] : [])];
  return {
    files: await readFlowFiles(words, surroundings.folder),
    start: {
      payload,
      ...(budget !== undefined && { budget }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(key !== undefined && { key }),
    },
  };
}

/** The flow that is meant, in exactly the version that the files have. */
async function keep(named: string, files: readonly FlowFile[], desk: FlowDesk) {
  const { kept, problems } = await putFlowFiles(files, desk);
  if (problems.length > 0) throw brokenFlow(problems);
  if (!isFlowFile(named)) {
    const { version } = await desk.getFlow({ flow: named });
    return { flow: named, version };
  }
  const last = kept.at(-1);
  if (last === undefined) throw new KeelsonError('internal_error', 'The flow was not kept.');
  return { flow: last.flow.name, version: last.flow.version };
}
