/**
 * Secrets in HashiCorp Vault, version 2 of its key-value engine (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2,
 * October 2026). The path of a reference is that of the API, with `data` in it.
 */
import { errorTable } from '@keelson/core';
import { type Ask, asObject, type Reply, readReply } from '../ask.ts';
import type { SecretReference } from '../reference.ts';
import { type SecretSource, secretError } from '../secret-source.ts';
import { fieldOf } from './secret-field.ts';
import type { VaultLogin } from './vault-login.ts';

export interface VaultSettings {
  /** `https://vault.example.com:8200`. */
  readonly address: string;
  readonly namespace?: string;
  readonly login: VaultLogin;
}

const denied = errorTable.permission_denied.status;
const notFound = errorTable.not_found.status;

export function createVaultSource({ address, namespace, login }: VaultSettings, ask: Ask): SecretSource {
  const base = address.replace(/\/+$/, '');
  const own = {
    'x-vault-request': 'true',
    ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
  };
  const askVault: Ask = (question) =>
    ask({ ...question, url: `${base}${question.url}`, headers: { ...own, ...question.headers } });
  const currentToken = login(askVault);
  const readPath = async (path: string, isNew: boolean): Promise<Reply> => {
    const token = await currentToken({ isNew });
    return askVault({ method: 'GET', url: `/v1/${path}`, headers: { 'x-vault-token': token.reveal() } });
  };
  return {
    read: async (reference) => {
      const first = await readPath(reference.locator, false);
      // The token may have been revoked, or have ended early.
      const reply = first.status === denied ? await readPath(reference.locator, true) : first;
      return { value: readAnswer(reply, reference) };
    },
  };
}

function readAnswer(reply: Reply, { field = '', label }: SecretReference): string {
  const data = asObject(readReply(reply).data);
  const fields = asObject(data?.data);
  if (fields !== undefined) return fieldOf(fields, field, label);
  if (reply.status === denied) {
    throw secretError(label, 'may not be read', 'Give the policy of the token or role `read` on this path.');
  }
  if (reply.status === notFound) {
    const metadata = asObject(data?.metadata);
    const isDeleted = metadata !== undefined;
    throw isDeleted
      ? secretError(label, 'has been deleted', 'Write a new version of it.')
      : secretError(
          label,
          'is not there',
          'Check the path: `data` stands after the name of the engine, as in vault:secret/data/openai#key.',
        );
  }
  throw secretError(
    label,
    `was not given (status ${reply.status})`,
    'Check whether the Vault is unsealed, and whether the path is one of a key-value engine of version 2.',
  );
}
