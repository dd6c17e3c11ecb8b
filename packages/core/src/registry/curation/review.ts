/** What a draft would change, field by field, for the person who decides; and a name for exactly that, so that the decision is of it. */
import {
  canonicalJson,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEqual,
  sha256Hex,
} from '../../json/index.ts';
import { comparePrices, type PriceChange } from '../price-changes.ts';
import { isPriceField } from '../read-price-row.ts';
import type { RegistryDraft } from './draft.ts';

export interface FieldChange {
  readonly field: string;
  readonly before?: Json;
  readonly after: Json;
}

export interface ModelReview {
  /** `provider:model_name`. */
  readonly model: string;
  readonly kind: 'added' | 'changed';
  readonly fields: readonly FieldChange[];
  /** Prices among the fields, with how much each rises. */
  readonly prices: readonly PriceChange[];
}

export interface DraftReview {
  readonly provider: string;
  readonly baseVersion: number;
  readonly models: readonly ModelReview[];
  /** In the file, and not in the draft. A draft removes nothing: what is gone is to be marked `is_active: false`. */
  readonly missing: readonly string[];
  /** SHA-256 of all of the above: an approval names it. */
  readonly digest: string;
}

export function reviewDraft(draft: RegistryDraft, current?: JsonObject): DraftReview {
  const former = modelsOf(current);
  const models = Object.entries(draft.models)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([model, row]) => reviewModel(model, row, former[model]));
  const missing = Object.keys(former)
    .filter((model) => !Object.hasOwn(draft.models, model))
    .sort();
  const { provider, baseVersion } = draft;
  const content = { provider, baseVersion, models, missing };
  return { ...content, digest: digestOf(draft, models) };
}

/** Of the changes alone; a rise of what was free is infinite, which JSON cannot say. */
function digestOf({ provider, baseVersion }: RegistryDraft, models: readonly ModelReview[]): string {
  const changes = models.map(({ model, kind, fields }) => ({ model, kind, fields }));
  return sha256Hex(canonicalJson({ provider, baseVersion, changes } as unknown as JsonObject));
}

export const modelsOf = (file: JsonObject | undefined): Readonly<Record<string, JsonObject>> =>
  isJsonObject(file?.models) ? (file.models as Readonly<Record<string, JsonObject>>) : {};

function reviewModel(model: string, row: JsonObject, former: JsonObject | undefined): ModelReview[] {
  const fields = statedFields(row).flatMap(([field, after]): FieldChange[] => {
    const before = former?.[field] ?? undefined;
    if (before !== undefined && jsonEqual(before, after)) return [];
    return [{ field, ...(before !== undefined && { before }), after }];
  });
  if (fields.length === 0) return [];
  const kind = former === undefined ? 'added' : 'changed';
  const prices = former === undefined ? [] : changedPrices(former, row);
  return [{ model, kind, fields, prices }];
}

/** Curation's own fields are written by promotion. */
const ownFields: ReadonlySet<string> = new Set(['source', 'unknown']);

export function statedFields(row: JsonObject): [string, Json][] {
  return Object.entries(row).filter(([field, value]) => value !== null && !ownFields.has(field)) as [
    string,
    Json,
  ][];
}

function changedPrices(former: JsonObject, row: JsonObject): readonly PriceChange[] {
  const stated = statedFields(row).filter(([field]) => isPriceField(field));
  const before = Object.fromEntries(stated.map(([field]) => [field, former[field] ?? null]));
  return comparePrices(before, Object.fromEntries(stated));
}
