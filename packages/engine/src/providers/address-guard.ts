/**
 * Addresses that no model answers at, but that hand out a machine's own credentials: link-local networks and the metadata
 * services of clouds. They are refused as they stand and as what a name turns out to mean when a connection is made.
 */
import { type LookupAddress, lookup as lookUpByName } from 'node:dns';
import { isIPv4, isIPv6, type LookupFunction } from 'node:net';

/** What a lookup ends with when a name means one of them. */
export const refusedAddressCode = 'KEELSON_METADATA_ADDRESS';

const metadataNames =
  /^(?:metadata|metadata\.google\.internal|metadata\.goog|metadata\.azure\.internal|instance-data|instance-data\.ec2\.internal)$/;

/** Beside 169.254.0.0/16: Alibaba Cloud, Azure's platform address, Oracle Cloud's older one (October 2026). */
const metadataIpv4 = new Set(['100.100.100.200', '168.63.129.16', '192.0.0.192']);

/** A host as a URL has it (which has already undone decimal, octal and hexadecimal spellings), or an address. */
export function isMetadataHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  const name = bare.replace(/\.+$/, '');
  if (isIPv4(name)) return isMetadataIpv4(name);
  const withoutZone = bare.replace(/%.*$/, '');
  if (isIPv6(withoutZone)) return isMetadataIpv6(withoutZone);
  return metadataNames.test(name);
}

function isMetadataIpv4(address: string): boolean {
  return address.startsWith('169.254.') || metadataIpv4.has(address);
}

function isMetadataIpv6(address: string): boolean {
  const groups = groupsOf(address);
  const [first = 0, second = 0] = groups;
  if ((first & 0xffc0) === 0xfe80) return true;
  // Amazon (fd00:ec2::254 and its neighbours) and Google (fd20:ce::254).
  if ((first === 0xfd00 && second === 0x0ec2) || (first === 0xfd20 && second === 0x00ce)) return true;
  return embeddedIpv4(address).some(isMetadataIpv4);
}

/** Eight numbers; URL writes every spelling in the same way, with at most one `::`. */
function groupsOf(address: string): number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return numbers(head);
  const before = numbers(head);
  const after = numbers(tail);
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** IPv4 addresses that an IPv6 address may carry: mapped, compatible, translated (NAT64), 6to4, ISATAP and Teredo. */
export function embeddedIpv4(address: string): string[] {
  const groups = groupsOf(address);
  const at = (index: number): number => groups[index] ?? 0;
  const pair = (high: number, low: number): string =>
    [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  const found: string[] = [];
  const isMapped = at(4) === 0xffff || at(5) === 0xffff || (at(4) === 0 && at(5) === 0);
  const isPlain = groups.slice(0, 4).every((group) => group === 0) && isMapped;
  const isTranslated = at(0) === 0x0064 && at(1) === 0xff9b;
  const isIsatap = at(5) === 0x5efe;
  if (isPlain || isTranslated || isIsatap) found.push(pair(at(6), at(7)));
  if (at(0) === 0x2002) found.push(pair(at(1), at(2)));
  if (at(0) === 0x2001 && at(1) === 0) found.push(pair(at(6) ^ 0xffff, at(7) ^ 0xffff));
  return found;
}

/**
 * Looks names up as ever, and refuses those that mean such an address. Because it is asked for every connection, a name
 * that changes its meaning after the provider was configured does not get through.
 */
export function guardLookup(lookup: LookupFunction = lookUpByName as LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : (found ?? []).map(addressOf);
      if (error === null && addresses.some(isMetadataHost)) {
        const refused = new Error('The name means an address of a metadata service.');
        callback(Object.assign(refused, { code: refusedAddressCode }), '', 0);
        return;
      }
      callback(error, found, family);
    });
  };
}

function addressOf({ address }: LookupAddress): string {
  return address;
}
