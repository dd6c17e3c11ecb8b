/** `keelson config validate`: everything that is wrong with files of settings. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { openLoader, resolveIn } from '../../subject/configuration.ts';
import { plain } from '../../terminal/table.ts';

const wrongSettings = 3;

export const run: Run = async (input, surroundings) => {
  const { room, loader } = await openLoader(surroundings);
  const { project, user } = loader.files;
  const named = input.words.map((path) => resolveIn(surroundings, path));
  const files = named.length > 0 ? named : [project, user].filter((file) => file !== undefined);
  const { variables } = loader.environment;
  const found = await Promise.all(files.map((file) => room.problemsInFile(file, variables)));
  const problems = found.flat();
  const nothing = 'There is no file of settings: what is usual holds, and what variables say.\n';
  const right = files.map((file) => `${file} is right.\n`).join('') || nothing;
  return {
    data: asJson({ ok: problems.length === 0, files, problems }),
    exitCode: problems.length === 0 ? 0 : wrongSettings,
    text: (look) =>
      problems.map((each) => `${look.red('wrong')} ${plain(room.describeProblem(each))}\n`).join('') || right,
  };
};
