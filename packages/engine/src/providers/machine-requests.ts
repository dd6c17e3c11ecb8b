/**
 * The way to a machine's own metadata service: direct, quick, and the only one that the guard of addresses lets through.
 * Which addresses are asked is decided by authentication, never by what a provider's address is.
 */
import { isMetadataHost } from './address-guard.ts';
import type { AskMachine } from './authentication/index.ts';
import { collectReply, type OutgoingRequest, Transport } from './transport/index.ts';

/** They answer from the same host; whoever waits longer is not on such a machine. */
const timeouts = { connectMs: 1000, firstByteMs: 2000, betweenChunksMs: 1000, totalMs: 4000 };
const maxAnswerBytes = 64 * 1024;

/** Opened for each question, which is asked once in an hour or so, and closed after it. */
export function createMachineRequests(provider: string): AskMachine {
  return async ({ method, address, headers }) => {
    const transport = new Transport({
      provider,
      origin: address.origin,
      timeouts,
      maxSockets: 1,
      maxWaiting: 0,
      maxAnswerBytes,
      connection: { allowMetadataAddresses: isMetadataHost(address.hostname) },
    });
    const request: OutgoingRequest = {
      method,
      path: `${address.pathname}${address.search}`,
      headers: ['accept-encoding', 'identity', 'user-agent', 'keelson', ...Object.entries(headers).flat()],
      body: null,
    };
    try {
      return await collectReply((handler) => transport.send(request, handler));
    } finally {
      await transport.close();
    }
  };
}
