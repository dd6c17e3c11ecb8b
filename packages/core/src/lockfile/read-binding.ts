/** One binding of an `llmring.lock`, in any of its forms, as an alias of ours. */
import { isJsonObject, type Json } from '../json/index.ts';
import { known } from '../message/index.ts';
import type { Constraint, LockedAlias, PoolEntry, RequestDefaults } from './lockfile.ts';
import { matchForm } from './match-models.ts';
import type { MigrationNote } from './migration-note.ts';
import { readReference } from './model-reference.ts';
import { pathText } from './path-text.ts';
import type { TableReader } from './table-reader.ts';

export interface Binding {
  readonly name: string;
  readonly alias: LockedAlias;
  /** Whether it named a list of models. */
  readonly isPool: boolean;
}

type Tell = (note: MigrationNote) => void;

const bindingKeys = ['alias', 'provider', 'model', 'models', 'constraints', 'rationale', 'description'];
/** What constraints say of requests, under their names in LLMRing and under ours. */
const requestKeys = ['temperature', 'top_p', 'max_tokens', 'reasoning_effort', 'reasoning_tokens'];
const limitKeys = ['min_context', 'max_cost', 'needs'];

export function readBinding(holder: TableReader, index: number, item: Json, tell: Tell): Binding | undefined {
  if (!isJsonObject(item)) {
    holder.complain(['bindings', index], 'must be a table');
    return undefined;
  }
  const reader = holder.at(item, ['bindings', index]);
  const name = reader.text('alias');
  if (name === undefined || name.trim() === '' || /\s/.test(name))
    reader.complain(name === undefined ? [] : ['alias'], 'must have an `alias` without blanks');
  dropUnknown(reader, bindingKeys, tell, 'is nothing that LLMRing knew');
  const constraints = reader.inner('constraints');
  if (constraints !== undefined) dropUnknown(constraints, [...requestKeys, ...limitKeys], tell);
  const limits = constraints && readLimits(constraints);
  const models = readModels(reader).map((model) => entryOf(reader, model, limits, tell));
  const defaults = constraints && readDefaults(constraints);
  const description = reader.text('description') ?? reader.text('rationale');
  const alias = {
    ...known({ description }),
    models,
    ...(defaults !== undefined && Object.keys(defaults).length > 0 && { defaults }),
  };
  return name === undefined ? undefined : { name, alias, isPool: reader.peek('models') !== undefined };
}

/** References; a pool may be one text with commas. */
function readModels(reader: TableReader): readonly string[] {
  const pool = reader.peek('models');
  if (typeof pool === 'string') return pool.split(',').map((model) => model.trim());
  if (pool !== undefined) {
    const models = reader.texts('models') ?? [];
    if (models.length === 0) reader.complain(['models'], 'must name at least one model');
    return models;
  }
  const model = reader.text('model');
  const provider = reader.text('provider');
  if (model === undefined) {
    reader.complain([], 'names no model', 'Write `models = ["provider:model"]`.');
    return [];
  }
  return [provider === undefined ? model : `${provider}:${model}`];
}

function entryOf(
  reader: TableReader,
  model: string,
  limits: Partial<Constraint> | undefined,
  tell: Tell,
): PoolEntry {
  const reference = model.replace(/^google:/, 'gemini:');
  const path = pathText(reader.path);
  if (reference !== model) tell({ kind: 'renamed', path, says: `\`${model}\` is \`${reference}\` here` });
  if (matchForm.test(reference)) return { match: reference, ...limits };
  if (readReference(reference) === undefined || reference.includes('*'))
    reader.complain([], `names \`${model}\`, which is no model`, 'Write `provider:model`.');
  if (limits !== undefined && Object.keys(limits).length > 0)
    tell({ kind: 'dropped', path, says: `limits say nothing about \`${reference}\`, which is one model` });
  return reference;
}

function readLimits(constraints: TableReader): Partial<Constraint> {
  return known({
    minContext: constraints.count('min_context', 1),
    maxCost: constraints.amount('max_cost', 0, Number.MAX_VALUE),
    needs: constraints.texts('needs'),
  });
}

function readDefaults(constraints: TableReader): RequestDefaults {
  const effort = constraints.text('reasoning_effort');
  const budgetTokens = constraints.count('reasoning_tokens');
  const budget = budgetTokens === undefined ? undefined : { budgetTokens };
  return known({
    temperature: constraints.amount('temperature', 0, 2),
    topP: constraints.amount('top_p', 0, 1),
    maxTokens: constraints.count('max_tokens', 1),
    reasoning: effort === undefined ? budget : { effort },
  });
}

const neverApplied = 'has no counterpart here; LLMRing stored it without applying it';

function dropUnknown(reader: TableReader, keys: readonly string[], tell: Tell, says = neverApplied): void {
  for (const key of Object.keys(reader.table)) {
    if (keys.includes(key)) continue;
    tell({ kind: 'dropped', path: pathText([...reader.path, key]), says });
  }
}
