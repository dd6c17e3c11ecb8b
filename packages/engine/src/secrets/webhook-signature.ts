/**
 * Signs what is sent to somebody's address and checks what comes from one, as Standard Webhooks says: an HMAC over id, time and body,
 * by a secret that both know. It sends nothing and knows no clock.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import type { Secret } from './secret.ts';

export interface WebhookMessage {
  /** The same whenever the same message is sent again, so that whoever gets it twice notices. */
  readonly id: string;
  /** Milliseconds since 1970; sent as whole seconds. */
  readonly at: number;
  /** Exactly as it is sent. */
  readonly body: string | Uint8Array;
}

export interface WebhookHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

export interface ReceivedWebhook {
  /** Names in small letters, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Before anybody has parsed it. */
  readonly body: string | Uint8Array;
}

export interface WebhookCheck {
  /** Each `whsec_` and base64; several while one takes the place of another. */
  readonly secrets: readonly Secret[];
  readonly now: number;
  /** How far the two clocks may be apart; five minutes when left out. */
  readonly toleranceMs?: number;
}

export type WebhookVerdict =
  | { readonly isValid: true; readonly id: string; readonly at: number }
  | {
      readonly isValid: false;
      readonly reason: 'missing_header' | 'bad_timestamp' | 'too_old' | 'too_new' | 'wrong_signature';
    };

const usualToleranceMs = 5 * 60_000;
const prefix = 'whsec_';
/** As the specification asks; shorter ones can be guessed. */
const leastBytes = 24;
const mostBytes = 64;
/** Each costs a hash, and a stranger chooses how many there are. */
const mostSignatures = 16;

/** With one signature for each secret, so that whoever checks may know the old one or the new one. */
export function signWebhook({ id, at, body }: WebhookMessage, secrets: readonly Secret[]): WebhookHeaders {
  if (!/^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id)) {
    throw new KeelsonError(
      'invalid_request',
      'The id of a webhook is 1 to 256 visible characters without a dot.',
      {
        details: { field: 'id' },
      },
    );
  }
  const timestamp = String(Math.floor(at / 1000));
  const keys = readSecrets(secrets);
  const signatures = keys.map(
    (key) => `v1,${signatureOf(key, `${id}.${timestamp}.`, body).toString('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** Throws only where a secret is none; what was received is judged. */
export function verifyWebhook({ headers, body }: ReceivedWebhook, check: WebhookCheck): WebhookVerdict {
  const keys = readSecrets(check.secrets);
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string' || id === '')
    return { isValid: false, reason: 'missing_header' };
  if (!/^\d{1,12}$/.test(timestamp)) return { isValid: false, reason: 'bad_timestamp' };
  const at = Number(timestamp) * 1000;
  const { now, toleranceMs = usualToleranceMs } = check;
  if (at < now - toleranceMs) return { isValid: false, reason: 'too_old' };
  if (at > now + toleranceMs) return { isValid: false, reason: 'too_new' };
  const shown = signatures.split(' ', mostSignatures).flatMap(readSignature);
  const isSigned = keys.some((key) => {
    const expected = signatureOf(key, `${id}.${timestamp}.`, body);
    return shown.some((signature) => timingSafeEqual(signature, expected));
  });
  return isSigned ? { isValid: true, id, at } : { isValid: false, reason: 'wrong_signature' };
}

function signatureOf(key: Buffer, before: string, body: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(before).update(body).digest();
}

const signatureBytes = 32;

/** Other versions may stand beside ours, and are not for us. */
function readSignature(text: string): Buffer[] {
  const [, base64] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(text) ?? [];
  const bytes = base64 === undefined ? undefined : Buffer.from(base64, 'base64');
  return bytes?.length === signatureBytes ? [bytes] : [];
}

function readSecrets(secrets: readonly Secret[]): Buffer[] {
  if (secrets.length === 0) throw wrongSecret('there is none');
  return secrets.map((secret) => {
    const text = secret.reveal();
    if (!text.startsWith(prefix)) throw wrongSecret('it does not begin with `whsec_`');
    const base64 = text.slice(prefix.length);
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw wrongSecret('it is not base64');
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length < leastBytes || bytes.length > mostBytes)
      throw wrongSecret(`it has ${bytes.length} bytes in place of ${leastBytes} to ${mostBytes}`);
    return bytes;
  });
}

/** Without the secret. */
function wrongSecret(problem: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `The secret of a webhook cannot be used: ${problem}.`, {
    hint: 'Make one with `openssl rand -base64 32`, and write `whsec_` before it.',
  });
}
