/** What a credential holds, as the JSON text that is encrypted: a key, or what its vendor wants in place of one. */
import { KeelsonError } from '@keelson/core';
import { type SealedPlace, Secret } from '../../secrets/index.ts';
import type { Credentials } from '../authentication/credentials.ts';

export interface CredentialContent {
  readonly key?: Secret;
  /** In place of or beside a key, by the names of the vendor's kind: `secretAccessKey`, `credentials` and so on. */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** What belongs to them and is no secret, such as `accessKeyId`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Where it stands once it is encrypted. */
export function placeOf(id: string): SealedPlace {
  return { table: 'provider_credentials', row: id, field: 'sealed' };
}

const maxLength = 64 * 1024;

export function renderContent({ key, secrets = {}, settings = {} }: CredentialContent): Secret {
  const values = Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()] as const);
  const all = [...(key === undefined ? [] : [key.reveal()]), ...values.map(([, value]) => value)];
  if (all.length === 0 || all.some((value) => value === '')) {
    throw new KeelsonError('invalid_request', 'A credential has no secret.', {
      hint: 'Give it a key, or the secrets that its provider wants.',
    });
  }
  const text = JSON.stringify({
    ...(key !== undefined && { key: key.reveal() }),
    secrets: Object.fromEntries(values),
    settings,
  });
  if (text.length <= maxLength) return new Secret(text);
  throw new KeelsonError('invalid_request', `A credential is longer than ${maxLength} characters.`, {
    hint: 'Give it nothing but the key, or the file that its provider gave out.',
  });
}

/** Of a text that was written by `renderContent`; encryption has vouched for it. */
export function parseContent(text: Secret): Credentials {
  const { key, secrets, settings } = JSON.parse(text.reveal()) as {
    readonly key?: string;
    readonly secrets: Readonly<Record<string, string>>;
    readonly settings: Readonly<Record<string, string>>;
  };
  return {
    settings,
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
    ...(key !== undefined && { key: new Secret(key) }),
  };
}
