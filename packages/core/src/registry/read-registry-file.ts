/**
 * A registry file, read into model cards. A row that is malformed is left out and told as a problem; what to do about
 * problems is the caller's business. Where the file comes from does not belong here.
 */
import { KeelsonError } from '../errors/index.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject, sha256Hex } from '../json/index.ts';
import { known } from '../message/index.ts';
import { importOldPrices } from './import-old-prices.ts';
import type { CardSource, LifeCycle, ModelCard, ModelLimits } from './model-card.ts';
import { isPriceField, readPriceRow } from './read-price-row.ts';
import { type RegistryProblem, RowReader } from './row-reader.ts';

export interface RegistryFile {
  readonly provider: string;
  readonly version: number;
  readonly updatedAt?: string;
  readonly contentHash?: string;
  readonly cards: readonly ModelCard[];
  /** Rows that were left out, and why. Empty for a file that is wholly well-formed. */
  readonly problems: readonly RegistryProblem[];
  /** What was read although it is not as it should be. */
  readonly warnings: readonly RegistryProblem[];
}

const abilityPrefix = 'supports_';
const providerForm = /^[a-z0-9][a-z0-9_-]*$/;
const modelForm = /^[^\s\p{Cc}]{1,256}$/u;

/** Throws `configuration_invalid` where the file as a whole makes no sense; single rows become problems. */
export function readRegistryFile(json: Json): RegistryFile {
  if (!isJsonObject(json)) throw refusal('registry', 'A registry file must be a JSON object.');
  const { provider, version, updated_at: updatedAt, content_sha256_jcs: contentHash, models } = json;
  if (typeof provider !== 'string' || !providerForm.test(provider))
    throw refusal('provider', '`provider` must be a lower-case name such as `openai`.');
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
    throw refusal('version', '`version` must be a whole number from 1.');
  if (!isJsonObject(models))
    throw refusal(
      'models',
      '`models` must be an object by `provider:model_name`, not a list or anything else.',
    );
  const cards: ModelCard[] = [];
  const problems: RegistryProblem[] = [];
  const warnings: RegistryProblem[] = [];
  const sources = readSources(json.sources, updatedAt);
  for (const [key, row] of Object.entries(models)) {
    const read = readRow({ key, row: row as Json, provider, version, sources, warnings });
    if (Array.isArray(read)) problems.push(...read);
    else cards.push(read as ModelCard);
  }
  return {
    provider,
    version,
    ...known({ updatedAt: textOf(updatedAt), contentHash: textOf(contentHash) }),
    cards,
    problems,
    warnings,
  };
}

/** As `readRegistryFile`, for callers that take a file whole or not at all: the first problem is thrown. */
export function readWholeRegistryFile(json: Json): RegistryFile {
  const file = readRegistryFile(json);
  const [problem] = file.problems;
  if (problem === undefined) return file;
  const more = file.problems.length - 1;
  const field = [problem.row, problem.field].filter((part) => part !== undefined).join('.');
  throw refusal(field, `${problem.says}${more > 0 ? ` (${more} more problems in this file.)` : ''}`);
}

