/** Tokens of the service account that a machine, service or job of Google Cloud runs as. */
import { KeelsonError } from '@keelson/core';
import { isSuccess, type WholeReply } from '../transport/index.ts';
import type { Surroundings } from './authentication.ts';
import { readToken, type Token } from './fetch-token.ts';
import { machineAddress } from './machine-address.ts';
import type { MachineIdentity } from './machine-identity.ts';

const path = '/computeMetadata/v1/instance/service-accounts/default/token';

/** Checks the address at once; asks nobody. */
export function machineTokenOf(
  provider: string,
  identity: MachineIdentity,
  { askMachine }: Surroundings,
): () => Promise<Token> {
  if (identity.kind !== 'google-metadata')
    throw new KeelsonError('configuration_invalid', `${provider} cannot use credentials of another cloud.`);
  const address = new URL(path, machineAddress(provider, identity));
  return async () => {
    let reply: WholeReply;
    try {
      reply = await askMachine({ method: 'GET', address, headers: { 'metadata-flavor': 'Google' } });
    } catch (cause) {
      throw failed(provider, address, 'did not answer', cause);
    }
    // Anybody may listen at such an address in a foreign network.
    const isGoogle = reply.headers['metadata-flavor'] === 'Google';
    const token = isGoogle && isSuccess(reply.status) ? readToken(reply.text) : undefined;
    if (token !== undefined) return token;
    throw failed(provider, address, isGoogle ? `gave no token (status ${reply.status})` : 'is not of Google');
  };
}

function failed(provider: string, { host }: URL, why: string, cause?: unknown): KeelsonError {
  const message = `${provider} has no credentials of this machine: the metadata service at ${host} ${why}.`;
  return new KeelsonError('provider_authentication_failed', message, {
    hint: 'Run on Google Cloud with a service account, log in by `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.',
    ...(cause !== undefined && { cause }),
  });
}
