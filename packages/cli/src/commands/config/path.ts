/** `keelson config path`: where settings, data and caches are. */
import { existsSync } from 'node:fs';
import { asJson } from '../../line/as-json.ts';
import { cacheFolder } from '../../line/cache-folder.ts';
import type { Run } from '../../line/command-spec.ts';
import { openLoader } from '../../subject/configuration.ts';
import { dataFolder } from '../../subject/data-folder.ts';
import { renderTable } from '../../terminal/table.ts';

const abouts = {
  user: 'settings of the user',
  project: 'settings of the project',
  data: 'database and keys',
  cache: 'what can be fetched or made again',
} as const;

type Which = keyof typeof abouts;

export const run: Run = async (input, surroundings) => {
  const { loader } = await openLoader(surroundings);
  const { files } = loader;
  const paths: Record<Which, string> = {
    user: files.user ?? files.newUser,
    project: files.project ?? files.newProject,
    data: await dataFolder(surroundings),
    cache: cacheFolder(surroundings.environment),
  };
  const only = input.words[0] as Which | undefined;
  if (only !== undefined) return { data: { path: paths[only] }, text: () => `${paths[only]}\n` };
  const names = Object.keys(paths) as Which[];
  const columns = [{ title: '' }, { title: 'PATH' }, { title: 'THERE' }, { title: 'ABOUT' }];
  const rows = names.map((name) => [name, paths[name], existsSync(paths[name]) ? 'yes' : 'no', abouts[name]]);
  return {
    data: asJson(
      Object.fromEntries(names.map((name) => [name, { path: paths[name], exists: existsSync(paths[name]) }])),
    ),
    text: (look) => renderTable(columns, rows, look),
  };
};
