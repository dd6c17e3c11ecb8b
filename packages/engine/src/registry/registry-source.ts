/** What a place of registry files is, wherever it lies: the current file of a provider, archived ones, and the manifest. */
import {
  isJsonObject,
  type JsonObject,
  KeelsonError,
  type ReadRegistryText,
  type ReadTextOptions,
} from '@keelson/core';

export interface SourcedFile extends ReadRegistryText {
  /** A path, an address, or `bundled`. */
  readonly from: string;
  /** `stale`: the source could not be read just now, and this is what it said before. */
  readonly freshness: 'bundled' | 'read' | 'fetched' | 'cached' | 'stale';
  /** When it came from its source, in milliseconds since 1970. */
  readonly readAt?: number;
  /** Why it is stale, for people. */
  readonly says?: string;
}

export interface RegistrySource {
  /** As it was written in the settings. */
  readonly name: string;
  /** Undefined where the source has no such file; whatever else goes wrong is thrown. */
  current(provider: string): Promise<SourcedFile | undefined>;
  version(provider: string, version: number): Promise<SourcedFile | undefined>;
  manifest(): Promise<JsonObject | undefined>;
  /** Of which it has files; undefined where it does not say, so that each must be asked for. */
  providers(): Promise<readonly string[] | undefined>;
}

export type DigestRule = NonNullable<ReadTextOptions['wrongDigest']>;

const providerForm = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Where a file lies below the source, as LLMRing has it too. */
export function placeOf(provider: string, version?: number): string {
  if (!providerForm.test(provider)) {
    throw new KeelsonError('configuration_invalid', `\`${provider}\` is no name of a provider.`, {
      hint: 'Write it as in the registry, such as `openai`.',
      details: { field: 'provider' },
    });
  }
  if (version === undefined) return `${provider}/models.json`;
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new KeelsonError('configuration_invalid', `${version} is no version of a registry file.`, {
      hint: 'Versions are whole numbers from 1.',
      details: { field: 'version' },
    });
  }
  return `${provider}/v/${version}/models.json`;
}

/** As `buildManifest` writes it; other manifests are not understood, which is no fault of theirs. */
export function providersOfManifest(manifest: JsonObject | undefined): readonly string[] | undefined {
  const providers = manifest?.providers;
  return isJsonObject(providers)
    ? Object.keys(providers).filter((name) => providerForm.test(name))
    : undefined;
}

export const manifestPlace = 'manifest.json';
