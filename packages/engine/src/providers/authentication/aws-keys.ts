/** Access keys that AWS gives a container or an instance for a while, and what is wrong where none comes. */
import { KeelsonError } from '@keelson/core';
import { isSuccess } from '../transport/index.ts';
import type { Surroundings } from './authentication.ts';
import { machineAddress } from './machine-address.ts';
import type { AskMachine, MachineIdentity } from './machine-identity.ts';

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface LastingKeys {
  readonly value: AwsKeys;
  readonly lastsMs: number;
}

/** Of keys that come without their end, which the services may leave out. */
const unsaidLastsMs = 15 * 60_000;

/** Checks the address at once; asks nobody. */
export function awsKeysOf(
  provider: string,
  identity: MachineIdentity,
  surroundings: Surroundings,
): () => Promise<LastingKeys> {
  const address = machineAddress(provider, identity);
  switch (identity.kind) {
    case 'aws-container':
      return () => askContainer({ provider, address, surroundings, hint: containerHint }, identity);
    case 'aws-instance':
      return () => askInstance({ provider, address, surroundings, hint: instanceHint });
    default:
      throw new KeelsonError('configuration_invalid', `${provider} cannot use credentials of another cloud.`);
  }
}

interface Place {
  readonly provider: string;
  readonly address: URL;
  readonly surroundings: Surroundings;
  /** For whatever has no better one. */
  readonly hint: string;
}

async function askContainer(
  place: Place,
  { token, tokenFile }: Extract<MachineIdentity, { kind: 'aws-container' }>,
): Promise<LastingKeys> {
  const { address, surroundings } = place;
  const shown = tokenFile === undefined ? token?.reveal() : surroundings.readFile?.(tokenFile);
  if (tokenFile !== undefined && shown === undefined) {
    const hint = 'Correct the path in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.';
    throw failed(place, 'the file of its token cannot be read', hint);
  }
  const authorization = shown?.trim();
  if (authorization !== undefined && /[^\x20-\x7e]/.test(authorization))
    throw failed(place, 'its token holds characters that no header has', 'Look for a line break in it.');
  if (authorization !== undefined) surroundings.keepSecret(authorization);
  const headers = authorization === undefined ? {} : { authorization };
  const reply = await ask(place, { method: 'GET', address, headers });
  return readKeys(place, reply.text, reply.status);
}

const containerHint = 'Check the role of the task or the pod, and whether its agent runs.';
const tokenSeconds = 21_600;
const instanceHint =
  'Give the instance a role; in a container on it, let the metadata service answer over two hops (`http-put-response-hop-limit`).';

async function askInstance(place: Place): Promise<LastingKeys> {
  const at = (path: string): URL => new URL(`/latest/${path}`, place.address);
  const opening = await ask(place, {
    method: 'PUT',
    address: at('api/token'),
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(tokenSeconds) },
  });
  if (!isSuccess(opening.status) || !/^[\x21-\x7e]+$/.test(opening.text))
    throw failed(place, `no session began (status ${opening.status})`);
  place.surroundings.keepSecret(opening.text);
  const headers = { 'x-aws-ec2-metadata-token': opening.text };
  const folder = 'meta-data/iam/security-credentials/';
  const roles = await ask(place, { method: 'GET', address: at(folder), headers });
  const [role = ''] = roles.text.trim().split('\n');
  if (!isSuccess(roles.status) || !/^[\w+=,.@-]{1,128}$/.test(role))
    throw failed(place, `the instance has no role (status ${roles.status})`);
  const address = at(`${folder}${encodeURIComponent(role)}`);
  const { text, status } = await ask(place, { method: 'GET', address, headers });
  return readKeys(place, text, status);
}

async function ask(place: Place, question: Parameters<AskMachine>[0]) {
  try {
    return await place.surroundings.askMachine(question);
  } catch (cause) {
    throw failed(place, 'it did not answer', place.hint, cause);
  }
}

function readKeys(place: Place, text: string, status: number): LastingKeys {
  const {
    AccessKeyId: id,
    SecretAccessKey: secret,
    Token: token,
    Expiration: end,
    Code: code,
  } = fieldsOf(text);
  if (!isWord(id) || !isWord(secret) || (token !== undefined && !isWord(token))) {
    // Its own words may repeat what it was sent; a code cannot.
    const why = typeof code === 'string' && /^\w{1,40}$/.test(code) && code !== 'Success' ? `, ${code}` : '';
    throw failed(place, `it gave no access key (status ${status}${why})`);
  }
  const { clock, keepSecret } = place.surroundings;
  keepSecret(secret);
  if (token !== undefined) keepSecret(token);
  const endsAt = typeof end === 'string' ? Date.parse(end) : Number.NaN;
  return {
    value: { accessKeyId: id, secretAccessKey: secret, ...(token !== undefined && { sessionToken: token }) },
    lastsMs: Number.isNaN(endsAt) ? unsaidLastsMs : endsAt - clock.now(),
  };
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function failed(place: Place, why: string, hint = place.hint, cause?: unknown): KeelsonError {
  const { provider, address } = place;
  const message = `${provider} has no credentials of this machine: ${address.host} was asked, but ${why}.`;
  return new KeelsonError('provider_authentication_failed', message, {
    hint,
    ...(cause !== undefined && { cause }),
  });
}
