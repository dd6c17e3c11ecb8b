/** What stands in a registry, computed from its files, so that it can never be older than they are. */
import {
  bundledProviders,
  canonicalJson,
  hashRegistryContent,
  isJsonObject,
  type JsonObject,
  sha256Hex,
} from '@keelson/core';
import { placeOf } from './registry-source.ts';

export async function buildManifest(
  load: (provider: string) => Promise<JsonObject | undefined>,
  providers: readonly string[] = bundledProviders,
): Promise<JsonObject> {
  const rows: Record<string, JsonObject> = {};
  for (const provider of [...providers].sort()) {
    const json = await load(provider);
    if (json !== undefined) rows[provider] = rowOf(provider, json);
  }
  const content = { schema_version: 1, providers: rows };
  return { ...content, content_sha256_jcs: sha256Hex(canonicalJson(content)) };
}

function rowOf(provider: string, json: JsonObject): JsonObject {
  const { version = 0, updated_at: updatedAt = null, content_sha256_jcs: stated, models } = json;
  return {
    version,
    updated_at: updatedAt,
    models: isJsonObject(models) ? Object.keys(models).length : 0,
    content_sha256_jcs: typeof stated === 'string' ? stated : hashRegistryContent(json),
    path: placeOf(provider),
    archive: placeOf(provider, Number(version)),
  };
}
