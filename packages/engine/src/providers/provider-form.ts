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
import type { PassedDialect } from '../passing/index.ts';

export interface ProviderForm {
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** What its models are listed under in the registry, where that is not its name. */
  readonly registry?: string;
  /**
   * Origin and whatever stands before the paths of all its formats. `{region}` and the like are filled from the settings
   * of whoever configures it, here and in every base. A form without address needs one.
   */
  readonly address?: string;
  /** Addresses for values of a setting that the pattern does not suit, such as `global`. */
  readonly addresses?: readonly {
    readonly setting: string;
    readonly matches: RegExp;
    readonly address: string;
  }[];
  /** What the address or the authentication needs besides a key. */
  readonly settings?: Readonly<Record<string, FormSetting>>;
  /** Added to the query of every call, filled from the settings. */
  readonly query?: Readonly<Record<string, string>>;
  readonly authentication: AuthenticationKind;
  /** Chat formats, the best for it first; a caller of any of them reaches it without translation. */
  readonly chat: readonly ChatSpeech[];
  readonly embed?: Speech<EmbedDialectName, QuirksOf<typeof embedDialects>>;
  readonly rerank?: Speech<RerankDialectName, QuirksOf<typeof rerankDialects>>;
  /** Formats whose calls pass as they are. */
  readonly passing?: readonly PassSpeech[];
  /** Endpoints for which the vendor takes no money, by the names that records have. */
  readonly freeEndpoints?: readonly string[];
  readonly environment: FormEnvironment;
  readonly listing?: Listing;
  /** Headers of an answer that hold the vendor's own id of the request. */
  readonly requestIdHeaders: readonly string[];
  /** A header that takes an id of ours, which the vendor keeps beside its own. */
  readonly traceHeader?: { readonly name: string; readonly holds: 'call-id' | 'traceparent' };
  /** It runs on this machine or in this network, and takes nobody's money. */
  readonly isLocal?: boolean;
}

export interface FormSetting {
  readonly about: string;
  /** Where the vendor has one. */
  readonly default?: string;
  readonly isOptional?: boolean;
  /** The header that says it to the vendor. */
  readonly header?: string;
}

/** Where the environment usually holds what it needs, so that it is there without any configuration. First come first. */
export interface FormEnvironment {
  readonly key?: readonly string[];
  readonly address?: readonly string[];
  /** What such an address has in it that every `base` of the form begins with: OpenAI's ends with `/v1`. */
  readonly addressIncludes?: string;
  readonly settings?: Readonly<Record<string, readonly string[]>>;
  readonly secrets?: Readonly<Record<string, readonly string[]>>;
  /** Secrets that are the content of a file whose path the variable holds. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
  /** Credentials that are there without a key in a variable. */
  readonly ambient?: AmbientChain;
  /** Whether somebody means this provider, when keys and addresses do not tell. */
  readonly meant?: readonly string[];
}

/** Where a cloud's own clients look for credentials, and the variable by which somebody chooses among these places. */
export interface AmbientChain {
  readonly kind: 'aws' | 'google';
  readonly variable: string;
  /** `auto` takes the first that is there; `off` leaves the provider out. */
  readonly sources: readonly string[];
}

/** A call that lists its models and costs nothing. */
export interface Listing {
  /** As in a `Speech`. */
  readonly base: string;
  readonly path: string;
  /** In place of the form's address, unless whoever configures it has an own one. */
  readonly address?: string;
  /** The field that holds the models; none when the answer is the list. */
  readonly list?: string;
  /** The field of each that names it. */
  readonly id: string;
  /** Begins every name, and is no part of it. */
  readonly prefix?: string;
  /** Answers whoever asks, so it tells nothing of the key; `keyPath` does, where the vendor has one. */
  readonly isPublic?: boolean;
  readonly keyPath?: string;
}

/** Who calls: a key in a header or in the query, or the vendor's own kind of signature or token. */
export type AuthenticationKind =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'header';
      readonly name: string;
      readonly prefix?: string;
      readonly isOptional?: boolean;
    }
  | { readonly kind: 'query'; readonly name: string }
  /** SigV4 by `accessKeyId`, `secretAccessKey` and perhaps `sessionToken`; a key is a bearer key instead. */
  | { readonly kind: 'aws'; readonly service: string }
  /** Tokens for the credentials in `credentials`; a key is an API key instead. */
  | { readonly kind: 'google' }
  /** A key, a `token`, or tokens for `tenantId`, `clientId` and `clientSecret`. */
  | { readonly kind: 'azure'; readonly scope: string };

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
  /** Goes before the paths of the format: `/v1`. `{model}` is the model of the call. */
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
export type PassSpeech = Speech<PassedDialect, object>;
export type RerankSpeech = NonNullable<ProviderForm['rerank']>;
