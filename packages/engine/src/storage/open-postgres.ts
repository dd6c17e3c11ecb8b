/** Opens the pool of connections to a PostgreSQL server: bounded, with timeouts, the password kept out of sight. */
import { readFileSync } from 'node:fs';
import { KeelsonError } from '@keelson/core';
import pg from 'pg';
import type { Log } from '../observability/index.ts';
import { narrowInteger } from './narrow-integer.ts';

export interface PostgresTarget {
  readonly kind: 'postgres';
  /** `postgres://user:password@host:port/database`, with `sslmode`, `sslrootcert` or `host` (of a socket) behind it. */
  readonly url: string;
  /** The most connections of this process; 10 when left out. */
  readonly poolSize?: number;
}

const connectTimeoutMs = 5000;
const idleTimeoutMs = 30_000;
const statementTimeoutMs = 30_000;
const int8 = 20;

interface Address {
  readonly options: Pick<pg.PoolConfig, 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'>;
  /** For messages: where it is, without who asks. */
  readonly place: string;
}

export function openPostgres(target: PostgresTarget, log: Log): { pool: pg.Pool; place: string } {
  const { options, place } = parseAddress(target.url);
  const pool = new pg.Pool({
    ...options,
    max: target.poolSize ?? 10,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // Longer than the server's own patience: it is for a server that no longer answers at all.
    query_timeout: 2 * statementTimeoutMs,
    keepAlive: true,
    application_name: 'keelson',
    types: { getTypeParser: findTypeParser as typeof pg.types.getTypeParser },
  });
  // Without a listener, a connection that breaks while nobody uses it would end the process.
  pool.on('error', (error) => log.warn('A connection to the database broke while idle.', { error }));
  return { pool, place };
}

function findTypeParser(type: number, format?: 'text' | 'binary'): unknown {
  if (type === int8 && format !== 'binary') return (text: string) => narrowInteger(BigInt(text));
  return pg.types.getTypeParser(type, format as 'text');
}

/** Taken apart here, because the driver would keep the whole address, and show it with the password in its errors. */
function parseAddress(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw invalidAddress('it does not have the form `postgres://user:password@host:port/database`');
  }
  const { sslmode = 'disable', sslrootcert, host: socket, ...rest } = Object.fromEntries(url.searchParams);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw invalidAddress(`\`${unknown}\` is none of \`sslmode\`, \`sslrootcert\` and \`host\``);
  }
  const host = socket ?? (url.hostname === '' ? 'localhost' : url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const port = url.port === '' ? 5432 : Number(url.port);
  const user = decode(url.username);
  const database = decode(url.pathname.slice(1)) || user;
  const ssl = resolveTls(sslmode, sslrootcert);
  const password = decode(url.password);
  return {
    options: { host, port, ssl, ...(user && { user }), ...(password && { password }), database },
    place: `${host}:${port}/${database}`,
  };
}

function resolveTls(mode: string, authorityFile: string | undefined): pg.PoolConfig['ssl'] {
  const authority = authorityFile === undefined ? {} : { ca: readAuthority(authorityFile) };
  switch (mode) {
    case 'disable':
      return false;
    case 'require':
    case 'verify-full':
      return { ...authority, rejectUnauthorized: true };
    case 'no-verify':
      return { rejectUnauthorized: false };
    default:
      throw invalidAddress('`sslmode` is none of `disable`, `require`, `verify-full` and `no-verify`');
  }
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `The file \`${file}\` of \`sslrootcert\` cannot be read.`;
    const hint = 'Name the file that holds the certificate of the authority.';
    const error = new KeelsonError('configuration_invalid', message, { hint, cause });
    throw error;
  }
}

function decode(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) {
    throw invalidAddress('a `%` in it is not followed by two hexadecimal digits; write `%25` for it');
  }
  return decodeURIComponent(text);
}

/** The address is not repeated, because a password may be in it wherever somebody put it. */
function invalidAddress(problem: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `The address of the database is wrong: ${problem}.`, {
    hint: 'Correct the address of the PostgreSQL database.',
  });
}
