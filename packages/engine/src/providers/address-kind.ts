/**
 * Whether an address is of this machine, of a network of one's own, or of the whole internet. Names are judged as they stand,
 * without looking them up: those without a dot and those under endings that the internet does not have are one's own.
 */
import { BlockList, isIP } from 'node:net';

export type AddressKind = 'loopback' | 'private' | 'public';

const ownNames = /(?:^|\.)(?:local|lan|internal|intranet|home|private|home\.arpa|corp|localdomain|test)$/;

const privateNetworks = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  // Shared by carriers, and used by virtual private networks.
  ['100.64.0.0', 10],
] as const)
  privateNetworks.addSubnet(network, bits, 'ipv4');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');
privateNetworks.addSubnet('fe80::', 10, 'ipv6');

const thisMachine = new BlockList();
thisMachine.addSubnet('127.0.0.0', 8, 'ipv4');
thisMachine.addAddress('0.0.0.0', 'ipv4');
thisMachine.addAddress('::1', 'ipv6');
thisMachine.addAddress('::', 'ipv6');

export function kindOfAddress({ hostname }: URL): AddressKind {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const version = isIP(host);
  if (version === 0) return kindOfName(host);
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (thisMachine.check(host, family)) return 'loopback';
  return privateNetworks.check(host, family) ? 'private' : 'public';
}

function kindOfName(name: string): AddressKind {
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback';
  return !name.includes('.') || ownNames.test(name) ? 'private' : 'public';
}
