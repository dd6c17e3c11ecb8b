/** Asks a token server for a token that lasts a while, in the form of OAuth 2 that Google and Microsoft share. */
import { KeelsonError } from '@keelson/core';
import type { WholeReply } from '../transport/index.ts';

export interface Token {
  readonly value: string;
  readonly lastsMs: number;
}

/** Sends a form to a token server. */
export type FetchToken = (address: string, form: URLSearchParams) => Promise<WholeReply>;

export async function requestToken(
  provider: string,
  fetchToken: FetchToken,
  address: string,
  form: URLSearchParams,
): Promise<Token> {
  const { host } = new URL(address);
  let reply: WholeReply;
  try {
    reply = await fetchToken(address, form);
  } catch (cause) {
    throw failed(provider, `${host} gave no token, because it did not answer`, cause);
  }
  const token = readToken(reply.text);
  if (token !== undefined) return token;
  // Its own words may repeat what it was sent; the code cannot.
  const { error } = readAnswer(reply.text);
  const why = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : `status ${reply.status}`;
  throw failed(provider, `${host} gave no token (${why})`);
}

export function readToken(text: string): Token | undefined {
  const { access_token: value, expires_in: seconds } = readAnswer(text);
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) return undefined;
  const lasts = Number(seconds);
  return { value, lastsMs: lasts > 0 ? lasts * 1000 : 0 };
}

function readAnswer(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function failed(provider: string, what: string, cause?: unknown): KeelsonError {
  return new KeelsonError('provider_authentication_failed', `${provider} could not be asked: ${what}.`, {
    hint: `Check the credentials of ${provider}, and whether the token server can be reached.`,
    ...(cause !== undefined && { cause }),
  });
}
