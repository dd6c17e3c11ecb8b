/**
 * Where a machine is asked for its credentials. These addresses are reached by authentication alone; what operators configure
 * as a provider's address stays guarded.
 */
import { isMetadataHost } from '../address-guard.ts';
import { invalid } from './credentials.ts';
import type { MachineIdentity } from './machine-identity.ts';

const usualAddresses: Readonly<Record<'aws-instance' | 'google-metadata', string>> = {
  'aws-instance': 'http://169.254.169.254',
  'google-metadata': 'http://metadata.google.internal',
};

/** Where AWS documents that containers are answered; over TLS it may be anywhere. */
const containerHosts = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]']);

/** Throws for an address that would hand a machine's token to somebody else. */
export function machineAddress(provider: string, identity: MachineIdentity): URL {
  const address = identity.address ?? usualAddresses[identity.kind as keyof typeof usualAddresses];
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !isAllowed(identity.kind, url)) {
    throw invalid(
      provider,
      'is to ask for its credentials at an address that is no metadata service',
      'It is a documented address of the cloud or this machine itself, without a user or a password.',
    );
  }
  return url;
}

function isAllowed(kind: MachineIdentity['kind'], { protocol, hostname, username, password }: URL): boolean {
  if (username !== '' || password !== '' || !/^https?:$/.test(protocol)) return false;
  if (/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) return true;
  if (kind !== 'aws-container') return isMetadataHost(hostname);
  return protocol === 'https:' || containerHosts.has(hostname);
}
