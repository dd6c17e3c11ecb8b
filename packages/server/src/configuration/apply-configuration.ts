// Puts a configuration in force in a running server, step by step, with the way back of each step: providers, aliases and bodies
// at once in the engine, budgets in the database, and settings that the server looks up.
import { KeelsonError, type Registry } from '@keelson/core';
import {
  type AliasTable,
  defaultAliases,
  type Engine,
  type EngineChange,
  type LogLevel,
  type ProviderConfig,
  providerForms,
} from '@keelson/engine';
import { applyAliasFile, type ServerSettings, SettingError } from '../http/index.ts';
import { type ConfigurationValue, originOfVariable } from './layers.ts';
import { changeSettings } from './live-settings.ts';
import { type ConfigurationLoader, type Loaded, problemsError } from './load-configuration.ts';
import { locateProblem } from './locate-problem.ts';
import { type ConfigurationProblem, describeProblem } from './problem.ts';
import type { MadeProviders, PathProblem, ProviderConfigs } from './provider-configs.ts';

/** It was right, and could not be put in force all the same. */
export class FailedChange extends Error {
  override readonly name = 'FailedChange';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[], options?: ErrorOptions) {
    super(problems.map(describeProblem).join('\n'), options);
    this.problems = problems;
  }
}

export interface ApplierParts {
  readonly loader: ConfigurationLoader;
  readonly configs: ProviderConfigs;
  readonly engine: Pick<Engine, 'change' | 'problemsWith' | 'routing' | 'limits'>;
  /** Changed in place. */
  readonly settings: ServerSettings;
  /** Those that the engine was opened with. */
  readonly providers: readonly ProviderConfig[];
  /** Cards of vendors. */
  loadCards(vendors: ReadonlySet<string>): Promise<Registry>;
  /** All that the engine has. */
  readonly registry: Registry;
  setLogLevel(level: LogLevel): void;
}

interface InForce {
  readonly loaded: Loaded;
  readonly providers: readonly ProviderConfig[];
}

export class ConfigurationApplier {
  readonly #parts: ApplierParts;
  #inForce: InForce;

  constructor(parts: ApplierParts, loaded: Loaded) {
    this.#parts = parts;
    this.#inForce = { loaded, providers: parts.providers };
    parts.configs.keep(parts.providers);
  }

  /**
   * What the engine is not opened with: aliases and budgets, which need to know it. Throws a `SettingError` with everything that
   * is wrong.
   */
  async begin(readText: (path: string) => string | undefined): Promise<void> {
    const { engine, loader, settings } = this.#parts;
    const { loaded, providers } = this.#inForce;
    const defaults = this.#defaultsOf(providers);
    const aliases = { ...defaults, ...loaded.effective.aliases };
    const problems = engine.problemsWith({ aliases }).flatMap(({ path, says }) => {
      const located = locateProblem({ path, message: says }, loaded);
      // What is wrong in the file of a variable is told by its name.
      return located.file === undefined ? [] : [located];
    });
    if (problems.length > 0) throw problemsError(problems);
    const path = settings.aliasFile;
    const file = path === undefined ? undefined : { path, text: readText(path) };
    if (file !== undefined) applyAliasFile(file, aliases as Record<string, readonly string[]>, engine);
    else engine.routing.setAliases({ aliases });
    await this.#beginBudgets(loaded, loader);
  }

