// Turns the address that a server listens on into a URL that a person can paste, and failures to listen into
// sentences that say which setting to change. Opening sockets does not belong here.
import type { AddressInfo } from 'node:net';

const connectableHosts: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export function renderUrl({ address, family, port }: AddressInfo): string {
  const host = connectableHosts[address] ?? address;
  return family === 'IPv6' ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}

export interface ListenTarget {
  readonly host: string;
  readonly port: number;
}

/** A sentence for the listen errors that an operator can mend; undefined for all others. */
export function explainListenError(
  code: string | undefined,
  { host, port }: ListenTarget,
): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on \`${host}\` is already in use. Stop the program that uses it, or set KEELSON_PORT to a free port.`;
    case 'EACCES':
      return `This user may not listen on port ${port}. Set KEELSON_PORT to a port above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address \`${host}\`. Set KEELSON_HOST to one that it has, for example 127.0.0.1.`;
    default:
      return undefined;
  }
}
