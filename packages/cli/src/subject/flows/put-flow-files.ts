/** Keeps the flows of several files, in an order in which each finds those that it uses; or tells everything that is wrong. */
import { KeelsonError } from '@keelson/core';
import type { FlowTextProblem, KeptFlow } from '@keelson/engine';
import type { FlowDesk } from './flow-desk.ts';
import type { FlowFile } from './read-flow-file.ts';

export interface FileProblem extends Pick<FlowTextProblem, 'path' | 'says' | 'line' | 'column'> {
  readonly file: string;
}

interface PutFile {
  readonly file: string;
  readonly flow: KeptFlow;
  readonly isNew: boolean;
}

export interface PutFiles {
  /** In the order of the files. */
  readonly kept: readonly PutFile[];
  readonly problems: readonly FileProblem[];
}

type Attempted = Omit<PutFile, 'file'> | readonly FlowTextProblem[];

/** What fails because of a flow that is not known yet is tried again once others are. */
export async function putFlowFiles(files: readonly FlowFile[], desk: FlowDesk): Promise<PutFiles> {
  const kept = new Map<FlowFile, PutFile>();
  const wrong = new Map<FlowFile, readonly FlowTextProblem[]>();
  for (let before = -1; before !== kept.size; ) {
    before = kept.size;
    for (const file of files.filter((each) => !kept.has(each))) {
      const put = await tryPut(file, desk);
      if (isProblems(put)) wrong.set(file, put);
      else kept.set(file, { file: file.name, ...put });
    }
  }
  const open = files.filter((file) => !kept.has(file));
  return {
    kept: files.flatMap((file) => kept.get(file) ?? []),
    problems: open.flatMap((file) => (wrong.get(file) ?? []).map((problem) => placed(file.name, problem))),
  };
}

const isProblems = (put: Attempted): put is readonly FlowTextProblem[] => Array.isArray(put);

async function tryPut({ text }: FlowFile, desk: FlowDesk): Promise<Attempted> {
  try {
    return await desk.put(text);
  } catch (error) {
    const problems = KeelsonError.is(error) ? error.details.problems : undefined;
    if (Array.isArray(problems)) return problems as unknown as readonly FlowTextProblem[];
    throw error;
  }
}

const placed = (file: string, { path, says, line, column }: FlowTextProblem): FileProblem => ({
  file,
  line,
  column,
  path,
  says,
});

/** As compilers and editors have it. */
export const problemLine = ({ file, line, column, path, says }: FileProblem): string =>
  `${file}:${line}:${column}: ${[path, says].filter((part) => part !== '').join(' ')}`;

export function brokenFlow(problems: readonly FileProblem[]): KeelsonError {
  const [first] = problems;
  const more =
    problems.length === 1 ? '' : ` There are ${problems.length - 1} more; \`keelson flow check\` lists all.`;
  return new KeelsonError(
    'configuration_invalid',
    first === undefined ? 'The flow cannot be read.' : `${problemLine(first)}${more}`,
    { hint: 'Mend the file. Nothing was begun.', details: { problems: problems.slice(0, 100) as never } },
  );
}
