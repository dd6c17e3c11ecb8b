/** How a call to a provider says who calls. Kinds that need no look at the call are written into its headers once. */
import { KeelsonError } from '@keelson/core';
import type { Secret } from '../../secrets/index.ts';
import type { AuthenticationKind } from '../provider-form.ts';

/** What is about to be sent, as far as a signature covers it. */
export interface Signable {
  readonly method: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  readonly host: string;
  readonly body: string | Uint8Array | null;
}

export interface Authenticator {
  /** The same with every call: names and values in turn. */
  readonly headers: readonly string[];
  /** Added to the query of every call, written out. */
  readonly query: string;
  /** What depends on the call; a promise only while a token has to be fetched. */
  readonly sign?: (call: Signable) => readonly string[] | Promise<readonly string[]>;
}

export interface Credentials {
  readonly key?: Secret;
  readonly settings: Readonly<Record<string, string>>;
}

const nobody: Authenticator = { headers: [], query: '' };

export function createAuthenticator(
  provider: string,
  kind: AuthenticationKind,
  credentials: Credentials,
): Authenticator {
  switch (kind.kind) {
    case 'none':
      return nobody;
    case 'header': {
      const { key } = credentials;
      if (key === undefined && kind.isOptional === true) return nobody;
      return { ...nobody, headers: [kind.name, `${kind.prefix ?? ''}${reveal(provider, key)}`] };
    }
    case 'query': {
      const value = encodeURIComponent(reveal(provider, credentials.key));
      return { ...nobody, query: `${encodeURIComponent(kind.name)}=${value}` };
    }
    default:
      throw new KeelsonError(
        'configuration_invalid',
        `${provider} needs \`${kind.kind}\`, which is not there yet.`,
      );
  }
}

function reveal(provider: string, key: Secret | undefined): string {
  const value = key?.reveal();
  if (value === undefined || value === '') {
    throw new KeelsonError('configuration_invalid', `${provider} has no key.`, {
      hint: `Set the key of ${provider}, or leave the provider out.`,
    });
  }
  // A line break would end the header and begin another.
  if (/[^\x21-\x7e]/.test(value)) {
    throw new KeelsonError(
      'configuration_invalid',
      `The key of ${provider} holds characters that no key has.`,
      {
        hint: 'Look for a space or a line break at its end.',
      },
    );
  }
  return value;
}
