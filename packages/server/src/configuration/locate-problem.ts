// From the path of something that is wrong in what holds in the end to the file and line that say it.
import type { Loaded } from './load-configuration.ts';
import { type ConfigurationProblem, findPlace, locate } from './problem.ts';

export function locateProblem(
  { path, message }: { readonly path: string; readonly message: string },
  { effective, project, user }: Loaded,
): ConfigurationProblem {
  const origin = originOf(path, effective.values);
  const budget = /^budgets\.(.+)$/.exec(path)?.[1];
  for (const file of [project, user]) {
    if (file === undefined || !(origin && 'file' in origin && origin.file === file.file)) continue;
    const at = budget === undefined ? -1 : (file.content.budgets ?? []).findIndex(({ id }) => id === budget);
    if (at >= 0) return { ...locate({ path: `budgets[${at}]`, message }, file), path };
    if (findPlace(file.places, path) !== undefined) return locate({ path, message }, file);
  }
  return { path, message };
}

/** Of the value that the path leads into. */
function originOf(path: string, values: Loaded['effective']['values']): object | undefined {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['), 0))) {
    const found = values.get(at);
    if (found !== undefined) return found.origin;
  }
  return undefined;
}
