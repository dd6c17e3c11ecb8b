/** Reads one profile of a lockfile: its aliases, registry versions and pins. */
import { isJsonObject, type Json } from '../json/index.ts';
import { known } from '../message/index.ts';
import {
  type Constraint,
  type LockedAlias,
  type LockedProfile,
  type Pin,
  type PoolEntry,
  preferences,
  type RequestDefaults,
} from './lockfile.ts';
import { matchForm } from './match-models.ts';
import { readReference } from './model-reference.ts';
import { problemOfPrices } from './pin.ts';
import type { TableReader } from './table-reader.ts';

export function readProfile(reader: TableReader): LockedProfile {
  reader.only(['description', 'inherits', 'registry_versions', 'aliases', 'pins']);
  return {
    ...known({ description: reader.text('description'), inherits: reader.text('inherits') }),
    registryVersions: readVersions(reader),
    aliases: readAliases(reader),
    pins: readPins(reader),
  };
}

function readVersions(profile: TableReader): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  const reader = profile.inner('registry_versions');
  for (const provider of Object.keys(reader?.table ?? {})) {
    const version = reader?.count(provider, 1);
    if (version !== undefined) versions.set(provider, version);
  }
  return versions;
}

const aliasForm = /^[^\s\p{Cc}\p{Cs}]{1,200}$/u;

function readAliases(profile: TableReader): ReadonlyMap<string, LockedAlias> {
  const aliases = new Map<string, LockedAlias>();
  const reader = profile.inner('aliases');
  for (const [name, value] of Object.entries(reader?.table ?? {})) {
    if (reader === undefined) break;
    if (!aliasForm.test(name))
      reader.complain([name], 'must have a name without blanks, of at most 200 characters');
    const alias = readAlias(reader, name, value as Json);
    if (alias !== undefined) aliases.set(name, alias);
  }
  return aliases;
}

/** A model, a list of models, or a table. */
function readAlias(aliases: TableReader, name: string, value: Json): LockedAlias | undefined {
  if (typeof value === 'string') return { models: readPool(aliases, [name], [value]) };
  if (Array.isArray(value)) return { models: readPool(aliases, [name], value) };
  const reader = aliases.inner(name);
  if (reader === undefined) return undefined;
  reader.only(['description', 'models', 'defaults']);
  const models = reader.peek('models');
  if (models === undefined) reader.complain([], 'names no models', 'Write `models = ["provider:model"]`.');
  else if (!Array.isArray(models)) reader.complain(['models'], 'must be a list of models');
  const defaults = reader.inner('defaults');
  return {
    ...known({ description: reader.text('description') }),
    models: Array.isArray(models) ? readPool(reader, ['models'], models) : [],
    ...(defaults !== undefined && { defaults: readDefaults(defaults) }),
  };
}

function readPool(reader: TableReader, steps: readonly string[], items: readonly Json[]): PoolEntry[] {
  const pool: PoolEntry[] = [];
  if (items.length === 0) reader.complain(steps, 'is empty', 'Name at least one model.');
  for (const [index, item] of items.entries()) {
    const place = [...steps, index];
    if (typeof item === 'string') {
      if (pool.includes(item)) reader.complain(place, `names \`${item}\` twice`);
      checkModel(reader, place, item);
      pool.push(item);
    } else if (isJsonObject(item)) pool.push(readConstraint(reader.at(item, place)));
    else reader.complain(place, 'must be a model such as `openai:gpt-5`, or a table with `match`');
  }
  return pool;
}

function checkModel(reader: TableReader, steps: readonly (string | number)[], reference: string): void {
  if (readReference(reference) === undefined)
    reader.complain(
      steps,
      `is \`${reference}\`, which is no model`,
      'Write `provider:model`, such as `openai:gpt-5`.',
    );
  else if (reference.includes('*'))
    reader.complain(steps, 'holds a `*`', `Write \`{ match = "${reference}" }\` to choose among models.`);
}

function readConstraint(reader: TableReader): Constraint {
  reader.only(['match', 'min_context', 'min_output', 'max_cost', 'needs', 'prefer', 'locked']);
  const match = reader.text('match') ?? '';
  if (!matchForm.test(match))
    reader.complain(['match'], 'must say which models', 'Write `provider:*`, `provider:beginning*` or `*`.');
  const locked = reader.text('locked');
  if (locked !== undefined) checkModel(reader, ['locked'], locked);
  return {
    match,
    ...known({
      minContext: reader.count('min_context', 1),
      minOutput: reader.count('min_output', 1),
      maxCost: reader.amount('max_cost', 0, Number.MAX_VALUE),
      needs: reader.texts('needs'),
      prefer: reader.choice('prefer', preferences),
      locked,
    }),
  };
}

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

function readDefaults(reader: TableReader): RequestDefaults {
  reader.only(['temperature', 'top_p', 'max_tokens', 'reasoning']);
  return known({
    temperature: reader.amount('temperature', 0, 2),
    topP: reader.amount('top_p', 0, 1),
    maxTokens: reader.count('max_tokens', 1),
    reasoning: readReasoning(reader),
  });
}

/** A word, or so many tokens. */
function readReasoning(reader: TableReader): RequestDefaults['reasoning'] {
  const value = reader.peek('reasoning');
  if (typeof value === 'number') {
    const budgetTokens = reader.count('reasoning', 0);
    return budgetTokens === undefined ? undefined : { budgetTokens };
  }
  if (typeof value === 'string') {
    const effort = reader.choice('reasoning', efforts);
    return effort === undefined ? undefined : { effort };
  }
  if (value !== undefined)
    reader.complain(['reasoning'], 'must be a word such as `low`, or a number of tokens');
  return undefined;
}

function readPins(profile: TableReader): ReadonlyMap<string, Pin> {
  const pins = new Map<string, Pin>();
  const reader = profile.inner('pins');
  for (const reference of Object.keys(reader?.table ?? {})) {
    if (reader === undefined) break;
    checkModel(reader, [reference], reference);
    const pin = reader.inner(reference);
    if (pin !== undefined) pins.set(reference, readPin(pin));
  }
  return pins;
}

const pinKeys = [
  'model',
  'card',
  'registry_version',
  'unlisted',
  'context_window',
  'max_output',
  'abilities',
  'prices',
  'content_sha256',
  'locked_at',
];

function readPin(reader: TableReader): Pin {
  reader.only(pinKeys);
  const card = reader.text('card');
  if (card !== undefined) checkModel(reader, ['card'], card);
  const contentHash = reader.text('content_sha256');
  if (contentHash !== undefined && !/^[0-9a-f]{64}$/.test(contentHash))
    reader.complain(['content_sha256'], 'must be a SHA-256 in lower-case hexadecimal');
  const prices = reader.inner('prices')?.table;
  const wrong = prices === undefined ? undefined : problemOfPrices(prices);
  if (wrong !== undefined) reader.complain(['prices', wrong.field], wrong.says, 'Lock the file again.');
  return known({
    model: reader.text('model'),
    card,
    registryVersion: reader.count('registry_version', 1),
    isUnlisted: reader.flag('unlisted'),
    contextWindow: reader.count('context_window', 1),
    maxOutput: reader.count('max_output', 1),
    abilities: reader.texts('abilities')?.toSorted(),
    prices,
    contentHash,
    lockedAt: reader.text('locked_at'),
  });
}
