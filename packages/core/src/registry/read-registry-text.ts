/**
 * A registry file as text from wherever, read with suspicion: bounded in size and depth, no key twice, and its content must be
 * what its digest says. Every refusal names the file.
 */
import { KeelsonError } from '../errors/index.ts';
import { isJsonObject, isWithinBounds, type JsonObject, parseJson } from '../json/index.ts';
import { findDuplicateKey } from './duplicate-key.ts';
import { hashRegistryContent, type RegistryFile, readRegistryFile } from './read-registry-file.ts';

/** In UTF-16 units; the largest file of the bundled registry has a third of a million. */
export const maxRegistryLength = 16 * 1024 * 1024;

const maxDepth = 16;

export interface ReadTextOptions {
  /** How the file is called in errors: a path or an address. */
  readonly name: string;
  /** Whose file it must be. */
  readonly provider?: string;
  /** Which version it must be, where one was asked for. */
  readonly version?: number;
  /** `tell` takes a file whose digest is wrong, and says so in `warnings`; LLMRing has published such files. */
  readonly wrongDigest?: 'refuse' | 'tell';
}

export interface ReadRegistryText extends RegistryFile {
  readonly json: JsonObject;
  /** Of the content, whether or not the file states it. */
  readonly digest: string;
}

export function readRegistryText(text: string, options: ReadTextOptions): ReadRegistryText {
  const json = readBounded(text, options.name);
  const file = readNamed(json, options.name);
  expectAsked(file, options);
  const digest = hashRegistryContent(json);
  const read = { ...file, json, digest };
  if (file.contentHash === undefined || file.contentHash === digest) return read;
  const says = `The registry file ${options.name} states the digest ${file.contentHash}, but its content has ${digest}.`;
  if (options.wrongDigest !== 'tell')
    throw refusal(says, 'It was changed after it was published: get it anew.');
  return { ...read, warnings: [...file.warnings, { field: 'content_sha256_jcs', says }] };
}

/** Any JSON of a registry, such as its manifest. */
export function readBounded(text: string, name: string): JsonObject {
  if (text.length > maxRegistryLength)
    throw refusal(`The registry file ${name} is longer than ${maxRegistryLength} characters.`);
  const json = parseJson(text, `registry file ${name}`);
  if (!isWithinBounds(json, maxDepth))
    throw refusal(`The registry file ${name} is nested deeper than ${maxDepth} levels.`);
  const twice = findDuplicateKey(text);
  if (twice !== undefined)
    throw refusal(
      `The registry file ${name} has the key \`${twice.key}\` twice (position ${twice.position}).`,
    );
  if (!isJsonObject(json)) throw refusal(`The registry file ${name} must be a JSON object.`);
  return json;
}

function readNamed(json: JsonObject, name: string): RegistryFile {
  try {
    return readRegistryFile(json);
  } catch (cause) {
    if (!KeelsonError.is(cause)) throw cause;
    throw named(cause, name);
  }
}

function named(cause: KeelsonError, name: string): KeelsonError {
  const { hint, details = {} } = cause;
  const says = `The registry file ${name} is refused: ${cause.message}`;
  return new KeelsonError('configuration_invalid', says, { hint, details, cause });
}

function expectAsked(file: RegistryFile, { name, provider, version }: ReadTextOptions): void {
  if (provider !== undefined && file.provider !== provider)
    throw refusal(`The registry file ${name} is of \`${file.provider}\`, not of \`${provider}\`.`);
  if (version !== undefined && file.version !== version)
    throw refusal(`The registry file ${name} is version ${file.version}, not ${version}.`);
}

function refusal(message: string, hint = 'Correct the registry file; docs/registry.md describes its shape.') {
  return new KeelsonError('configuration_invalid', message, { hint, details: { field: 'registry' } });
}