/** What `content_sha256_jcs` must be: the hash of the file without that field, by RFC 8785. */
export function hashRegistryContent(json: JsonObject): string {
  const { content_sha256_jcs: _hash, ...content } = json;
  return sha256Hex(canonicalJson(content));
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

function refusal(field: string, message: string): KeelsonError {
  return new KeelsonError('configuration_invalid', message, {
    hint: 'Correct the registry file; docs/registry.md describes its shape.',
    details: { field },
  });
}

interface Row {
  readonly key: string;
  readonly row: Json;
  readonly provider: string;
  readonly version: number;
  readonly sources: ReadonlyMap<string, CardSource>;
  readonly warnings: RegistryProblem[];
}

/** The card, or what is wrong with the row. */
function readRow({
  key,
  row: written,
  provider,
  version,
  sources,
  warnings,
}: Row): ModelCard | RegistryProblem[] {
  const colon = key.indexOf(':');
  const model = key.slice(colon + 1);
  if (colon < 1 || key.slice(0, colon) !== provider || !modelForm.test(model))
    return [{ row: key, says: `The key \`${key}\` must have the form \`${provider}:model_name\`.` }];
  if (!isJsonObject(written)) return [{ row: key, says: `\`${key}\` must be an object.` }];
  const first = new RowReader(key, written);
  const row = importOldPrices(written, first);
  const reader = row === written ? first : new RowReader(key, row);
  expectSame(reader, 'provider', provider);
  expectSame(reader, 'model_name', model);
  const card: ModelCard = {
    key,
    provider,
    model,
    ...known({
      displayName: reader.text('display_name'),
      family: reader.text('model_family'),
      endpoint: reader.text('api_endpoint'),
    }),
    aliases: readAliases(reader),
    limits: readLimits(reader),
    abilities: readAbilities(row, reader),
    prices: readPriceRow(row, reader),
    lifeCycle: readLifeCycle(reader),
    ...known({ source: readSource(reader, sources) }),
    unknown: readUnknown(reader),
    registryVersion: version,
    row,
  };
  const problems = reader === first ? first.problems : [...first.problems, ...reader.problems];
  if (problems.length > 0) return problems;
  warnings.push(...first.warnings);
  return card;
}

/** Files of other registries hold all kinds of things there, so nothing is refused. */
function readSources(value: Json | undefined, updatedAt: Json | undefined): ReadonlyMap<string, CardSource> {
  const sources = new Map<string, CardSource>();
  if (!isJsonObject(value)) return sources;
  for (const [id, source] of Object.entries(value)) {
    if (!isJsonObject(source as Json)) continue;
    const { name, date = updatedAt } = source as JsonObject;
    sources.set(id, { name: textOf(name) ?? id, ...known({ date: textOf(date) }) });
  }
  return sources;
}

function readSource(reader: RowReader, sources: ReadonlyMap<string, CardSource>): CardSource | undefined {
  const id = reader.text('source');
  return id === undefined ? undefined : (sources.get(id) ?? { name: id });
}

const groups: Readonly<Record<string, (field: string) => boolean>> = {
  limits: (field) => limitFields.has(field),
  abilities: (field) => field.startsWith(abilityPrefix) && !isPriceField(field),
  prices: isPriceField,
};

const limitFields: ReadonlySet<string> = new Set([
  'context_window_tokens',
  'max_input_tokens',
  'max_output_tokens',
]);

function readUnknown(reader: RowReader): readonly string[] {
  const unknown = reader.texts('unknown');
  for (const name of unknown) {
    const isOfGroup = Object.hasOwn(groups, name) ? groups[name] : undefined;
    const stated = reader.fields().find((field) => isOfGroup?.(field) ?? field === name);
    if (stated !== undefined) reader.complain('unknown', `names \`${name}\`, but \`${stated}\` is stated`);
  }
  return unknown;
}

function expectSame(reader: RowReader, field: string, expected: string): void {
  const value = reader.text(field);
  if (value !== undefined && value !== expected)
    reader.complain(field, `must be \`${expected}\`, as in its key`);
}

function readAliases(reader: RowReader): readonly string[] {
  const aliases = reader.texts('model_aliases');
  if (!aliases.every((alias) => modelForm.test(alias)))
    reader.complain('model_aliases', 'holds a name that no model can have');
  return aliases;
}

function readLimits(reader: RowReader): ModelLimits {
  const maxInput = reader.count('max_input_tokens');
  const maxOutput = reader.count('max_output_tokens');
  // Registries without the window itself define the input as what the output leaves of it.
  const sum = maxInput === undefined || maxOutput === undefined ? undefined : maxInput + maxOutput;
  const contextWindow = reader.count('context_window_tokens') ?? sum;
  return known({ contextWindow, maxInput, maxOutput, maxTools: reader.count('max_tools') });
}

function readAbilities(row: JsonObject, reader: RowReader): Record<string, boolean> {
  const abilities: Record<string, boolean> = {};
  for (const field of Object.keys(row)) {
    if (!field.startsWith(abilityPrefix) || field === 'supports_long_context_pricing') continue;
    const value = reader.flag(field);
    if (value !== undefined) abilities[field.slice(abilityPrefix.length)] = value;
  }
  const reasons = reader.flag('is_reasoning_model');
  return { ...known({ thinking: reasons }), ...abilities };
}

function readLifeCycle(reader: RowReader): LifeCycle {
  const deprecatedDate = reader.date('deprecated_date');
  return {
    isActive: reader.flag('is_active') ?? true,
    isDeprecated: reader.flag('is_deprecated') ?? deprecatedDate !== undefined,
    ...known({
      releaseDate: reader.date('release_date'),
      addedDate: reader.date('added_date'),
      deprecatedDate,
    }),
  };
}
