/**
 * Whether a host lies inside a network rather than on the internet, as it stands and as what its name turns out to mean when a
 * connection is made. For hosts that somebody else than the operator chose.
 */
import { type LookupAddress, lookup as lookUpByName } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import { embeddedIpv4, isMetadataHost, refusedAddressCode } from './address-guard.ts';
import { kindOfAddress } from './address-kind.ts';

/** Networks that nobody on the internet has: reserved, for tests, for many at once. */
const nobodys = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  nobodys.addSubnet(network, bits, 'ipv4');
nobodys.addSubnet('100::', 64, 'ipv6');
nobodys.addSubnet('2001:db8::', 32, 'ipv6');
nobodys.addSubnet('fec0::', 10, 'ipv6');
nobodys.addSubnet('ff00::', 8, 'ipv6');

/** Names are judged as they stand. */
export function isInside(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isInsideAddress(host);
  return isMetadataHost(host) || kindOfAddress(url) !== 'public';
}

/** Also what is inside by the IPv4 address that an IPv6 address carries. */
function isInsideAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  const url = new URL(`http://${isIPv6(plain) ? `[${plain}]` : plain}`);
  if (isMetadataHost(plain) || kindOfAddress(url) !== 'public') return true;
  if (nobodys.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')) return true;
  return isIPv6(plain) && embeddedIpv4(plain).some(isInsideAddress);
}

/** Looks names up as ever, and refuses those that mean an address inside; asked for every connection, as `guardLookup`. */
export function refuseInside(lookup: LookupFunction = lookUpByName as LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      if (error === null && addressesOf(found).some(isInsideAddress)) {
        const refused = new Error('The name means an address inside a network.');
        callback(Object.assign(refused, { code: refusedAddressCode }), '', 0);
        return;
      }
      callback(error, found, family);
    });
  };
}

/** For hosts that a proxy connects to, where only what the name means here can be looked at. False where it means nothing here. */
export function meansInside(
  hostname: string,
  lookup: LookupFunction = lookUpByName as LookupFunction,
): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return Promise.resolve(isInsideAddress(host));
  return new Promise((resolve) => {
    lookup(host, { all: true }, (error, found) => {
      resolve(error === null && addressesOf(found).some(isInsideAddress));
    });
  });
}

const addressesOf = (found: string | LookupAddress[] | undefined): string[] =>
  typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
