// What holds in the end, and where each part of it comes from: flags before the environment, that before `.env`, the file of
// the project, the file of the user, and what is usual.
import type { AliasTable, BudgetDefinition } from '@keelson/engine';
import type { ProviderEntry } from './configuration-shape.ts';
import type { WholeEnvironment } from './dot-env.ts';
import { findPlace } from './problem.ts';
import { isObject, type PlainValue } from './read-document.ts';
import { type SettingRow, settingRows } from './setting-rows.ts';
import type { ReadConfiguration } from './written-configuration.ts';

export type Origin =
  | { readonly layer: 'flag'; readonly name: string }
  | { readonly layer: 'environment'; readonly name: string }
  | { readonly layer: '.env'; readonly name: string; readonly file: string }
  | {
      readonly layer: 'project file' | 'user file';
      readonly file: string;
      readonly line: number;
      readonly column: number;
    }
  | { readonly layer: 'default' };

/** One value as it may be shown: references in place of secrets. */
export interface ConfigurationValue {
  readonly path: string;
  readonly value: PlainValue;
  readonly origin: Origin;
}

export interface Layers {
  /** By path, as texts; those of the command line. */
  readonly flags?: Readonly<Record<string, string>>;
  readonly environment: WholeEnvironment;
  readonly project?: ReadConfiguration;
  readonly user?: ReadConfiguration;
  /** What the files that variables name hold. */
  readonly aliasFile?: AliasTable['aliases'];
  readonly budgetFile?: readonly BudgetDefinition[];
}

export interface Effective {
  /** By path, in the order in which people look for them. */
  readonly values: ReadonlyMap<string, ConfigurationValue>;
  /** Those of a row that a file or a flag decides, by variable. */
  readonly settings: ReadonlyMap<
    string,
    { readonly row: SettingRow; readonly value: unknown; readonly from: Origin }
  >;
  readonly aliases: AliasTable['aliases'];
  readonly budgets: readonly BudgetDefinition[];
  readonly providers: Readonly<Record<string, ProviderEntry>>;
}

type Settled = Map<string, ConfigurationValue>;

export function layOver(layers: Layers): Effective {
  const values: Settled = new Map();
  const settings = new Map<string, { row: SettingRow; value: unknown; from: Origin }>();
  for (const row of settingRows) settle(row, layers, { values, settings });
  const providers = collect(layers, 'providers', values);
  const aliases = collect(layers, 'aliases', values, layers.aliasFile);
  const budgets = collectBudgets(layers, values);
  return {
    values,
    settings,
    aliases: aliases as AliasTable['aliases'],
    budgets,
    providers: providers as Readonly<Record<string, ProviderEntry>>,
  };
}

interface Settling {
  readonly values: Settled;
  readonly settings: Map<string, { row: SettingRow; value: unknown; from: Origin }>;
}

function settle(row: SettingRow, layers: Layers, { values, settings }: Settling): void {
  const { path, variable } = row;
  const found = find(row, layers);
  if (found === undefined) return;
  values.set(path, { path, value: found.shown, origin: found.origin });
  if ('value' in found) settings.set(variable, { row, value: found.value, from: found.origin });
}

interface Found {
  readonly shown: PlainValue;
  readonly origin: Origin;
  /** Where it is not in a variable anyway. */
  readonly value?: unknown;
}

function find({ path, variable, isSecret = false, usual }: SettingRow, layers: Layers): Found | undefined {
  const { flags = {}, environment } = layers;
  const flag = Object.hasOwn(flags, path) ? flags[path] : undefined;
  if (flag !== undefined)
    return { shown: isSecret ? '[secret]' : flag, value: flag, origin: { layer: 'flag', name: path } };
  const said = environment.variables[variable];
  if (said)
    return { shown: isSecret ? `env:${variable}` : said, origin: originOfVariable(variable, environment) };
  for (const layer of ['project', 'user'] as const) {
    const file = layers[layer];
    const value = file && findValue(file.content, path);
    if (file === undefined || value === undefined) continue;
    const shown = (findValue(file.shown, path) ?? null) as PlainValue;
    return { shown, value, origin: originInFile(layer, file, path) };
  }
  return usual === undefined ? undefined : { shown: usual, origin: { layer: 'default' } };
}

export function originOfVariable(name: string, { fromFile, file }: WholeEnvironment): Origin {
  return fromFile.has(name) ? { layer: '.env', name, file } : { layer: 'environment', name };
}

function originInFile(layer: 'project' | 'user', { file, places }: ReadConfiguration, path: string): Origin {
  const { line = 1, column = 1 } = findPlace(places, path) ?? {};
  return { layer: `${layer} file`, file, line, column };
}

function findValue(content: unknown, path: string): unknown {
  let at: unknown = content;
  for (const step of path.split('.')) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return at;
}

/** Of things with names: each name as a whole comes from the highest place that has it. */
function collect(
  layers: Layers,
  section: 'providers' | 'aliases',
  values: Settled,
  fromVariable: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const layer of ['user', 'project'] as const) {
    const file = layers[layer];
    if (file === undefined) continue;
    const shown = (file.shown[section] ?? {}) as Readonly<Record<string, PlainValue>>;
    for (const [name, value] of Object.entries(file.content[section] ?? {})) {
      found[name] = value;
      const path = `${section}.${name}`;
      values.set(path, { path, value: shown[name] ?? null, origin: originInFile(layer, file, path) });
    }
  }
  for (const [name, value] of Object.entries(fromVariable)) {
    found[name] = value;
    const path = `${section}.${name}`;
    const origin = originOfVariable('KEELSON_ALIASES', layers.environment);
    values.set(path, { path, value: value as PlainValue, origin });
  }
  return found;
}

function collectBudgets(layers: Layers, values: Settled): readonly BudgetDefinition[] {
  const found = new Map<string, BudgetDefinition>();
  const put = (budget: BudgetDefinition, shown: PlainValue, origin: Origin): void => {
    const path = `budgets.${budget.id}`;
    found.set(budget.id, budget);
    values.set(path, { path, value: shown, origin });
  };
  for (const layer of ['user', 'project'] as const) {
    const file = layers[layer];
    const shown = (file?.shown.budgets ?? []) as readonly PlainValue[];
    for (const [index, budget] of (file?.content.budgets ?? []).entries()) {
      const origin = originInFile(layer, file as ReadConfiguration, `budgets[${index}]`);
      put(budget as BudgetDefinition, shown[index] ?? null, origin);
    }
  }
  for (const budget of layers.budgetFile ?? [])
    put(budget, budget as unknown as PlainValue, originOfVariable('KEELSON_BUDGETS', layers.environment));
  return [...found.values()];
}
