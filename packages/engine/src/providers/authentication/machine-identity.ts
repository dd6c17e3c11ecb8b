/**
 * Credentials that a machine gives to what runs on it, in place of any that somebody wrote down: where they are asked for.
 * These addresses are reached by authentication alone; what operators configure as a provider's address stays guarded.
 */
import type { Secret } from '../../secrets/index.ts';
import { isMetadataHost } from '../address-guard.ts';
import type { WholeReply } from '../transport/index.ts';
import { invalid } from './credentials.ts';

export type MachineIdentity =
  /** The role of a task of ECS or a pod of EKS. The file is read anew each time, because its content changes. */
  | {
      readonly kind: 'aws-container';
      readonly address: string;
      readonly token?: Secret;
      readonly tokenFile?: string;
    }
  /** The role of an EC2 instance, by version 2 of its metadata service. */
  | { readonly kind: 'aws-instance'; readonly address?: string }
  /** The service account of a machine, service or job of Google Cloud. */
  | { readonly kind: 'google-metadata'; readonly address?: string };

export interface MachineQuestion {
  readonly method: 'GET' | 'PUT';
  readonly address: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Asks this machine; never through a proxy, never for long. */
export type AskMachine = (question: MachineQuestion) => Promise<WholeReply>;

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
