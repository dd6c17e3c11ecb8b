/**
 * Gets documents from addresses of the web, such as registry files: bounded, with few redirects, none of which leads from the
 * internet into the network's inside, from HTTPS to HTTP, or to a metadata service.
 */
import type { LookupFunction } from 'node:net';
import { KeelsonError } from '@keelson/core';
import { isMetadataHost } from './address-guard.ts';
import { kindOfAddress } from './address-kind.ts';
import { isInside, refuseInside } from './inside-address.ts';
import {
  type ConnectionSettings,
  chooseProxy,
  collectReply,
  isAbsent,
  isRedirect,
  isSuccess,
  isUnchanged,
  type ProxySettings,
  Transport,
  type WholeReply,
} from './transport/index.ts';

interface FetchedDocument {
  readonly state: 'fetched' | 'unchanged' | 'absent';
  readonly text: string;
  readonly etag?: string;
}

/** `etag` is of the document that the caller has. Whatever else the host answers is an error. */
export type FetchDocument = (address: URL, etag?: string) => Promise<FetchedDocument>;

export interface DocumentFetchSettings {
  /** For messages: `registry`. */
  readonly name: string;
  readonly maxBytes: number;
  readonly proxy?: ProxySettings;
  readonly lookup?: LookupFunction;
}

const timeouts = { connectMs: 5000, firstByteMs: 10_000, betweenChunksMs: 10_000, totalMs: 30_000 };
const maxRedirects = 3;

export function createDocumentFetch(settings: DocumentFetchSettings): FetchDocument {
  return async (address, etag) => {
    checkFirst(address, settings);
    let at = address;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      const reply = await ask(at, { etag, isInsideRefused: at.host !== address.host }, settings);
      const { location } = reply.headers;
      if (!isRedirect(reply.status) || typeof location !== 'string') return read(reply, at, settings);
      at = follow(at, location, address, settings);
    }
    throw refusal(`${settings.name} at ${address.href} redirects more than ${maxRedirects} times.`);
  };
}

function checkFirst(address: URL, { name }: DocumentFetchSettings): void {
  const kind = kindOfAddress(address);
  if (isMetadataHost(address.hostname))
    throw refusal(`${name} has an address of a metadata service or of the local link, which is refused.`);
  if (address.username !== '' || address.password !== '')
    throw refusal(`${name} has an address with a password in it.`);
  if (address.protocol !== 'https:' && !(address.protocol === 'http:' && kind !== 'public'))
    throw refusal(`${name} at ${address.href} must be asked by https://.`);
}

/** A host that one trusts may move a document, but not point into a network that it cannot see itself. */
function follow(from: URL, location: string, first: URL, { name }: DocumentFetchSettings): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const leads = `${name} at ${from.href} redirects`;
  if (to === undefined || to.username !== '' || to.password !== '')
    throw refusal(`${leads} to what is no address.`);
  const isSame = to.origin === first.origin;
  if (!isSame && to.protocol !== 'https:')
    throw refusal(`${leads} to ${to.host} without TLS, which is refused.`);
  if (isMetadataHost(to.hostname) || (!isSame && isInside(to)))
    throw refusal(`${leads} to ${to.host} inside a network, which is refused.`);
  return to;
}

interface Asking {
  readonly etag: string | undefined;
  /** Where somebody else chose the host, its name must not mean an address inside either. */
  readonly isInsideRefused: boolean;
}

async function ask(
  address: URL,
  { etag, isInsideRefused }: Asking,
  { name, maxBytes, proxy, lookup }: DocumentFetchSettings,
): Promise<WholeReply> {
  const chosen = chooseProxy(address.origin, proxy);
  const names = isInsideRefused ? refuseInside(lookup) : lookup;
  const connection: ConnectionSettings = {
    ...(chosen !== undefined && { proxy: chosen }),
    ...(names !== undefined && { lookup: names }),
  };
  const transport = new Transport({
    provider: name,
    origin: address.origin,
    timeouts,
    maxSockets: 1,
    maxWaiting: 0,
    maxAnswerBytes: maxBytes,
    passesRedirects: true,
    connection,
  });
  const headers = ['accept', 'application/json', 'accept-encoding', 'identity', 'user-agent', 'keelson'];
  if (etag !== undefined) headers.push('if-none-match', etag);
  const path = `${address.pathname}${address.search}`;
  try {
    return await collectReply((handler) =>
      transport.send({ method: 'GET', path, headers, body: null }, handler),
    );
  } finally {
    await transport.close();
  }
}

function read(
  { status, headers, text }: WholeReply,
  at: URL,
  { name }: DocumentFetchSettings,
): FetchedDocument {
  const { etag } = headers;
  const tag = typeof etag === 'string' ? { etag } : {};
  if (isUnchanged(status)) return { state: 'unchanged', text: '', ...tag };
  if (isAbsent(status)) return { state: 'absent', text: '' };
  if (isSuccess(status)) return { state: 'fetched', text, ...tag };
  throw new KeelsonError('provider_unavailable', `${name} at ${at.href} answers with status ${status}.`);
}

function refusal(message: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `The ${message}`, {
    hint: 'Correct the address of the registry, or ask whoever keeps it.',
    details: { field: 'registry' },
  });
}
