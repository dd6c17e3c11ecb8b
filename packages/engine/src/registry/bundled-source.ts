/** The registry that Keelson brings along, as a source: it is always there, and has one version of each file. */
import {
  bundledProviders,
  hashRegistryContent,
  isBundled,
  type JsonObject,
  loadBundledFile,
  loadBundledJson,
} from '@keelson/core';
import { buildManifest } from './build-manifest.ts';
import { placeOf, type RegistrySource, type SourcedFile } from './registry-source.ts';

export const bundledSource: RegistrySource = {
  name: 'bundled',
  current: readBundled,
  version: async (provider, version) => {
    const file = await readBundled(provider);
    return file?.version === version ? file : undefined;
  },
  manifest: () => buildManifest(loadJson),
  providers: async () => bundledProviders,
};

async function readBundled(provider: string): Promise<SourcedFile | undefined> {
  placeOf(provider);
  if (!isBundled(provider)) return undefined;
  const [json, file] = await Promise.all([loadBundledJson(provider), loadBundledFile(provider)]);
  // Packed with the code and tested there, so it is not hashed at every start.
  const digest = file.contentHash ?? hashRegistryContent(json);
  return { ...file, json, digest, from: 'bundled', freshness: 'bundled' };
}

async function loadJson(provider: string): Promise<JsonObject | undefined> {
  return isBundled(provider) ? loadBundledJson(provider) : undefined;
}
