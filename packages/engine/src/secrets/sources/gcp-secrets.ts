/** Secrets in Google Cloud's Secret Manager (cloud.google.com/secret-manager/docs/reference/rest, October 2026). */
import { type Ask, asObject, readReply } from '../ask.ts';
import { type SecretSource, secretError } from '../secret-source.ts';
import { decodeText } from './file.ts';
import { takeField } from './secret-field.ts';

/** `ask` shows a token for Google Cloud. The newest version is read where the reference names none. */
export function createGcpSecretManagerSource(
  { address }: { readonly address?: string },
  ask: Ask,
): SecretSource {
  return {
    read: async (reference) => {
      const { locator, label } = reference;
      const version = locator.includes('/versions/') ? locator : `${locator}/versions/latest`;
      const base = (address ?? addressOf(locator)).replace(/\/+$/, '');
      const reply = await ask({ method: 'GET', url: `${base}/v1/${version}:access`, headers: {} });
      const answer = readReply(reply);
      const data = asObject(answer.payload)?.data;
      if (typeof data === 'string') {
        return { value: takeField(decodeText(Buffer.from(data, 'base64'), label), reference) };
      }
      const kind = asObject(answer.error)?.status;
      const why = typeof kind === 'string' && /^[A-Z_]{1,40}$/.test(kind) ? kind : `status ${reply.status}`;
      throw secretError(
        label,
        `was not given (${why})`,
        'Check its name, and that the account has the role Secret Manager Secret Accessor.',
      );
    },
  };
}

/** Secrets of a region are at an address of their own. */
function addressOf(locator: string): string {
  const location = /\/locations\/([a-z0-9-]+)\//.exec(locator)?.[1];
  return location === undefined
    ? 'https://secretmanager.googleapis.com'
    : `https://secretmanager.${location}.rep.googleapis.com`;
}
