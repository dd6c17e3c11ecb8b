// Loads a configuration: finds its files, reads them, lays them over each other and over the environment, and reads the secrets
// that settings of the server refer to. What it loads is not in force by that.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isJsonObject, KeelsonError, parseJson } from '@keelson/core';
import {
  type AliasTable,
  type BudgetDefinition,
  type Clock,
  createSecretReach,
  isReference,
  readBudgetFile,
  resolveSecret,
  type Secret,
  secretSourcesFromEnvironment,
} from '@keelson/engine';
import { parseSettings, type ServerSettings, SettingError } from '../http/index.ts';
import {
  type ConfigurationFiles,
  findConfigurationFiles,
  readConfigurationFile,
  UnreadableFile,
} from './configuration-files.ts';
import { readEnvironment, type WholeEnvironment } from './dot-env.ts';
import type { Environment } from './interpolate.ts';
import { type Effective, type Layers, layOver } from './layers.ts';
import { type ConfigurationProblem, describeProblem } from './problem.ts';
import { asVariable } from './setting-rows.ts';
import type { ReadConfiguration } from './written-configuration.ts';

export interface LoaderSettings {
  readonly environment: Environment;
  readonly folder: string;
  readonly homeFolder: string;
  readonly clock: Clock;
  readonly flags?: Readonly<Record<string, string>>;
}

export interface Loaded {
  readonly effective: Effective;
  readonly project?: ReadConfiguration;
  readonly user?: ReadConfiguration;
  /** SHA-256 of the project's file. */
  readonly digest?: string;
  /** By file, what its signature was when it was read. */
  readonly signatures: ReadonlyMap<string, string>;
}

export type LoadOutcome = Loaded | { readonly problems: readonly ConfigurationProblem[] };

export interface LoadedSettings {
  /** Variables as if everything had been said by them. */
  readonly environment: Environment;
  readonly settings: ServerSettings;
}

interface FilledVariables {
  readonly variables: Record<string, string | undefined>;
  /** Those that are somewhere else. */
  readonly secrets: readonly (readonly [variable: string, reference: string])[];
}

export class ConfigurationLoader {
  readonly files: ConfigurationFiles;
  readonly environment: WholeEnvironment;
  /** The table of the file that KEELSON_ALIASES names; undefined where it is no table, which whoever applies it tells. */
  readonly #aliasFile: AliasTable['aliases'] | undefined;
  readonly #budgetFile: readonly BudgetDefinition[] | undefined;
  readonly #settings: LoaderSettings;

  constructor(settings: LoaderSettings) {
    this.#settings = settings;
    const { folder, homeFolder } = settings;
    this.environment = readEnvironment(settings.environment, folder);
    const { variables } = this.environment;
    this.files = findConfigurationFiles({ environment: variables, folder, homeFolder });
    const { project } = this.files;
    if (project !== undefined && !existsSync(project)) {
      throw new SettingError(`KEELSON_CONFIG is \`${project}\`, which is not there. Name a file that is.`);
    }
    this.#aliasFile = readAliasTable(variables.KEELSON_ALIASES);
    this.#budgetFile = readBudgets(variables.KEELSON_BUDGETS);
  }

  get hasFile(): boolean {
    return this.files.project !== undefined || this.files.user !== undefined;
  }

  /** Whether budgets come from files, so that one that is in none of them goes. */
  get definesBudgets(): boolean {
    return this.hasFile || this.#budgetFile !== undefined;
  }

