/**
 * How Vault is told who asks: a token as it is, an AppRole, or the service account of a pod in Kubernetes. Tokens from a
 * login are kept for most of their time; a token that was handed in is read anew when it is refused, and renewed by whoever
 * gave it.
 */
import { KeelsonError } from '@keelson/core';
import type { Clock } from '../../observability/index.ts';
import { type Ask, asObject, readReply } from '../ask.ts';
import { Secret } from '../secret.ts';

/** Gives the token of the moment; `isNew` asks for another than before. */
type CurrentToken = (wanted: { readonly isNew: boolean }) => Promise<Secret>;
export type VaultLogin = (ask: Ask) => CurrentToken;

/** Reads what a login needs, each time it logs in. */
type ReadSecret = () => Promise<Secret>;

export function tokenLogin(readToken: ReadSecret): VaultLogin {
  return () => () => readToken();
}

export interface AppRole {
  readonly clock: Pick<Clock, 'now'>;
  /** Where the method is mounted; `approle` when left out. */
  readonly mount?: string;
  readonly roleId: string;
  readonly readSecretId: ReadSecret;
}

export function appRoleLogin({ clock, mount = 'approle', roleId, readSecretId }: AppRole): VaultLogin {
  return (ask) =>
    keepToken(clock, async () =>
      logIn(ask, mount, { role_id: roleId, secret_id: (await readSecretId()).reveal() }),
    );
}

export interface KubernetesRole {
  readonly clock: Pick<Clock, 'now'>;
  /** `kubernetes` when left out. */
  readonly mount?: string;
  readonly role: string;
  /** Reads the token of the service account, which Kubernetes renews. */
  readonly readToken: ReadSecret;
}

export function kubernetesLogin({
  clock,
  mount = 'kubernetes',
  role,
  readToken,
}: KubernetesRole): VaultLogin {
  return (ask) =>
    keepToken(clock, async () => logIn(ask, mount, { role, jwt: (await readToken()).reveal() }));
}

interface Token {
  readonly secret: Secret;
  readonly lastsMs: number;
}

function keepToken(clock: Pick<Clock, 'now'>, fetchNew: () => Promise<Token>): CurrentToken {
  let kept: Secret | undefined;
  let keptUntil = 0;
  let loggedInAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<Secret> | undefined;
  const renew = async (): Promise<Secret> => {
    try {
      const { secret, lastsMs } = await fetchNew();
      loggedInAt = clock.now();
      kept = secret;
      keptUntil = loggedInAt + lastsMs * 0.8;
      return secret;
    } finally {
      fetching = undefined;
    }
  };
  return async ({ isNew }) => {
    const now = clock.now();
    // Many callers may be refused with the same old token; one login serves them all.
    const isUsable = kept !== undefined && now < keptUntil && (!isNew || now - loggedInAt < 1000);
    if (isUsable && kept !== undefined) return kept;
    fetching ??= renew();
    return fetching;
  };
}

async function logIn(ask: Ask, mount: string, body: Readonly<Record<string, string>>): Promise<Token> {
  const reply = await ask({
    method: 'POST',
    url: `/v1/auth/${mount}/login`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const auth = asObject(readReply(reply).auth);
  const token = auth?.client_token;
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) {
    const seconds = Number(auth?.lease_duration);
    // Nought means that it never ends.
    return { secret: new Secret(token), lastsMs: seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY };
  }
  throw new KeelsonError(
    'configuration_invalid',
    `Vault let nobody in by \`auth/${mount}\` (status ${reply.status}).`,
    { hint: 'Check the role, its secret id or service account, and where the method is mounted.' },
  );
}
