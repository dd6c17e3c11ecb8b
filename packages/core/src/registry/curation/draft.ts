/**
 * A draft: what somebody or some list says of a provider's models, not yet looked at by a person. Drafts are no registry files:
 * they have no version, and nothing reads prices from them.
 */
import { KeelsonError } from '../../errors/index.ts';
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import { type RegistryFile, readRegistryFile } from '../read-registry-file.ts';

export interface RegistryDraft {
  readonly provider: string;
  /** The version of the file that it was made against; 0 where there was none. */
  readonly baseVersion: number;
  readonly source: { readonly name: string; readonly date: string };
  /** By `provider:model_name`. A field that is null or absent says nothing. */
  readonly models: Readonly<Record<string, JsonObject>>;
}

export interface DraftRequest {
  readonly provider: string;
  /** Rows with `provider` and `model_name`, of any providers; those of others are passed over. */
  readonly facts: Json;
  readonly source: { readonly name: string; readonly date: string };
  /** The file as it is, where there is one. */
  readonly current?: JsonObject;
}

/** Throws where a row makes no sense, because a draft that nobody could promote helps nobody. */
export function draftRegistry({ provider, facts, source, current }: DraftRequest): RegistryDraft {
  const models: Record<string, JsonObject> = {};
  for (const row of rowsOf(facts)) {
    if (row.provider !== provider) continue;
    const { model_name: name } = row;
    if (typeof name !== 'string') throw refusal(`A row of \`${provider}\` has no \`model_name\`.`);
    const key = `${provider}:${name}`;
    if (Object.hasOwn(models, key)) throw refusal(`The facts have \`${key}\` twice.`);
    setField(models, key, row);
  }
  const baseVersion = current === undefined ? 0 : readRegistryFile(current).version;
  const draft = { provider, baseVersion, source, models };
  const { problems } = fileOfDraft(draft);
  const [problem] = problems;
  if (problem !== undefined) throw refusal(problem.says);
  return draft;
}

/** A list of rows, or a registry file, whose rows are the facts. */
function rowsOf(facts: Json): readonly JsonObject[] {
  const rows = isJsonObject(facts) && isJsonObject(facts.models) ? Object.values(facts.models) : facts;
  if (!Array.isArray(rows) || !rows.every(isJsonObject))
    throw refusal('Facts must be a list of rows, or a registry file.');
  return rows;
}

export function renderDraft({ provider, baseVersion, source, models }: RegistryDraft): JsonObject {
  return { provider, draft_of_version: baseVersion, source: { ...source }, models };
}

export function readDraft(json: Json): RegistryDraft {
  if (!isJsonObject(json)) throw refusal('A draft must be a JSON object.');
  const { provider, draft_of_version: baseVersion, source, models } = json;
  if (typeof provider !== 'string' || typeof baseVersion !== 'number' || !isJsonObject(models))
    throw refusal('A draft needs `provider`, `draft_of_version` and `models`.');
  if (!isJsonObject(source) || typeof source.name !== 'string' || typeof source.date !== 'string')
    throw refusal('A draft needs a `source` with `name` and `date`.');
  const draft = {
    provider,
    baseVersion,
    source: { name: source.name, date: source.date },
    models: models as Readonly<Record<string, JsonObject>>,
  };
  const [problem] = fileOfDraft(draft).problems;
  if (problem !== undefined) throw refusal(problem.says);
  return draft;
}

const fileOfDraft = ({ provider, models }: RegistryDraft): RegistryFile =>
  readRegistryFile({ provider, version: 1, models });

function refusal(message: string): KeelsonError {
  return new KeelsonError('configuration_invalid', message, {
    hint: 'Correct the facts or the draft; docs/registry.md describes both.',
    details: { field: 'draft' },
  });
}
