/**
 * A provider as somebody configured it: a form with an address, a key and limits. It turns a call of a wire format into
 * bytes for its host and sends them; which call goes where is routing's business.
 */
import { KeelsonError, type WireCall } from '@keelson/core';
import type { Secret } from '../secrets/index.ts';
import { type Authenticator, createAuthenticator } from './authentication/index.ts';
import { fillAddress } from './provider-address.ts';
import type { ChatSpeech, EmbedSpeech, ProviderForm, RerankSpeech } from './provider-form.ts';
import {
  defaultTimeouts,
  type OutgoingRequest,
  type ReplyHandler,
  type Sending,
  type Timeouts,
  Transport,
  type TransportSettings,
} from './transport.ts';

export interface ProviderConfig {
  /** What models are addressed by: `name:model`. */
  readonly name: string;
  readonly form: ProviderForm;
  /** In place of the form's address. */
  readonly address?: string;
  readonly key?: Secret;
  readonly settings?: Readonly<Record<string, string>>;
  readonly timeouts?: Partial<Timeouts>;
  readonly maxSockets?: number;
  readonly maxWaiting?: number;
  /** Added to every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How connections are made: own certificates, how names are looked up, a proxy. */
  readonly connection?: Pick<TransportSettings, 'connect' | 'dispatcher'>;
}

export type Speech = ChatSpeech | EmbedSpeech | RerankSpeech;

export interface Provider {
  readonly name: string;
  readonly form: ProviderForm;
  /** Where it is, without key and query. */
  readonly address: string;
  /** Sends a call of a format; `body` in place of its own when bytes pass untouched. */
  send(call: ProviderCall, handler: ReplyHandler): Sending;
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
}

export function createProvider(config: ProviderConfig): Provider {
  const { name, form, key, settings = {}, connection } = config;
  const address = new URL(fillAddress(name, config.address ?? form.address, form.settings, settings));
  const credentials = { settings, ...(key !== undefined && { key }) };
  const authenticator = createAuthenticator(name, form.authentication, credentials);
  const transport = new Transport({
    provider: name,
    origin: address.origin,
    timeouts: { ...defaultTimeouts, ...config.timeouts },
    maxSockets: config.maxSockets ?? 256,
    maxWaiting: config.maxWaiting ?? 1024,
    ...connection,
  });
  const fixed = [...baseHeaders, ...flatten(config.headers ?? {}), ...authenticator.headers];
  const shape: Shape = {
    authenticator,
    host: address.host,
    prefix: address.pathname.replace(/\/+$/, ''),
    fixed,
  };
  return {
    name,
    form,
    address: `${address.origin}${shape.prefix}`,
    send: (call, handler) => send(shape, call, (request) => transport.send(request, handler), handler),
    load: () => transport.underWay,
    close: () => transport.close(),
  };
}

/** Answers come as they are: we read them as they pass, and local networks gain nothing from packing. */
const baseHeaders = [
  'content-type',
  'application/json',
  'accept-encoding',
  'identity',
  'user-agent',
  'keelson',
];

interface Shape {
  readonly authenticator: Authenticator;
  readonly host: string;
  readonly prefix: string;
  readonly fixed: readonly string[];
}

function send(
  shape: Shape,
  call: ProviderCall,
  dispatch: (request: OutgoingRequest) => Sending,
  handler: ReplyHandler,
): Sending {
  const request = address(shape, call);
  const signed = shape.authenticator.sign?.({ ...request, host: shape.host });
  if (signed === undefined) return dispatch(request);
  if (!(signed instanceof Promise)) return dispatch(withHeaders(request, signed));
  return sendLater(signed, (headers) => dispatch(withHeaders(request, headers)), handler);
}

function address({ prefix, fixed, authenticator }: Shape, call: ProviderCall): OutgoingRequest {
  const { speech, method, path, query, body } = call;
  const headers = flatten({ ...speech.headers, ...call.headers });
  const search = [authenticator.query, new URLSearchParams(query).toString()].filter(Boolean).join('&');
  const whole = `${prefix}${speech.base}${path}${search === '' ? '' : `?${search}`}`;
  return { method, path: whole, headers: [...fixed, ...headers], body };
}

function withHeaders(request: OutgoingRequest, headers: readonly string[]): OutgoingRequest {
  return { ...request, headers: [...request.headers, ...headers] };
}

function flatten(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flat();
}

/** A call that waits for its signature can be ended like any other. */
function sendLater(
  signed: Promise<readonly string[]>,
  dispatch: (headers: readonly string[]) => Sending,
  handler: ReplyHandler,
): Sending {
  let sending: Sending | undefined;
  let isCancelled = false;
  signed.then(
    (headers) => {
      if (!isCancelled) sending = dispatch(headers);
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
    pause: () => sending?.pause(),
    resume: () => sending?.resume(),
  };
}
