/** How secret managers on other hosts are asked. This room opens no connection; whoever puts it together hands in the way. */
import type { Secret } from './secret.ts';

interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Throws a KeelsonError where the host does not answer; gives every answer, whatever its status. */
export type Ask = (question: Question) => Promise<Reply>;

interface AwsCredentials {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
}

/** Ways to ask: as nobody, and signed as AWS and Google want it. */
export interface Reach {
  readonly ask: Ask;
  askAws(service: string, credentials: AwsCredentials): Ask;
  /** By the content of a file of credentials. */
  askGoogle(credentials: Secret): Ask;
}

/** The JSON object that a reply holds, or nothing. */
export function readReply({ text }: Reply): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text)) ?? {};
  } catch {
    return {};
  }
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}
