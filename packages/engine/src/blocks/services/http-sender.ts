/**
 * Sends the requests of blocks for real: bounded in size and time, without following redirects, never to where the network's
 * inside begins unless the operator allows it, and exact about whether a request can have been seen by anybody.
 */
import type { LookupFunction } from 'node:net';
import { type HttpAnswer, type HttpQuestion, refuse, type SendHttp } from '@keelson/core';
import { type Clock, systemClock } from '../../observability/index.ts';
import {
  type ConnectionSettings,
  chooseProxy,
  isInside,
  isMetadataHost,
  isRefusal,
  isSuccess,
  isTooMany,
  meansInside,
  type ProxySettings,
  refuseInside,
  type Timeouts,
  Transport,
} from '../../providers/index.ts';
import { retryAfterOf } from '../../routing/index.ts';
import { readAllowedHosts } from './allowed-hosts.ts';
import { HeardReply } from './heard-reply.ts';
import { renderHeaders } from './render-headers.ts';

export interface HttpSenderSettings {
  /** Hosts inside the network that may be asked all the same, as `host` or `host:port`. Metadata services never may. */
  readonly allowedHosts?: readonly string[];
  /** Of one answer, unpacked; 1 MiB when left out. */
  readonly maxAnswerBytes?: number;
  readonly timeouts?: Partial<Timeouts>;
  readonly proxy?: ProxySettings;
  /** PEM, trusted beside the authorities that Node trusts. */
  readonly certificateAuthorities?: string;
  /** In place of the system's way to look names up. */
  readonly lookup?: LookupFunction;
  readonly clock?: Pick<Clock, 'now'>;
}

const usualTimeouts: Timeouts = {
  connectMs: 10_000,
  firstByteMs: 30_000,
  betweenChunksMs: 30_000,
  totalMs: 60_000,
};
const usualAnswerBytes = 1024 * 1024;

/** `createEnvironment({ sendHttp: createHttpSender({ allowedHosts: ['search.internal:9200'] }) })`. */
export function createHttpSender(settings: HttpSenderSettings = {}): SendHttp {
  const { allowedHosts = [], clock = systemClock } = settings;
  const isAllowed = readAllowedHosts(allowedHosts);
  return async (question) => {
    const url = readAddress(question.url);
    const headers = renderHeaders(question.headers);
    const route = await findRoute(url, isAllowed(url), settings);
    if (route === undefined) return denied;
    return question.signal.aborted ? neverSent : send({ question, url, headers, route }, settings, clock);
  };
}

const denied: HttpAnswer = { outcome: 'denied', why: 'inside_address' };
const neverSent: HttpAnswer = { outcome: 'unreachable', why: 'ended' };

function readAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw refuse('invalid_payload', { expected: 'an address with http or https' });
  // It would be in every log of whoever sees addresses.
  if (url.username !== '' || url.password !== '')
    throw refuse('invalid_payload', { expected: 'an address without a password', host: url.host });
  return url;
}

/** Undefined where the request must not go. */
async function findRoute(
  url: URL,
  isAllowed: boolean,
  { proxy, lookup, certificateAuthorities }: HttpSenderSettings,
): Promise<ConnectionSettings | undefined> {
  if (isMetadataHost(url.hostname) || (!isAllowed && isInside(url))) return undefined;
  const trust = certificateAuthorities === undefined ? {} : { certificateAuthorities };
  const chosen = chooseProxy(url.origin, proxy);
  if (chosen === undefined) {
    // Whatever the name means at the very moment of connecting is judged, so it cannot mean something else afterwards.
    const names = isAllowed ? lookup : refuseInside(lookup);
    return { ...trust, ...(names !== undefined && { lookup: names }) };
  }
  if (!isAllowed && (await meansInside(url.hostname, lookup))) return undefined;
  return { ...trust, proxy: chosen, ...(lookup !== undefined && { lookup }) };
}

interface Sent {
  readonly question: HttpQuestion;
  readonly url: URL;
  readonly headers: string[];
  readonly route: ConnectionSettings;
}

async function send(
  { question, url, headers, route }: Sent,
  { timeouts, maxAnswerBytes = usualAnswerBytes }: HttpSenderSettings,
  clock: Pick<Clock, 'now'>,
): Promise<HttpAnswer> {
  const { method, body = null, signal } = question;
  // A connection of its own: one that is kept may be closed from the other side just as a payment is written to it.
  const transport = new Transport({
    provider: url.host,
    origin: url.origin,
    timeouts: { ...usualTimeouts, ...timeouts },
    maxSockets: 1,
    maxWaiting: 0,
    maxAnswerBytes: Number.MAX_SAFE_INTEGER,
    passesRedirects: true,
    connection: route,
  });
  const reply = new HeardReply(maxAnswerBytes);
  const end = (): void => reply.end('ended');
  signal.addEventListener('abort', end, { once: true });
  try {
    const path = `${url.pathname}${url.search}`;
    reply.begin(transport.send({ method, path, headers, body }, reply));
    await reply.over;
  } finally {
    signal.removeEventListener('abort', end);
    await transport.close();
  }
  return readReply(reply, clock.now());
}

function readReply({ status, headers, why, mayBeSent, text }: HeardReply, now: number): HttpAnswer {
  if (why === 'inside_address') return denied;
  // Of a refusal, its status is all that is wanted: whatever comes after that does not matter.
  if (status === undefined || (why !== undefined && isSuccess(status)))
    return { outcome: mayBeSent ? 'interrupted' : 'unreachable', ...(why !== undefined && { why }) };
  if (isSuccess(status)) return { outcome: 'answered', status, text };
  const retryAfterMs = retryAfterOf(headers, now);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (isTooMany(status)) return { outcome: 'rate_limited', status, ...wait };
  // A redirect too: what was sent may have been done, and where it points nobody has allowed.
  return { outcome: isRefusal(status) ? 'refused' : 'failed', status, ...wait };
}