  /** A text in place of that of the project's file, where one is given. */
  async load(text?: string): Promise<LoadOutcome> {
    const signatures = new Map<string, string>();
    const read: { project?: ReadConfiguration; user?: ReadConfiguration } = {};
    const problems: ConfigurationProblem[] = [];
    for (const layer of ['user', 'project'] as const) {
      const file = this.files[layer];
      if (file === undefined) continue;
      const outcome = await this.#read(file, layer === 'project' ? text : undefined, signatures);
      if ('problems' in outcome) problems.push(...outcome.problems);
      else read[layer] = outcome;
    }
    if (problems.length > 0) return { problems };
    const { project } = read;
    const digest = project && digestOf(project.text);
    const effective = layOver(this.#layers(read));
    return { effective, signatures, ...read, ...(digest !== undefined && { digest }) };
  }

  /** What holds without any file. */
  layEnvironment(): Effective {
    return layOver(this.#layers({}));
  }

  /**
   * Throws a `SettingError` or a `KeelsonError`, neither with a secret in it. Secrets that are elsewhere are read of all
   * variables, or of these only.
   */
  async readSettings(effective: Effective, only?: readonly string[]): Promise<LoadedSettings> {
    const { homeFolder } = this.#settings;
    const { variables, secrets: all } = this.fillVariables(effective);
    const secrets = all.filter(([variable]) => only?.includes(variable) ?? true);
    const read = async (resolveReference: (reference: string) => Promise<Secret>): Promise<void> => {
      for (const [variable, reference] of secrets)
        variables[variable] = (await resolveReference(reference)).reveal();
    };
    if (secrets.length > 0) await this.withSecrets(variables, read);
    return { environment: variables, settings: parseSettings(variables, homeFolder) };
  }

  /** Variables as if everything had been said by them, but for secrets, which have not been read. */
  fillVariables(effective: Effective): FilledVariables {
    const variables: Record<string, string | undefined> = { ...this.environment.variables };
    const secrets: [variable: string, reference: string][] = [];
    for (const [variable, { row, value, from }] of effective.settings) {
      const isElsewhere = row.isSecret === true && typeof value === 'string' && isReference(value);
      if (isElsewhere && row.staysReference !== true) secrets.push([variable, value]);
      else if (row.isPath === true && 'file' in from)
        variables[variable] = resolve(dirname(from.file), String(value));
      else variables[variable] = asVariable(value);
    }
    return { variables, secrets };
  }

  /** Reads references while it runs; what is read is kept by nobody but the one who asked. */
  async withSecrets<Result>(
    variables: Environment,
    run: (resolveReference: (reference: string) => Promise<Secret>) => Promise<Result>,
  ): Promise<Result> {
    const { clock, homeFolder } = this.#settings;
    const { KEELSON_DATA, XDG_DATA_HOME } = variables;
    const { dataFolder: folder } = parseSettings({ KEELSON_DATA, XDG_DATA_HOME }, homeFolder);
    const reach = createSecretReach({ clock });
    try {
      const sources = secretSourcesFromEnvironment(this.environment.variables, { clock, reach, folder });
      return await run((reference) => resolveSecret(reference, { sources, clock }));
    } finally {
      await reach.close();
    }
  }

  async #read(
    file: string,
    given: string | undefined,
    signatures: Map<string, string>,
  ): Promise<ReadConfiguration | { problems: readonly ConfigurationProblem[] }> {
    let text = given;
    try {
      const found = await readConfigurationFile(file);
      signatures.set(file, found.signature);
      text ??= found.text;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      if (text === undefined) return { problems: [{ path: '', message: error.message, file }] };
    }
    const { readConfiguration } = await import('./read-configuration.ts');
    return readConfiguration(file, text, this.environment.variables);
  }

  #layers({ project, user }: Pick<Loaded, 'project' | 'user'>): Layers {
    return {
      environment: this.environment,
      ...(this.#settings.flags !== undefined && { flags: this.#settings.flags }),
      ...(project !== undefined && { project }),
      ...(user !== undefined && { user }),
      ...(this.#aliasFile !== undefined && { aliasFile: this.#aliasFile }),
      ...(this.#budgetFile !== undefined && { budgetFile: this.#budgetFile }),
    };
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function problemsError(problems: readonly ConfigurationProblem[]): SettingError {
  return new SettingError(problems.map(describeProblem).join('\n'));
}

function readAliasTable(path: string | undefined): AliasTable['aliases'] | undefined {
  if (!path) return undefined;
  try {
    const table = parseJson(readFileSync(resolve(path), 'utf8'));
    if (!isJsonObject(table) || !isJsonObject(table.aliases)) return undefined;
    return table.aliases as unknown as AliasTable['aliases'];
  } catch {
    return undefined;
  }
}

function readBudgets(path: string | undefined): readonly BudgetDefinition[] | undefined {
  if (!path) return undefined;
  try {
    return readBudgetFile(readFileSync(resolve(path), 'utf8'));
  } catch (error) {
    if (KeelsonError.is(error)) throw error;
    throw new SettingError(
      `KEELSON_BUDGETS is \`${resolve(path)}\`, which cannot be read. Name a file of budgets.`,
      { cause: error },
    );
  }
}
