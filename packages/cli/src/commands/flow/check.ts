/** `keelson flow check`: everything that is wrong with flow files, as compilers tell it. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';
import { problemLine, putFlowFiles } from '../../subject/flows/put-flow-files.ts';
import { readFlowFiles } from '../../subject/flows/read-flow-file.ts';
import { plain } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const files = await readFlowFiles(input.words, surroundings.folder);
  const { kept, problems } = await withFlows(input, surroundings, (desk) => putFlowFiles(files, desk), {
    isDraft: true,
  });
  const good = kept.map(({ file, flow: { name, version } }) => ({ file, name, version }));
  return {
    data: asJson({ ok: problems.length === 0, flows: good, problems }),
    exitCode: problems.length === 0 ? 0 : 1,
    text: () =>
      [
        ...problems.map(problemLine),
        ...good.map(({ file, name }) => `${file}: nothing is wrong with the flow ${name}.`),
      ]
        .map((line) => `${plain(line)}\n`)
        .join(''),
  };
};
