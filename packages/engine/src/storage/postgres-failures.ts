/** What the operator is told when the PostgreSQL server cannot be used; never with the password in it. */
import { KeelsonError } from '@keelson/core';

type Advice = readonly [problem: string, hint: string];

const unreachable: Advice = [
  'cannot be reached',
  'Check that the server runs, and that host and port are right and open from here.',
];
const refused: Advice = [
  'refuses the user or the password',
  'Correct the user and the password in the address of the database.',
];
const untrusted: Advice = [
  'shows a certificate that is not trusted',
  'Name the authority by `sslrootcert`, or accept any certificate by `sslmode=no-verify`.',
];
const restarting: Advice = ['is starting or stopping', 'Try again shortly.'];

const adviceByCode: Readonly<Record<string, Advice>> = {
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOENT: unreachable,
  ENOTFOUND: ['cannot be found', 'Correct the host in the address of the database.'],
  EAI_AGAIN: ['cannot be found', 'Check the name server, and the host in the address of the database.'],
  ETIMEDOUT: unreachable,
  EPIPE: unreachable,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
  CERT_HAS_EXPIRED: untrusted,
  '28000': refused,
  '28P01': refused,
  '3D000': ['has no database of that name', 'Create the database, or correct its name.'],
  '42501': ['does not let this user do that', 'Give the user the right to create tables in its schema.'],
  '53100': ['has no disk space left', 'Free some space on the server; nothing that was stored is lost.'],
  '53300': ['accepts no more connections', 'Lower the pool size, or raise `max_connections` of the server.'],
  '55P03': ['did not give a lock in time', 'Try again; if it persists, look for long transactions.'],
  '57014': ['took too long to answer', 'Try again; if it persists, look at the load of the server.'],
  '57P01': restarting,
  '57P02': restarting,
  '57P03': restarting,
};

/** The driver gives these no code. */
const adviceByMessage: readonly (readonly [RegExp, Advice])[] = [
  [/timeout|terminated|not queryable/i, unreachable],
  [/does not support SSL/i, ['does not speak TLS', 'Leave `sslmode` out, or switch TLS on at the server.']],
  [/password must be a string|no password/i, refused],
];

/** `place` names host, port and database. */
export function describePostgresFailure(error: unknown, place: string): KeelsonError | undefined {
  const advice = findAdvice(error);
  if (advice === undefined) return undefined;
  const [problem, hint] = advice;
  return new KeelsonError('configuration_invalid', `The PostgreSQL server at \`${place}\` ${problem}.`, {
    hint,
    cause: error,
  });
}

function findAdvice(error: unknown): Advice | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code !== undefined) return adviceByCode[code];
  return adviceByMessage.find(([pattern]) => pattern.test(error.message))?.[1];
}
