/** How connections to one origin are made: whom to trust, who we are, through which proxy, and where never to. */
import type { LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { type buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { Secret } from '../../secrets/index.ts';
import { guardLookup } from '../address-guard.ts';
import type { Timeouts } from './timeouts.ts';

export interface ConnectionSettings {
  /** PEM, trusted beside the authorities that Node trusts: a company's own. */
  readonly certificateAuthorities?: string;
  /** PEM, for hosts that ask callers for a certificate. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: Secret };
  /** In place of the system's way to look names up. */
  readonly lookup?: LookupFunction;
  /** Chosen by `chooseProxy`. */
  readonly proxy?: URL;
  readonly allowMetadataAddresses?: boolean;
}

export interface PoolSettings {
  readonly origin: string;
  readonly timeouts: Timeouts;
  readonly maxSockets: number;
  readonly connection?: ConnectionSettings;
}

/** Some vendors send long policies and many rate limits; beyond this an answer is refused. */
const maxHeaderBytes = 64 * 1024;

export function openConnections({ origin, timeouts, maxSockets, connection = {} }: PoolSettings): Dispatcher {
  const options: Pool.Options = {
    connections: maxSockets,
    allowH2: false,
    bodyTimeout: timeouts.betweenChunksMs,
    headersTimeout: timeouts.firstByteMs,
    keepAliveTimeout: 30_000,
    maxHeaderSize: maxHeaderBytes,
  };
  const target = connectorOf(timeouts, connection, true);
  const { proxy } = connection;
  if (proxy === undefined) return new Pool(origin, { ...options, connect: target });
  return new ProxyAgent({
    ...options,
    uri: proxy.href,
    requestTls: target,
    proxyTls: connectorOf(timeouts, connection, false),
    // A proxy that accepts and then says nothing counts as one that cannot be connected to.
    clientFactory: (url, own) =>
      new Pool(url, { ...own, connections: maxSockets, headersTimeout: timeouts.connectMs }),
  });
}

function connectorOf(
  { connectMs }: Timeouts,
  { certificateAuthorities, clientCertificate, lookup, allowMetadataAddresses }: ConnectionSettings,
  isTarget: boolean,
): buildConnector.BuildOptions {
  const names = allowMetadataAddresses === true ? lookup : guardLookup(lookup);
  return {
    timeout: connectMs,
    ...(names !== undefined && { lookup: names }),
    ...(certificateAuthorities !== undefined && { ca: [...rootCertificates, certificateAuthorities] }),
    // The proxy is shown no certificate that is meant for the provider.
    ...(isTarget &&
      clientCertificate !== undefined && {
        cert: clientCertificate.certificate,
        key: clientCertificate.key.reveal(),
      }),
  };
}
