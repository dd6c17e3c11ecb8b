// The address of whoever calls. What a request says about where it comes from is believed only of proxies that the operator
// named.
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

export interface TrustedProxies {
  isTrusted(address: string): boolean;
}

export const noProxies: TrustedProxies = { isTrusted: () => false };

/** Addresses and networks, such as `10.0.0.0/8`. Gives the one that cannot be read in place of them. */
export function parseProxies(list: readonly string[]): TrustedProxies | { readonly wrong: string } {
  const trusted = new BlockList();
  for (const each of list) {
    const [address = '', prefix, ...rest] = each.split('/');
    const family = isIP(address);
    const bits = Number(prefix ?? (family === 4 ? 32 : 128));
    const isNumber = prefix === undefined || /^\d{1,3}$/.test(prefix);
    if (family === 0 || rest.length > 0 || !isNumber || bits > (family === 4 ? 32 : 128))
      return { wrong: each };
    trusted.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return { isTrusted: (address) => trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') };
}

/** From the nearest on, the first that is no proxy of ours. */
export function callerAddress({ socket, headers }: IncomingMessage, proxies: TrustedProxies): string {
  let address = plain(socket.remoteAddress ?? '');
  const said = headers['x-forwarded-for'];
  const hops = (Array.isArray(said) ? said.join() : (said ?? ''))
    .split(',')
    .map((each) => plain(each.trim()));
  while (proxies.isTrusted(address)) {
    const before = hops.pop();
    if (before === undefined || isIP(before) === 0) return address;
    address = before;
  }
  return address;
}

/** IPv4 as IPv6 writes it is the same address. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}
