/** What somebody says about one provider of theirs, and what follows from it before anything is sent. */
import { KeelsonError } from '@keelson/core';
import { type Clock, systemClock } from '../observability/index.ts';
import type { Secret } from '../secrets/index.ts';
import {
  type Authenticator,
  createAuthenticator,
  type MachineIdentity,
  type Surroundings,
} from './authentication/index.ts';
import type { CredentialPool } from './credentials/index.ts';
import { chooseAddress, fillSettings } from './provider-address.ts';
import type { ProviderForm } from './provider-form.ts';
import {
  type ConnectionSettings,
  chooseProxy,
  type ProxySettings,
  type Timeouts,
} from './transport/index.ts';

export interface ProviderConfig {
  /** What models are addressed by: `name:model`. */
  readonly name: string;
  readonly form: ProviderForm;
  /** In place of the form's address. */
  readonly address?: string;
  /** What that address already has of the bases of the form's formats, such as `/v1`. */
  readonly addressIncludes?: string;
  readonly key?: Secret;
  readonly settings?: Readonly<Record<string, string>>;
  /** What authentication needs besides or in place of a key, by the names of its kind. */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** Credentials that are chosen for each call, in place of the key where the caller's workspace has any. */
  readonly credentials?: CredentialPool;
  /** Credentials that the machine gives, in place of a key and of secrets. */
  readonly identity?: MachineIdentity;
  /** For files that authentication reads anew; `undefined` when one cannot be read. */
  readonly readFile?: (path: string) => string | undefined;
  readonly timeouts?: Partial<Timeouts>;
  readonly maxSockets?: number;
  readonly maxWaiting?: number;
  /** Of one answer, unpacked. */
  readonly maxAnswerBytes?: number;
  /** Added to every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the vendor is told our ids, where its form says how. */
  readonly sendTraceIds?: boolean;
  /** Link-local addresses and metadata services are refused without it. */
  readonly allowMetadataAddresses?: boolean;
  /** Own certificates, and how names are looked up. */
  readonly connection?: Pick<ConnectionSettings, 'certificateAuthorities' | 'clientCertificate' | 'lookup'>;
  readonly proxies?: ProxySettings;
  readonly clock?: Clock;
}

/** A configuration that was found to be whole. */
export interface ProviderPlan {
  readonly address: URL;
  /** Of the address, without a slash at its end. */
  readonly prefix: string;
  readonly authenticator: Authenticator;
  /** Of every call, names and values in turn. */
  readonly headers: readonly string[];
  /** Of every call, written out. */
  readonly query: string;
  /** What stands between address and path, by base as the form has it. */
  baseOf(base: string): string;
}

/** Whether calls can be sent without a credential of the pool's. */
export function hasOwnKey({ form, key, identity, secrets = {} }: ProviderConfig): boolean {
  const { authentication } = form;
  if (key !== undefined || identity !== undefined || Object.keys(secrets).length > 0) return true;
  return (
    authentication.kind === 'none' || (authentication.kind === 'header' && authentication.isOptional === true)
  );
}

/** For the parts of a plan that need no key: each credential has a plan of its own. */
export function withoutKey(form: ProviderForm): ProviderForm {
  return { ...form, authentication: { kind: 'none' } };
}

/** Throws what is wrong with one that may have stored credentials in place of a key of its own. */
export function checkProviderConfig(config: ProviderConfig): void {
  const form = hasOwnKey(config) ? config.form : withoutKey(config.form);
  planProvider({ ...config, form }, { fetchToken: asksNobody, askMachine: asksNobody, keepSecret: () => {} });
}

/** Planning asks nobody; tokens are fetched with the first call. */
export function asksNobody(): never {
  throw new KeelsonError('internal_error', 'A plan asked for a token.');
}

/** What authentication asks others by; a plan itself asks nobody. */
export type PlanMeans = Pick<Surroundings, 'fetchToken' | 'askMachine' | 'keepSecret'>;

/** Throws what is wrong with it; opens nothing. */
export function planProvider(config: ProviderConfig, means: PlanMeans): ProviderPlan {
  const { name, form, key, secrets, identity, readFile, settings = {} } = config;
  const address = chooseAddress({
    provider: name,
    form,
    settings,
    ...(config.address !== undefined && { address: config.address }),
    allowMetadataAddresses: config.allowMetadataAddresses === true,
  });
  const credentials = {
    settings,
    ...(key !== undefined && { key }),
    ...(secrets !== undefined && { secrets }),
    ...(identity !== undefined && { identity }),
  };
  const authenticator = createAuthenticator(name, form.authentication, credentials, {
    clock: config.clock ?? systemClock,
    ...means,
    ...(readFile !== undefined && { readFile }),
  });
  // A proxy that is set but cannot be used must never become a direct connection.
  chooseProxy(address.origin, config.proxies);
  const prefix = address.pathname.replace(/\/+$/, '');
  const query = Object.entries(form.query ?? {}).map(
    ([field, value]) => `${field}=${encodeURIComponent(fillSettings(name, value, form, settings))}`,
  );
  const baseOf = createBases(config, prefix);
  // Settings that only a base needs are missed here, not with the first call.
  for (const { base } of [...form.chat, ...(form.passing ?? []), form.embed, form.rerank].filter(
    (speech) => speech !== undefined,
  ))
    baseOf(base);
  return {
    address,
    prefix,
    authenticator,
    headers: [...Object.entries(headersOf(config, settings)).flat(), ...authenticator.headers],
    query: [...query, authenticator.query].filter((part) => part !== '').join('&'),
    baseOf,
  };
}

/** Answers come as they are: we read them as they pass, and local networks gain nothing from packing. */
const baseHeaders: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  'accept-encoding': 'identity',
  'user-agent': 'keelson',
};

/** Those decide where a message ends or whom it is for. */
const ownHeaders = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
]);

function headersOf(
  { name, form, headers = {} }: ProviderConfig,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const said = Object.entries(form.settings ?? {}).flatMap(([setting, { header }]) => {
    const value = settings[setting];
    return header === undefined || value === undefined ? [] : [[header, value] as const];
  });
  const own = Object.entries(headers).map(([field, value]) => [field.toLowerCase(), value] as const);
  for (const [field, value] of [...said, ...own]) {
    const isSendable = /^[!#$%&'*+.^_`|~\w-]+$/.test(field) && !/[^\t\x20-\x7e]/.test(value);
    if (isSendable && !ownHeaders.has(field)) continue;
    // The value may be a secret.
    throw new KeelsonError(
      'configuration_invalid',
      `The provider \`${name}\` has a header \`${field.replace(/[^\w-]/g, '?')}\` that cannot be sent.`,
      { hint: 'Leave it out, or correct its name or value.' },
    );
  }
  return { ...baseHeaders, ...Object.fromEntries([...said, ...own]) };
}

/** A version that stands in the operator's address is not written twice. */
function createBases(
  { name, form, addressIncludes = '', settings = {} }: ProviderConfig,
  prefix: string,
): ProviderPlan['baseOf'] {
  const known = new Map<string, string>();
  return (base) => {
    const kept = known.get(base);
    if (kept !== undefined) return kept;
    const filled = fillSettings(name, base, form, settings);
    const rest = filled.startsWith(addressIncludes) ? filled.slice(addressIncludes.length) : filled;
    const made = rest !== '' && prefix.endsWith(rest) ? '' : rest;
    known.set(base, made);
    return made;
  };
}
