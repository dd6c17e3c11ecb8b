/** AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
import { createHash, createHmac } from 'node:crypto';
import type { Signable } from './authentication.ts';

export interface AwsIdentity {
  readonly region: string;
  readonly service: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Signer = (call: Signable, nowMs: number) => string[];

/** Gives the headers that a call needs besides its own, names and values in turn. */
export function createAwsSigner(identity: AwsIdentity): Signer {
  const { region, service, accessKeyId, sessionToken } = identity;
  let day = '';
  let key: Buffer | undefined;
  return (call, nowMs) => {
    const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
    // The key depends on the day alone.
    if (key === undefined || day !== time.slice(0, 8)) {
      day = time.slice(0, 8);
      key = deriveKey(identity, day);
    }
    const bodyHash = sha256(call.body ?? '');
    const own: [string, string][] = [
      ['host', call.host],
      ['x-amz-content-sha256', bodyHash],
      ['x-amz-date', time],
      ...(sessionToken === undefined ? [] : [['x-amz-security-token', sessionToken] as [string, string]]),
    ];
    const signed = call.covered === undefined ? own : withCovered(own, call.covered);
    const names = signed.map(([name]) => name).join(';');
    const [path = '', query = ''] = splitOnce(call.path);
    const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
    const canonical = [call.method, canonicalPath(path), canonicalQuery(query), lines, names, bodyHash].join(
      '\n',
    );
    const scope = `${day}/${region}/${service}/aws4_request`;
    const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return [...own.slice(1).flat(), 'authorization', authorization];
  };
}

function withCovered(
  own: readonly [string, string][],
  covered: Readonly<Record<string, string>>,
): [string, string][] {
  return [...own, ...Object.entries(covered)].toSorted(([one], [other]) => compare(one, other));
}

function deriveKey({ secretAccessKey, region, service }: AwsIdentity, day: string): Buffer {
  const ofDay = hmac(`AWS4${secretAccessKey}`, day);
  return hmac(hmac(hmac(ofDay, region), service), 'aws4_request');
}

/** Every service but S3 wants segments escaped once more than they are sent, and no empty or relative ones. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const end = path.endsWith('/') && segments.length > 0 ? '/' : '';
  return `/${segments.map(escapeStrictly).join('/')}${end}`;
}

function canonicalQuery(query: string): string {
  // `+` is a plus here, not a space, so URLSearchParams must not read it.
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const [name = '', value = ''] = splitOnce(pair, '=');
      return [escapeStrictly(unescapeText(name)), escapeStrictly(unescapeText(value))];
    });
  const sorted = pairs.toSorted((one, other) => compare(one[0], other[0]) || compare(one[1], other[1]));
  return sorted.map((pair) => pair.join('=')).join('&');
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function splitOnce(text: string, at = '?'): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + at.length)];
}

function unescapeText(text: string): string {
  return decodeURIComponent(text);
}

function escapeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, content: string): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
