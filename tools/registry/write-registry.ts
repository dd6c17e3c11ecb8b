/**
 * Writes the bundled registry anew: `node tools/registry/write-registry.ts FACTS.json [PRICES.json]`. What stands in a file
 * already was read by people and stays; models that it lacks are added, and every row says what nobody knows of it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  hashRegistryContent,
  type Json,
  type JsonObject,
  type ModelCard,
  missingPrices,
  readWholeRegistryFile,
  unstated,
} from '@keelson/core';
import { type Fact, rowOf } from './rows-from-facts.ts';
import { type ListedProvider, pricesByName, rowsOfHosts } from './rows-from-price-list.ts';

const folder = new URL('../../packages/core/src/registry/bundled/', import.meta.url);

/** No provider of ours: voices and transcription sold by the minute. */
const leftOut: ReadonlySet<string> = new Set(['deepgram', 'elevenlabs']);

const sources: Readonly<Record<string, { readonly name: string; readonly date: string }>> = {
  catalogue: { name: 'a catalogue that lists the model by its own name', date: '2026-08-18' },
  'vendor-list': { name: 'the list that the vendor itself publishes', date: '2026-08-18' },
  edition: { name: 'the model that this is a dated edition of', date: '2026-08-18' },
  openai: { name: 'what OpenAI asks, where Azure asks the same', date: '2026-08-18' },
  'genai-prices': { name: 'genai-prices 0.1.8', date: '2026-09-23' },
};

const day = '2026-08-18';
const laterDay = '2026-09-23';

type Rows = Map<string, JsonObject>;

function fileOf(provider: string): URL {
  return new URL(`${provider.replaceAll('_', '-')}.json`, folder);
}

function readRows(provider: string): Rows {
  const file = fileOf(provider);
  if (!existsSync(file)) return new Map();
  const { models } = JSON.parse(readFileSync(file, 'utf8')) as { models: Record<string, JsonObject> };
  return new Map(Object.entries(models));
}

const datedName = /[-@]20\d{2}-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$/;

const placeName = /^(us|us-gov|eu|apac|au|jp|ca|sa|me|af|global)\./;

const identity: ReadonlySet<string> = new Set([
  'provider',
  'model_name',
  'display_name',
  'source',
  'unknown',
]);

/** A dated edition is as its model, unless something is stated of itself. */
function fromModel(
  row: JsonObject,
  name: string,
  rows: ReadonlyMap<string, JsonObject>,
  source: string,
): JsonObject {
  const { provider } = row;
  const stated = rows.get(`${String(provider)}:${name}`);
  if (stated === undefined || hasPrice(row)) return row;
  const inherited = Object.entries(stated).filter(([field]) => !identity.has(field));
  return { ...row, ...Object.fromEntries(inherited), source };
}

const hasPrice = (row: JsonObject): boolean =>
  Object.keys(row).some((field) => field.startsWith('dollars_per_'));

/** Azure's list says little of its models; where its prices are OpenAI's, the rest is OpenAI's too. */
function azureRow(fact: Fact, openai: ReadonlyMap<string, JsonObject>): JsonObject | undefined {
  const name = fact.id.replace(datedName, '');
  const stated = openai.get(`openai:${fact.id}`) ?? openai.get(`openai:${name}`);
  const { input_per_million: input, output_per_million: output } = fact.pricing?.text_tokens?.standard ?? {};
  if (stated === undefined || stated.dollars_per_million_tokens_input !== input) return undefined;
  if (stated.dollars_per_million_tokens_output !== output && stated.api_endpoint !== 'embeddings')
    return undefined;
  const kept = Object.entries(stated).filter(
    ([field]) =>
      !identity.has(field) && !/_cache_(read|write)|_long_context/.test(field) && !/threshold/.test(field),
  );
  const cached = fact.pricing?.text_tokens?.standard?.cache_read_input_per_million;
  const isSame = cached !== undefined && cached === stated.dollars_per_million_tokens_cache_read;
  return {
    provider: 'azure',
    model_name: fact.id,
    display_name: fact.name,
    ...Object.fromEntries(kept),
    ...(isSame && { dollars_per_million_tokens_cache_read: cached }),
    source: 'openai',
  };
}

