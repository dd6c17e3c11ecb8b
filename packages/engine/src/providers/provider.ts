/**
 * A provider as somebody configured it: a form with an address, a key and limits. It turns a call of a wire format into
 * bytes for its host and sends them; which call goes where is routing's business.
 */
import { KeelsonError, type WireCall } from '@keelson/core';
import { type Redactor, redactError } from '../secrets/index.ts';
import { kindOfAddress } from './address-kind.ts';
import type { FetchToken } from './authentication/index.ts';
import { CredentialSending } from './credential-sending.ts';
import type { CredentialPool, Tenant, UsableCredential } from './credentials/index.ts';
import { createMachineRequests } from './machine-requests.ts';
import { checkAddress, fillSettings } from './provider-address.ts';
import {
  hasOwnKey,
  type PlanMeans,
  type ProviderConfig,
  type ProviderPlan,
  planProvider,
  withoutKey,
} from './provider-config.ts';
import type {
  ChatSpeech,
  EmbedSpeech,
  Listing,
  PassSpeech,
  ProviderForm,
  RerankSpeech,
} from './provider-form.ts';
import { createRedactor, secretsOf } from './provider-secrets.ts';
import {
  chooseProxy,
  collectReply,
  defaultTimeouts,
  type OutgoingRequest,
  type ReplyHandler,
  type Sending,
  Transport,
  type WholeReply,
} from './transport/index.ts';

export type Speech = ChatSpeech | EmbedSpeech | RerankSpeech | PassSpeech;

export interface Provider {
  readonly name: string;
  readonly form: ProviderForm;
  /** Where it is, without key and query. */
  readonly address: string;
  /** Nobody is paid for it: a server of open weights in one's own network. */
  readonly isFree: boolean;
  /** Sends a call of a format; `body` in place of its own when bytes pass untouched. */
  send(call: ProviderCall, handler: ReplyHandler): Sending;
  /**
   * Asks for its models, or about the key where the models are public; nothing when the form knows no such call. By the stored
   * credential with this id where one is named; throws `not_found` when it cannot be used.
   */
  list(what: 'models' | 'key', credentialId?: string): Promise<WholeReply> | undefined;
  /** An error in the vendor's words, without our secrets in them. */
  clean(error: KeelsonError): KeelsonError;
  /** Whether the vendor's own bytes hold one. */
  reveals(bytes: Uint8Array): boolean;
  /** Calls under way and waiting. */
  load(): number;
  close(): Promise<void>;
}

export interface ProviderCall {
  readonly speech: Speech;
  readonly path: WireCall['path'];
  readonly query: WireCall['query'];
  readonly headers: WireCall['headers'];
  readonly method: WireCall['method'];
  /** Written out. */
  readonly body: string | Uint8Array | null;
  readonly upgrade?: 'websocket';
  /** For hosts that want it in the path in front of the format's own (`{model}` in the base). */
  readonly model?: string;
  /** Sent only where the form says how and the operator allows it. */
  readonly trace?: { readonly callId: string; readonly traceparent?: string };
  /** Whose credentials it may be sent with, where there are several. */
  readonly tenant?: Tenant;
}

export function createProvider(config: ProviderConfig): Provider {
  const { name, form, credentials: pool } = config;
  const redactor = createRedactor(config);
  const origins = new Origins(config, redactor);
  const means: PlanMeans = {
    fetchToken: createTokenFetch(config, origins),
    askMachine: createMachineRequests(name),
    keepSecret: (value) => redactor.keep(value),
  };
  const isOwn = pool === undefined || hasOwnKey(config);
  const plan = planProvider(isOwn ? config : { ...config, form: withoutKey(form) }, means);
  const transport = origins.open(plan.address.origin);
  const send = (by: ProviderPlan, call: ProviderCall, handler: ReplyHandler): Sending =>
    signAndSend({ at: transport, by, host: plan.address.host }, write(config, by, call), handler);
  const list = (by: ProviderPlan, what: 'models' | 'key'): Promise<WholeReply> | undefined => {
    const question = writeListing(config, by, what);
    if (question === undefined) return undefined;
    const { origin, host } = question.at;
    return collectReply((handler) =>
      signAndSend({ at: origins.open(origin), by, host }, question.request, handler),
    );
  };
  const shared = {
    name,
    form,
    address: `${plan.address.origin}${plan.prefix}`,
    isFree: form.isLocal === true && kindOfAddress(plan.address) !== 'public',
    clean: (error: KeelsonError) => redactError(error, redactor),
    reveals: (bytes: Uint8Array) => redactor.finds(bytes),
    load: () => transport.underWay,
    close: () => origins.close(),
  };
  if (pool === undefined) {
    return {
      ...shared,
      send: (call, handler) => send(plan, call, handler),
      list: (what) => list(plan, what),
    };
  }
  const planOf = createCredentialPlans(config, means, redactor);
  return {
    ...shared,
    send: (call, handler) => {
      // A tenant whose own credentials are all unusable is not given the operator's key.
      if (isOwn && !pool.has(call.tenant)) return send(plan, call, handler);
      const parts = {
        provider: name,
        pool,
        tenant: call.tenant,
        send: (credential: UsableCredential, to: ReplyHandler) => send(planOf(credential), call, to),
      };
      return new CredentialSending(parts, handler).start();
    },
    list: (what, credentialId) => {
      const usual = isOwn ? undefined : pool.choose(undefined, []);
      const credential = credentialId === undefined ? usual : findUsable(pool, credentialId);
      return list(credential === undefined ? plan : planOf(credential), what);
    },
  };
}

