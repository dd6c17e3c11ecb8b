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

/**
 * A flow is kept with those that it uses as they are at that moment. So all are put again while one of them has become another,
 * or is known only now.
 */
export async function putFlowFiles(files: readonly FlowFile[], desk: FlowDesk): Promise<PutFiles> {
  const put = new Map<FlowFile, PutFile>();
  let problems: readonly FileProblem[] = [];
  for (let pass = 0, hasChanged = true; hasChanged && pass <= files.length; pass += 1) {
    hasChanged = false;
    problems = [];
    for (const file of files) {
      const tried = await tryPut(file, desk);
      if (isProblems(tried)) {
        problems = [...problems, ...tried.map((problem) => placed(file.name, problem))];
        continue;
      }
      const before = put.get(file);
      hasChanged ||= files.length > 1 && before?.flow.version !== tried.flow.version;
      put.set(file, { file: file.name, ...tried, isNew: tried.isNew || before?.isNew === true });
    }
  }
  return { kept: files.flatMap((file) => put.get(file) ?? []), problems };
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
    { hint: 'Mend the file. Nothing was begun.' },
  );
}