function gatherRows(facts: readonly Fact[], list: readonly ListedProvider[]): ReadonlyMap<string, Rows> {
  const byProvider = new Map<string, Rows>();
  const rowsFor = (provider: string): Rows => {
    const rows = byProvider.get(provider) ?? readRows(provider);
    byProvider.set(provider, rows);
    return rows;
  };
  const listed = pricesByName(list);
  const add = (row: JsonObject): void => {
    const key = `${String(row.provider)}:${String(row.model_name)}`;
    const rows = rowsFor(String(row.provider));
    const former = rows.get(key);
    // What was there has its own source; it is named where it never was.
    rows.set(
      key,
      former === undefined ? row : { ...former, source: former.source ?? row.source ?? 'catalogue' },
    );
  };
  for (const fact of facts) {
    if (leftOut.has(fact.provider) || fact.provider === 'azure') continue;
    const row = rowOf(fact);
    const rows = rowsFor(fact.provider);
    const place = fact.provider === 'bedrock' ? fact.id.replace(placeName, '') : fact.id;
    // Without a price of its own it would only hide the one that holds everywhere.
    if (place !== fact.id && !hasPrice(row) && rows.has(`bedrock:${place}`)) continue;
    const whole = fromModel(row, fact.id.replace(datedName, ''), rows, 'edition');
    const prices = hasPrice(whole) ? undefined : listed.get(`${fact.provider}:${fact.id}`);
    add(prices === undefined ? whole : { ...whole, ...prices, source: 'genai-prices' });
  }
  const openai = rowsFor('openai');
  for (const fact of facts) {
    const row = fact.provider === 'azure' ? azureRow(fact, openai) : undefined;
    if (row !== undefined) add(row);
  }
  for (const row of rowsOfHosts(list)) add(row);
  return byProvider;
}

function sayUnknown(provider: string, row: JsonObject): JsonObject {
  const { unknown: _, ...stated } = row;
  const key = `${provider}:${String(row.model_name)}`;
  const [card] = readWholeRegistryFile({ provider, version: 1, models: { [key]: stated } }).cards;
  const unknown = unstated(card as ModelCard);
  return unknown.length === 0 ? stated : { ...stated, unknown: [...unknown] };
}

/** A row to a line: half as long as indented, and a change of one model is a change of one line. */
function renderFile(provider: string, rows: Rows): string {
  const models = Object.fromEntries(
    [...rows]
      .map(
        ([key, row]) =>
          [key, sayUnknown(provider, { ...row, source: row.source ?? defaultSource(provider) })] as const,
      )
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const used = new Set(Object.values(models).map(({ source }) => String(source)));
  const named = Object.fromEntries(Object.entries(sources).filter(([id]) => used.has(id)));
  const head = {
    provider,
    version: 1,
    updated_at: used.has('genai-prices') ? laterDay : day,
    sources: named,
  };
  const hash = hashRegistryContent({ ...head, models } as unknown as JsonObject);
  const fields = Object.entries({ ...head, content_sha256_jcs: hash }).map(
    ([field, value]) => `  ${text(field)}: ${text(value)},\n`,
  );
  const lines = Object.entries(models).map(([key, row]) => `    ${text(key)}: ${text(row)}`);
  return `{\n${fields.join('')}  "models": {\n${lines.join(',\n')}\n  }\n}\n`;
}

const defaultSource = (provider: string): string => (provider === 'azure' ? 'openai' : 'catalogue');

const text = (value: unknown): string => JSON.stringify(value);

const [factsPath, listPath] = process.argv.slice(2);
if (factsPath === undefined) throw new Error('Name the file of facts.');
const readJson = (path: string): Json => JSON.parse(readFileSync(path, 'utf8')) as Json;
const facts = readJson(factsPath) as unknown as Fact[];
const list = listPath === undefined ? [] : (readJson(listPath) as unknown as ListedProvider[]);
for (const [provider, rows] of gatherRows(facts, list)) {
  const written = renderFile(provider, rows);
  writeFileSync(fileOf(provider), written);
  const { cards } = readWholeRegistryFile(JSON.parse(written));
  const priced = cards.filter((card) => missingPrices(card).length === 0).length;
  console.log(`${provider}: ${cards.length} models, ${priced} priced, ${written.length} bytes`);
}
