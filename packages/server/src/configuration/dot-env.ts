// The environment with what a `.env` file in the working directory adds to it: a variable that is set there only if it is not
// set already.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from './interpolate.ts';

export interface WholeEnvironment {
  readonly variables: Environment;
  /** Which of them come from the file. */
  readonly fromFile: ReadonlySet<string>;
  readonly file: string;
}

export function readEnvironment(environment: Environment, folder: string): WholeEnvironment {
  const file = join(folder, '.env');
  const fromFile = new Set<string>();
  if (!existsSync(file)) return { variables: environment, fromFile, file };
  const variables: Record<string, string | undefined> = { ...environment };
  for (const [name, value] of Object.entries(parseEnv(readText(file)))) {
    if (variables[name] || !value) continue;
    variables[name] = value;
    fromFile.add(name);
  }
  return { variables, fromFile, file };
}

/** One that cannot be read is not for this process. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