  /** A lockfile takes the place of names that nobody wrote. */
  #defaultsOf(providers: readonly ProviderConfig[], cards?: Registry): Record<string, readonly string[]> {
    const { engine, registry } = this.#parts;
    if (engine.routing.lockfile !== undefined) return {};
    return defaultAliases(cards === undefined ? registry : joinRegistries(registry, cards), providers);
  }

  async #beginBudgets({ effective }: Loaded, loader: ConfigurationLoader): Promise<void> {
    const { engine } = this.#parts;
    if (!loader.definesBudgets || engine.limits === undefined) return;
    await engine.limits.apply(effective.budgets);
  }

  /** Everything that is wrong with it and can be known without reading a secret. */
  async problemsWith(loaded: Loaded): Promise<readonly ConfigurationProblem[]> {
    const { engine, configs } = this.#parts;
    const made = await configs.make(loaded.effective.providers);
    const { providers } = made;
    const cards = await this.#loadNewCards(providers);
    const aliases = { ...this.#defaultsOf(providers, cards), ...loaded.effective.aliases };
    const problems: PathProblem[] = [...made.problems];
    const wrong = problems.length > 0 ? [] : engine.problemsWith({ providers, aliases });
    for (const { path, says } of wrong) problems.push({ path, message: says });
    if (problems.length === 0) problems.push(...(await this.#budgetProblems(loaded, aliases, providers)));
    return problems.map((problem) => locateProblem(problem, loaded));
  }

  async #budgetProblems(
    { effective }: Loaded,
    aliases: AliasTable['aliases'],
    providers: readonly ProviderConfig[],
  ): Promise<PathProblem[]> {
    const { limits, routing } = this.#parts.engine;
    const names = new Set([...Object.keys(aliases), ...lockedAliases(routing)]);
    const isModel = (name: string): boolean => !routing.aliases.includes(name) && isKnown(routing, name);
    const isName = (name: string): boolean =>
      names.has(name) || namesProvider(name, providers) || isModel(name);
    const problems: PathProblem[] = [];
    for (const budget of effective.budgets) {
      const path = `budgets.${budget.id}`;
      if (budget.alias !== undefined && !isName(budget.alias))
        problems.push({
          path,
          message: `sends calls to \`${budget.alias}\`, which is neither an alias nor a model.`,
        });
      const kind = await limits?.problemWithKind(budget);
      if (kind !== undefined) problems.push({ path, message: `cannot be kept: ${kind}` });
    }
    return problems;
  }

  /** Throws a `FailedChange` when it cannot be done, with everything as it was. Returns the way back. */
  async apply(loaded: Loaded): Promise<() => Promise<void>> {
    const before = this.#inForce;
    const prepared = await this.#prepare(loaded);
    const { engine, settings, configs, setLogLevel } = this.#parts;
    const oldSettings = { ...settings };
    const use = (
      { providers, loaded: { effective } }: InForce,
      wanted: ServerSettings,
      cards?: Registry,
    ): void => {
      const aliases = { ...this.#defaultsOf(providers, cards), ...effective.aliases };
      engine.change({ ...changeOf(providers, aliases, wanted), ...(cards && { cards }) });
      changeSettings(settings, wanted);
      setLogLevel(settings.logLevel);
      configs.keep(providers);
    };
    const goBack = async (): Promise<void> => {
      use(before, oldSettings);
      this.#inForce = before;
      await engine.limits?.apply(before.loaded.effective.budgets);
    };
    try {
      use(prepared.next, prepared.settings, prepared.cards);
      this.#inForce = prepared.next;
      if (hasOtherBudgets(before.loaded, loaded)) await engine.limits?.apply(loaded.effective.budgets);
    } catch (error) {
      await goBack().catch(() => undefined);
      throw failedBy(error, loaded);
    }
    return goBack;
  }

  /** Providers that are there by variables alone. */
  valuesOfVariables(): readonly ConfigurationValue[] {
    const { loader, configs } = this.#parts;
    const { variables } = loader.environment;
    const named = this.#inForce.loaded.effective.providers;
    return configs.ofVariables
      .filter(({ name }) => !Object.hasOwn(named, name))
      .map(({ name }) => {
        const { key = [], address = [], meant = [] } = providerForms.get(name)?.environment ?? {};
        const variable = [...key, ...address, ...meant].find((each) => variables[each]) ?? '';
        return {
          path: `providers.${name}`,
          value: `env:${variable}`,
          origin: originOfVariable(variable, loader.environment),
        };
      });
  }

  /** What may fail for reasons that are not in the file. */
  async #prepare(loaded: Loaded): Promise<Prepared> {
    const { loader, configs } = this.#parts;
    try {
      const { environment, settings } = await loader.readSettings(loaded.effective);
      const made: MadeProviders = await loader.withSecrets(environment, (resolve) =>
        configs.make(loaded.effective.providers, resolve),
      );
      if (made.problems.length > 0)
        throw new FailedChange(made.problems.map((problem) => locateProblem(problem, loaded)));
      const cards = await this.#loadNewCards(made.providers);
      return { settings, cards, next: { loaded, providers: made.providers } };
    } catch (error) {
      throw failedBy(error, loaded);
    }
  }

  /** Of vendors that nobody had a provider of. */
  async #loadNewCards(providers: readonly ProviderConfig[]): Promise<Registry | undefined> {
    const { providers: first, loadCards } = this.#parts;
    const known = new Set([...first, ...this.#inForce.providers].map(vendorOf));
    const vendors = new Set(providers.map(vendorOf).filter((vendor) => !known.has(vendor)));
    return vendors.size === 0 ? undefined : loadCards(vendors);
  }
}

interface Prepared {
  readonly settings: ServerSettings;
  readonly cards: Registry | undefined;
  readonly next: InForce;
}

function changeOf(
  providers: readonly ProviderConfig[],
  aliases: AliasTable['aliases'],
  { logBodies, retentionDays }: ServerSettings,
): EngineChange {
  return {
    providers,
    aliases,
    logBodies,
    retention: { days: retentionDays },
  };
}

function hasOtherBudgets(before: Loaded, after: Loaded): boolean {
  return JSON.stringify(before.effective.budgets) !== JSON.stringify(after.effective.budgets);
}

function namesProvider(name: string, providers: readonly ProviderConfig[]): boolean {
  return providers.some(
    (provider) => name.startsWith(`${provider.name}:`) || name.startsWith(`${provider.name}/`),
  );
}

function isKnown(routing: Engine['routing'], name: string): boolean {
  try {
    routing.checkName(name);
    return true;
  } catch (error) {
    if (KeelsonError.is(error)) return false;
    throw error;
  }
}

function failedBy(error: unknown, { project }: Loaded): Error {
  if (error instanceof FailedChange) return error;
  const told = KeelsonError.is(error) ? `${error.message} ${error.hint}` : undefined;
  const message = error instanceof SettingError ? error.message : told;
  if (message === undefined)
    return error instanceof Error ? error : new Error('It could not be put in force.');
  const problem = { path: '', message, ...(project && { file: project.file }) };
  return new FailedChange([problem], { cause: error });
}

/** In every profile. */
function lockedAliases(routing: Engine['routing']): readonly string[] {
  if (routing.lockfile === undefined) return [];
  return routing.profiles.flatMap((profile) => routing.aliasesOf(profile));
}

function joinRegistries(one: Registry, other: Registry): Registry {
  return {
    cards: new Map([...one.cards, ...other.cards]),
    aliases: new Map([...one.aliases, ...other.aliases]),
  };
}

function vendorOf({ form }: ProviderConfig): string {
  return form.registry ?? form.name;
}