function findUsable(pool: CredentialPool, id: string): UsableCredential {
  const found = pool.find(id);
  if (found !== undefined) return found;
  throw new KeelsonError('not_found', `There is no credential \`${id.slice(0, 64)}\` that can be used.`, {
    hint: 'It is disabled, was removed, or cannot be opened with the master keys that are here.',
  });
}

function createCredentialPlans(
  config: ProviderConfig,
  means: PlanMeans,
  redactor: Redactor,
): (credential: UsableCredential) => ProviderPlan {
  const plans = new WeakMap<UsableCredential, ProviderPlan>();
  const { key: _, secrets: __, credentials: ___, identity: ____, settings, ...rest } = config;
  return (credential) => {
    const known = plans.get(credential);
    if (known !== undefined) return known;
    const { key, secrets, settings: own } = credential.credentials;
    redactor.remember(credential, ({ credentials }) => secretsOf(credentials));
    const made = planProvider(
      {
        ...rest,
        settings: { ...settings, ...own },
        ...(key !== undefined && { key }),
        ...(secrets !== undefined && { secrets }),
      },
      means,
    );
    plans.set(credential, made);
    return made;
  };
}

interface Way {
  readonly at: Transport;
  readonly by: ProviderPlan;
  readonly host: string;
}

function signAndSend({ at, by, host }: Way, request: OutgoingRequest, handler: ReplyHandler): Sending {
  const signed = by.authenticator.sign?.({ ...request, host });
  if (signed === undefined) return at.send(request, handler);
  if (!(signed instanceof Promise)) return at.send(withHeaders(request, signed), handler);
  return sendLater(signed, (headers) => at.send(withHeaders(request, headers), handler), handler);
}

function write(config: ProviderConfig, plan: ProviderPlan, call: ProviderCall): OutgoingRequest {
  const { speech, method, path, query, body } = call;
  const base = placeModel(config.name, plan.baseOf(speech.base), call.model);
  const headers = 'content-type' in call.headers ? withoutType(plan.headers) : [...plan.headers];
  const own = speech.headers ?? noHeaders;
  for (const name in own) if (!(name in call.headers)) headers.push(name, own[name] as string);
  for (const name in call.headers) headers.push(name, call.headers[name] as string);
  addTrace(headers, config, call);
  const request = { method, path: writePath(plan, `${plan.prefix}${base}${path}`, query), headers, body };
  return call.upgrade === undefined ? request : { ...request, upgrade: call.upgrade };
}

/** A form with files says itself where its parts begin. */
function withoutType(headers: readonly string[]): string[] {
  return headers.filter((_, at) => headers[at - (at % 2)] !== 'content-type');
}

function writePath(plan: ProviderPlan, path: string, query: WireCall['query']): string {
  // A plus means a space to some and a plus to others, among them those who check signatures.
  const asked = isEmpty(query) ? '' : new URLSearchParams(query).toString().replaceAll('+', '%20');
  const search = plan.query === '' || asked === '' ? `${plan.query}${asked}` : `${plan.query}&${asked}`;
  return search === '' ? path : `${path}?${search}`;
}

function isEmpty(query: WireCall['query']): boolean {
  for (const _ in query) return false;
  return true;
}

function placeModel(provider: string, base: string, model: string | undefined): string {
  if (!base.includes('{model}')) return base;
  if (model === undefined || /^\.{0,2}$/.test(model)) {
    throw new KeelsonError('internal_error', `${provider} was sent a call that names no model.`);
  }
  return base.replace('{model}', () => encodeURIComponent(model));
}

