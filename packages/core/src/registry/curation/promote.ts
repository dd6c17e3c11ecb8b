/**
 * Makes the next version of a registry file out of a draft, once a person has approved exactly what it changes. The former
 * version is handed back for the archive, and never changed.
 */
import { KeelsonError } from '../../errors/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import { hashRegistryContent, readWholeRegistryFile } from '../read-registry-file.ts';
import { unstated } from '../unstated.ts';
import type { RegistryDraft } from './draft.ts';
import { modelsOf, reviewDraft, statedFields } from './review.ts';

/** Who decided what, and when. It stays in the file. */
export interface Approval {
  /** A person, by whatever name they are known. */
  readonly by: string;
  /** Such as `2026-11-21`. */
  readonly on: string;
  /** `digest` of the review that the person has seen. */
  readonly review: string;
  /** The models that are taken over; all that changed when left out. */
  readonly models?: readonly string[];
}

export interface Promotion {
  /** The new file. */
  readonly file: JsonObject;
  readonly version: number;
  /** The models that changed. */
  readonly models: readonly string[];
}

export function promoteDraft(draft: RegistryDraft, approval: Approval, current?: JsonObject): Promotion {
  const review = reviewDraft(draft, current);
  const former = current === undefined ? undefined : readWholeRegistryFile(current);
  if ((former?.version ?? 0) !== draft.baseVersion)
    throw refusal(
      'conflict',
      `The draft of \`${draft.provider}\` was made against version ${draft.baseVersion}, and the file is at ${former?.version ?? 0}.`,
      'Draft it anew.',
    );
  checkApproval(approval, review.digest);
  const changed = review.models.map(({ model }) => model);
  const models = approval.models ?? changed;
  const stray = models.find((model) => !changed.includes(model));
  if (stray !== undefined)
    throw refusal(
      'configuration_invalid',
      `The draft does not change \`${stray}\`.`,
      'Name models of the review.',
    );
  if (models.length === 0)
    throw refusal('configuration_invalid', 'There is nothing to promote.', 'A version is made of changes.');
  const version = draft.baseVersion + 1;
  return { file: makeFile({ draft, approval, current, version, models }), version, models };
}

function checkApproval({ by, on, review }: Approval, digest: string): void {
  if (by.trim() === '') throw refusal('configuration_invalid', 'Nobody approved the draft.', 'Say who did.');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(on))
    throw refusal('configuration_invalid', `\`${on}\` is no day.`, 'Write it as 2026-11-21.');
  if (review !== digest)
    throw refusal(
      'conflict',
      'What was approved is not what the draft would change now.',
      'Review it again.',
    );
}

interface Making {
  readonly draft: RegistryDraft;
  readonly approval: Approval;
  readonly current: JsonObject | undefined;
  readonly version: number;
  readonly models: readonly string[];
}

function makeFile({ draft, approval, current, version, models }: Making): JsonObject {
  const { provider, source } = draft;
  const id = sourceId(draft, current);
  const rows = new Map(Object.entries(modelsOf(current)));
  for (const model of models) {
    const merged = {
      ...rows.get(model),
      ...Object.fromEntries(statedFields(draft.models[model] ?? {})),
      source: id,
    };
    rows.set(model, sayUnknown(provider, model, merged));
  }
  const { content_sha256_jcs: _hash, approvals, sources, ...head } = current ?? {};
  const recorded = {
    version,
    by: approval.by.trim(),
    on: approval.on,
    review: approval.review,
    models: [...models],
  };
  const content: JsonObject = {
    ...head,
    provider,
    version,
    updated_at: approval.on,
    sources: { ...(isJsonObject(sources) ? sources : {}), [id]: { ...source } },
    approvals: [...(Array.isArray(approvals) ? (approvals as Json[]) : []), recorded],
    models: Object.fromEntries([...rows].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
  const file = { ...content, content_sha256_jcs: hashRegistryContent(content) };
  readWholeRegistryFile(file);
  return file;
}

/** The name of the source, unless another one of the file has it already. */
function sourceId({ source, baseVersion }: RegistryDraft, current: JsonObject | undefined): string {
  const name =
    source.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'draft';
  const { sources } = current ?? {};
  return isJsonObject(sources) && Object.hasOwn(sources, name) ? `${name}-${baseVersion + 1}` : name;
}

function sayUnknown(provider: string, model: string, row: JsonObject): JsonObject {
  const { unknown: _, ...stated } = row;
  const [card] = readWholeRegistryFile({ provider, version: 1, models: { [model]: stated } }).cards;
  const unknown = card === undefined ? [] : unstated(card);
  return unknown.length === 0 ? stated : { ...stated, unknown };
}

function refusal(code: 'configuration_invalid' | 'conflict', message: string, hint: string): KeelsonError {
  return new KeelsonError(code, message, { hint, details: { field: 'draft' } });
}
