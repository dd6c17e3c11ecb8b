/** How managers of secrets on other hosts are asked: over connections with narrow bounds, signed as AWS and Google want it. */
import type { Clock } from '../observability/index.ts';
import type { Ask, Reach } from '../secrets/index.ts';
import { type Authenticator, createAuthenticator, type FetchToken } from './authentication/index.ts';
import { createMachineRequests } from './machine-requests.ts';
import { checkAddress } from './provider-address.ts';
import {
  type ConnectionSettings,
  chooseProxy,
  collectReply,
  type ProxySettings,
  type Timeouts,
  Transport,
  type WholeReply,
} from './transport/index.ts';

export interface SecretReachSettings {
  readonly clock: Clock;
  readonly proxies?: ProxySettings;
  readonly connection?: Pick<ConnectionSettings, 'certificateAuthorities' | 'lookup'>;
  readonly timeouts?: Partial<Timeouts>;
}

export interface SecretReach extends Reach {
  close(): Promise<void>;
}

/** A secret that is asked for while a caller waits is worth no more. */
const shortTimeouts: Timeouts = {
  connectMs: 3000,
  firstByteMs: 8000,
  betweenChunksMs: 3000,
  totalMs: 10_000,
};
const maxAnswerBytes = 1024 * 1024;
const who = 'the manager of secrets';

export function createSecretReach(settings: SecretReachSettings): SecretReach {
  const transports = new Map<string, Transport>();
  const open = (origin: string): Transport => {
    const known = transports.get(origin);
    if (known !== undefined) return known;
    const proxy = chooseProxy(origin, settings.proxies);
    const transport = new Transport({
      provider: new URL(origin).host,
      origin,
      timeouts: { ...shortTimeouts, ...settings.timeouts },
      maxSockets: 8,
      maxWaiting: 1024,
      maxAnswerBytes,
      connection: { ...settings.connection, ...(proxy !== undefined && { proxy }) },
    });
    transports.set(origin, transport);
    return transport;
  };
  const fetchToken: FetchToken = (address, form) => {
    const at = checkAddress({ provider: who }, address);
    const headers = ['content-type', 'application/x-www-form-urlencoded', 'accept-encoding', 'identity'];
    return collectReply((handler) =>
      open(at.origin).send({ method: 'POST', path: at.pathname, headers, body: form.toString() }, handler),
    );
  };
  const surroundings = {
    clock: settings.clock,
    fetchToken,
    askMachine: createMachineRequests(who),
    // Nothing that these hosts say is ever repeated.
    keepSecret: () => undefined,
  };
  return {
    ask: askAs(open),
    askAws: (service, { region, accessKeyId, secretAccessKey, sessionToken }) => {
      const secrets = { secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
      const credentials = { settings: { region, accessKeyId }, secrets };
      return askAs(open, createAuthenticator(who, { kind: 'aws', service }, credentials, surroundings));
    },
    askGoogle: (credentials) =>
      askAs(
        open,
        createAuthenticator(
          who,
          { kind: 'google' },
          { settings: {}, secrets: { credentials } },
          surroundings,
        ),
      ),
    close: async () => {
      await Promise.all([...transports.values()].map((transport) => transport.close()));
    },
  };
}

function askAs(open: (origin: string) => Transport, authenticator?: Authenticator): Ask {
  return async ({ method, url, headers, body = null }) => {
    const at = checkAddress({ provider: who }, url);
    const path = at.pathname;
    const shown = await authenticator?.sign?.({
      method,
      path,
      host: at.host,
      body,
      covered: amazonOnly(headers),
    });
    const all = [
      ...Object.entries(headers).flat(),
      'accept-encoding',
      'identity',
      'user-agent',
      'keelson',
      ...(shown ?? []),
    ];
    const reply: WholeReply = await collectReply((handler) =>
      open(at.origin).send({ method, path, headers: all, body }, handler),
    );
    return { status: reply.status, text: reply.text };
  };
}

/** Of the headers that are sent, AWS wants its own to be signed. */
function amazonOnly(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-')));
}
