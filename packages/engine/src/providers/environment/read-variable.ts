/** Variables of an environment, which is handed in as a plain record. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The content of a file, or `undefined` when it cannot be read. */
export type ReadFile = (path: string) => string | undefined;

/** The first that is set; one that is empty counts as not set, because shells cannot always take a variable away. */
export function readVariable(env: Environment, variables: readonly string[] = []): string | undefined {
  for (const variable of variables) {
    const value = Object.hasOwn(env, variable) ? env[variable]?.trim() : undefined;
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** The folder of whoever runs this. */
export function homeFolder(env: Environment): string | undefined {
  return readVariable(env, ['HOME', 'USERPROFILE']);
}
