// Aliases of a shared profile as LLMRing's clients know them: rows with one model each. What a row cannot say, a pool or a
// constraint, stands in its `metadata`, so that nobody who reads it is told less than there is.
import {
  isJsonObject,
  type Json,
  type JsonObject,
  KeelsonError,
  type LockedAlias,
  type PoolEntry,
  parseJson,
  readReference,
} from '@keelson/core';
import { changeAliases, findProfile, type SharedProfile, type SharingDeps } from '@keelson/engine';
import type { ProjectCaller } from './project-caller.ts';

export interface BindingRow {
  readonly id: string;
  readonly project_id: string;
  readonly profile: string;
  readonly alias: string;
  /** `provider:model`; null where only what a model must be like was said, and none was chosen. */
  readonly model: string | null;
  readonly metadata: JsonObject;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Binding {
  readonly alias: string;
  readonly model: string;
  readonly metadata?: unknown;
}

/** None for a profile that nobody has shared. */
export async function listRows(
  deps: SharingDeps,
  place: { readonly workspace: string; readonly name: string },
): Promise<readonly BindingRow[]> {
  const shared = await findProfile(deps, place);
  if (shared === undefined) return [];
  const aliases = [...(shared.lockfile.profiles.get(place.name)?.aliases ?? [])];
  return aliases
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, alias]) => toRow(name, alias, shared));
}

export async function findRow(
  deps: SharingDeps,
  place: { readonly workspace: string; readonly name: string },
  alias: string,
): Promise<BindingRow | undefined> {
  return (await listRows(deps, place)).find((row) => row.alias === alias);
}

/** All in one revision, on top of whatever is there, as LLMRing's server did it. */
export async function bindRows(
  deps: SharingDeps,
  { caller, profile }: { readonly caller: ProjectCaller; readonly profile: string },
  bindings: readonly Binding[],
): Promise<void> {
  if (bindings.length === 0) return;
  await changeAliases(deps, {
    workspace: caller.workspace,
    name: profile,
    by: caller.keyId,
    client: 'llmring',
    bind: new Map(bindings.map((binding) => [binding.alias, toAlias(binding)])),
  });
}

function toAlias({ alias, model, metadata }: Binding): LockedAlias {
  const models = model.split(',').map((each) => each.trim());
  const wrong = models.find((each) => readReference(each) === undefined);
  if (wrong !== undefined)
    throw new KeelsonError(
      'invalid_request',
      `\`${alias.slice(0, 100)}\` names \`${wrong.slice(0, 100)}\`, which is no model.`,
      { hint: 'Write `provider:model`.', details: { field: 'body.model' } },
    );
  const isSaying = isJsonObject(metadata) && Object.keys(metadata).length > 0;
  return { models, ...(isSaying && { description: JSON.stringify(metadata) }) };
}

function toRow(name: string, alias: LockedAlias, { revision }: SharedProfile): BindingRow {
  const at = new Date(revision.at).toISOString();
  const models = alias.models.map(modelOf);
  const isMore = models.length > 1 || alias.models.some((entry) => typeof entry !== 'string');
  return {
    id: `${revision.name}/${name}`,
    project_id: revision.workspace,
    profile: revision.name,
    alias: name,
    model: models.find((model) => model !== null) ?? null,
    metadata: {
      ...metadataOf(alias),
      ...(isMore && { models: alias.models as unknown as Json }),
      ...(alias.defaults !== undefined && { defaults: alias.defaults as unknown as Json }),
    },
    created_at: at,
    updated_at: at,
  };
}

function modelOf(entry: PoolEntry): string | null {
  return typeof entry === 'string' ? entry : (entry.locked ?? null);
}

/** What a client of LLMRing has sent comes back as it was. */
function metadataOf({ description }: LockedAlias): JsonObject {
  if (description === undefined) return {};
  const parsed = description.startsWith('{') ? tryParse(description) : undefined;
  return isJsonObject(parsed) ? parsed : { description };
}

function tryParse(text: string): unknown {
  try {
    return parseJson(text, 'metadata');
  } catch {
    return undefined;
  }
}
