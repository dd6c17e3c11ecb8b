/** Asks a model by a gateway, in the format that every gateway of Keelson takes. */
import { KeelsonError } from '@keelson/core';
import type { Secret } from '@keelson/engine';
import { type CarriedAnswer, createModelLink, type ModelLink } from './model-link.ts';

export interface GatewayPlace {
  /** With or without `/v1`. */
  readonly url: string;
  readonly key?: Secret;
}

export function openGatewayLink(model: string, { url, key }: GatewayPlace): ModelLink {
  const address = `${url.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/chat/completions`;
  const carry = async (body: string, signal: AbortSignal): Promise<CarriedAnswer> => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (key !== undefined) headers.authorization = `Bearer ${key.reveal()}`;
    // A gateway that sends elsewhere would be sent the key.
    const request = fetch(address, { method: 'POST', headers, body, signal, redirect: 'error' });
    const response = await request.catch((error: unknown) => {
      throw signal.aborted ? error : unreachable(url, error);
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      pieces: response.body ?? noPieces(),
    };
  };
  return createModelLink(model, carry, async () => {});
}

async function* noPieces(): AsyncGenerator<Uint8Array> {}

function unreachable(url: string, cause: unknown): KeelsonError {
  return new KeelsonError('provider_unavailable', `The gateway at ${url} cannot be reached.`, {
    hint: 'Check the address and whether it runs (`keelson serve`).',
    cause,
  });
}
