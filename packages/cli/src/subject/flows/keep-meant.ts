/** The flow that a line means: read out of its files and kept with those that it uses, or found by its name. */
import { KeelsonError } from '@keelson/core';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import type { FlowDesk, NamedFlow } from './flow-desk.ts';
import { brokenFlow, putFlowFiles } from './put-flow-files.ts';
import { type FlowFile, isFlowFile, readFlowFiles } from './read-flow-file.ts';

/** That of the flow itself comes last. */
export function flowFilesOf(input: Input, { folder }: Pick<Surroundings, 'folder'>): Promise<FlowFile[]> {
  const named = input.word(0);
  if (named === '-' && input.text('input') === '-')
    throw new UsageError('Only one of the flow and its input can come on standard input.', {
      hint: 'Name a file for the other: `--input @FILE`.',
    });
  const others = (input.list('with') ?? []).filter((each) => each !== named);
  return readFlowFiles(isFlowFile(named) ? [...others, named] : others, folder);
}

/** In exactly the version that the files have. */
export async function keepMeant(
  named: string,
  files: readonly FlowFile[],
  desk: FlowDesk,
): Promise<Required<NamedFlow>> {
  const { kept, problems } = await putFlowFiles(files, desk);
  if (problems.length > 0) throw brokenFlow(problems);
  if (!isFlowFile(named)) return { flow: named, version: (await desk.getFlow({ flow: named })).version };
  const last = kept.at(-1);
  if (last === undefined) throw new KeelsonError('internal_error', 'The flow was not kept.');
  return { flow: last.flow.name, version: last.flow.version };
}
