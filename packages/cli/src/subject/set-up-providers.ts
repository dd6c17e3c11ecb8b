/** Which providers the environment sets up, found out without asking anybody. */
import { readFileSync } from 'node:fs';
import { type ProviderConfig, providersFromEnvironment } from '@keelson/engine';

export interface SetUp {
  /** As calls name it. */
  readonly name: string;
  /** As the registry names it. */
  readonly vendor: string;
  readonly config: ProviderConfig;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const readProviders = (environment: Environment): ReturnType<typeof providersFromEnvironment> =>
  providersFromEnvironment(environment, { readFile: readText });

export function readSetUp(environment: Environment): readonly SetUp[] {
  return readProviders(environment)
    .providers.filter(({ form }) => form.name !== 'simulator')
    .map((config) => ({ name: config.name, vendor: config.form.registry ?? config.form.name, config }));
}

/** Files that variables name, such as a service account's; what cannot be read is told as what is missing. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
