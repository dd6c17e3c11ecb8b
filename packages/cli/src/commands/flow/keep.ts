/** `keelson flow keep`: keeps flows under their names. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { problemLine, putFlowFiles } from '../../subject/flows/put-flow-files.ts';
import { readFlowFiles } from '../../subject/flows/read-flow-file.ts';
import { plain } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const files = await readFlowFiles(input.words, surroundings.folder);
  const { kept, problems } = await withFlows(input, surroundings, (desk) => putFlowFiles(files, desk), {
    makesDatabase: true,
  });
  const told = kept.map(({ file, isNew, flow: { name, version } }) => ({ file, name, version, isNew }));
  return {
    data: asJson({ ok: problems.length === 0, kept: told, problems }),
    exitCode: problems.length === 0 ? 0 : 1,
    text: () =>
      [
        ...told.map(({ name, version, isNew }) =>
          isNew
            ? `The flow ${name} is kept, version ${version.slice(0, 12)}.`
            : `The flow ${name} was kept already, version ${version.slice(0, 12)}.`,
        ),
        ...problems.map(problemLine),
      ]
        .map((line) => `${plain(line)}\n`)
        .join(''),
  };
};
