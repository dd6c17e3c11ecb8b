/**
 * What is known of a vendor before anybody configures it: where it is, how it knows its callers, which wire formats it
 * speaks and in which it differs from their original. A form holds data only; wire formats are core's dialects.
 */
import type {
  DialectName,
  dialects,
  EmbedDialectName,
  embedDialects,
  RerankDialectName,
  rerankDialects,
} from '@keelson/core';

export interface ProviderForm {
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** What its models are listed under in the registry, where that is not its name. */
  readonly registry?: string;
  /**
   * Origin and whatever stands before the paths of all its formats. `{region}` and the like are filled from the settings
   * of whoever configures it. A form without address needs one.
   */
  readonly address?: string;
  /** What the address or the authentication needs besides a key, with defaults where the vendor has one. */
  readonly settings?: Readonly<Record<string, { readonly about: string; readonly default?: string }>>;
  readonly authentication: AuthenticationKind;
  /** Chat formats, the best for it first; a caller of any of them reaches it without translation. */
  readonly chat: readonly ChatSpeech[];
  readonly embed?: Speech<EmbedDialectName, QuirksOf<typeof embedDialects>>;
  readonly rerank?: Speech<RerankDialectName, QuirksOf<typeof rerankDialects>>;
  /** Where the environment usually holds what it needs, so that it is there without any configuration. */
  readonly environment: { readonly key?: readonly string[]; readonly address?: string };
  /** A call that lists its models and costs nothing, which also tells whether a key is good. */
  readonly listing?: { readonly path: string; readonly list: string; readonly id: string };
  /** Headers of an answer that hold the vendor's own id of the request. */
  readonly requestIdHeaders: readonly string[];
  /** It runs on this machine or in this network, and takes nobody's money. */
  readonly isLocal?: boolean;
}

/** Who calls: `key` in a header, in the query, or as the vendor's own kind of signature. */
export type AuthenticationKind =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'header';
      readonly name: string;
      readonly prefix?: string;
      readonly isOptional?: boolean;
    }
  | { readonly kind: 'query'; readonly name: string }
  | { readonly kind: 'aws'; readonly service: string }
  | { readonly kind: 'google' }
  | { readonly kind: 'azure' };

export const bearer = {
  kind: 'header',
  name: 'authorization',
  prefix: 'Bearer ',
} as const satisfies AuthenticationKind;

type QuirksOf<Dialects> = Dialects[keyof Dialects] extends { readonly quirks: infer Quirks }
  ? Partial<Quirks>
  : never;

interface Speech<Name extends string, Quirks> {
  readonly dialect: Name;
  /** Goes before the paths of the format: `/v1`. */
  readonly base: string;
  /** How the vendor differs from the format; without any, bytes of a caller of the format may pass untouched. */
  readonly quirks?: Quirks;
  /** Headers that every call in the format needs; the caller's own of the same name come first. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type ChatSpeech = {
  readonly [Name in DialectName]: Speech<Name, Partial<(typeof dialects)[Name]['quirks']>>;
}[DialectName];
export type EmbedSpeech = NonNullable<ProviderForm['embed']>;
export type RerankSpeech = NonNullable<ProviderForm['rerank']>;
