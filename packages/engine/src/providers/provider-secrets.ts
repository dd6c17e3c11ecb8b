/** Every secret that a provider was configured with, so that nothing a vendor says repeats one of them. */
import { looseBodyValue } from '@keelson/core';
import { Redactor } from '../secrets/index.ts';
import type { ProviderConfig } from './provider-config.ts';

/** Headers of an operator that are secrets by their name. */
const secretHeader = /authorization|cookie|token|secret|password|key/i;
/** Fields of Google's files of credentials that are. */
const secretFields: ReadonlySet<string> = new Set(['private_key', 'client_secret', 'refresh_token']);

export function createRedactor({ headers = {}, ...config }: ProviderConfig): Redactor {
  const configured = secretsOf(config);
  const said = Object.entries(headers).flatMap(([name, value]) =>
    secretHeader.test(name) ? [value.replace(/^\s*(?:bearer|basic)\s+/i, '')] : [],
  );
  return new Redactor([...configured, ...said]);
}

/** Every text in them that nobody may repeat. */
export function secretsOf({ key, secrets = {} }: Pick<ProviderConfig, 'key' | 'secrets'>): string[] {
  return [key, ...Object.values(secrets)].flatMap((secret) =>
    secret === undefined ? [] : partsOf(secret.reveal()),
  );
}

/** A file is never repeated as a whole, but what it holds may be. */
function partsOf(secret: string): string[] {
  if (!secret.trimStart().startsWith('{')) return [secret.trim()];
  const fields: unknown = looseBodyValue(secret);
  if (typeof fields !== 'object' || fields === null) return [];
  return Object.entries(fields).flatMap(([name, value]) =>
    secretFields.has(name) && typeof value === 'string' ? [value, ...linesOf(value)] : [],
  );
}

/** Of a private key the lines between its marks, which are the same for every key. */
function linesOf(value: string): string[] {
  return value.includes('\n') ? value.split('\n').filter((line) => /^[\w+/=]{40,}$/.test(line)) : [];
}