const noHeaders: Readonly<Record<string, string>> = {};

function addTrace(headers: string[], { form, sendTraceIds }: ProviderConfig, { trace }: ProviderCall): void {
  const { traceHeader } = form;
  if (sendTraceIds !== true || traceHeader === undefined || trace === undefined) return;
  const value = traceHeader.holds === 'call-id' ? trace.callId : trace.traceparent;
  if (value !== undefined && /^[\w-]{1,128}$/.test(value)) headers.push(traceHeader.name, value);
}

interface Question {
  readonly at: URL;
  readonly request: OutgoingRequest;
}

function writeListing(
  config: ProviderConfig,
  plan: ProviderPlan,
  what: 'models' | 'key',
): Question | undefined {
  const { listing, chat } = config.form;
  const path = what === 'key' ? listing?.keyPath : listing?.path;
  if (listing === undefined || path === undefined) return undefined;
  const at = addressOfListing(config, listing) ?? plan.address;
  const prefix = at === plan.address ? plan.prefix : '';
  const whole = writePath(plan, `${prefix}${plan.baseOf(listing.base)}${path}`, {});
  // Some vendors want the version of their format here as well.
  const headers = [...plan.headers, ...flatten(chat[0]?.headers ?? {})];
  return { at, request: { method: 'GET', path: whole, headers, body: null } };
}

function addressOfListing(config: ProviderConfig, { address }: Listing): URL | undefined {
  if (address === undefined || config.address !== undefined) return undefined;
  const { name, form, settings = {} } = config;
  return checkAddress({ provider: name }, fillSettings(name, address, form, settings));
}

function withHeaders(request: OutgoingRequest, headers: readonly string[]): OutgoingRequest {
  return { ...request, headers: [...request.headers, ...headers] };
}

function flatten(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flat();
}

/** Connections to the provider, and to whoever else gives tokens for it or lists its models. */
class Origins {
  readonly #config: ProviderConfig;
  readonly #redactor: Redactor;
  readonly #transports = new Map<string, Transport>();

  constructor(config: ProviderConfig, redactor: Redactor) {
    this.#config = config;
    this.#redactor = redactor;
  }

  open(origin: string): Transport {
    const open = this.#transports.get(origin);
    if (open !== undefined) return open;
    const { name, timeouts, maxSockets = 256, maxWaiting = 1024, connection, proxies } = this.#config;
    const { maxAnswerBytes = 256 * 1024 * 1024, allowMetadataAddresses = false } = this.#config;
    const proxy = chooseProxy(origin, proxies);
    const transport = new Transport({
      provider: name,
      origin,
      timeouts: { ...defaultTimeouts, ...timeouts },
      maxSockets,
      maxWaiting,
      maxAnswerBytes,
      redactor: this.#redactor,
      connection: { ...connection, allowMetadataAddresses, ...(proxy !== undefined && { proxy }) },
    });
    this.#transports.set(origin, transport);
    return transport;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }
}

function createTokenFetch(config: ProviderConfig, origins: Origins): FetchToken {
  const { name, allowMetadataAddresses = false } = config;
  return (address, form) => {
    const at = checkAddress({ provider: name, allowMetadataAddresses }, address);
    const headers = ['content-type', 'application/x-www-form-urlencoded', 'accept-encoding', 'identity'];
    const request: OutgoingRequest = { method: 'POST', path: at.pathname, headers, body: form.toString() };
    return collectReply((handler) => origins.open(at.origin).send(request, handler));
  };
}

/** A call that waits for its signature can be ended like any other. */
function sendLater(
  signed: Promise<readonly string[]>,
  dispatch: (headers: readonly string[]) => Sending,
  handler: ReplyHandler,
): Sending {
  let sending: Sending | undefined;
  let isCancelled = false;
  let isPaused = false;
  signed.then(
    (headers) => {
      if (isCancelled) return;
      sending = dispatch(headers);
      if (isPaused) sending.pause();
    },
    (cause: unknown) => {
      if (isCancelled) return;
      const message = 'The provider’s credentials could not be renewed.';
      handler.onError(
        KeelsonError.is(cause)
          ? cause
          : new KeelsonError('provider_authentication_failed', message, { cause }),
        false,
      );
    },
  );
  return {
    cancel: () => {
      isCancelled = true;
      sending?.cancel();
    },
    pause: () => {
      isPaused = true;
      sending?.pause();
    },
    resume: () => {
      isPaused = false;
      sending?.resume();
    },
    write: (bytes) => sending?.write?.(bytes) ?? true,
    onDrain: (run) => sending?.onDrain?.(run),
  };
}
