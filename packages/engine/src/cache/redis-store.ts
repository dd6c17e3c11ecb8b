/**
 * Answers in Redis or Valkey, for all processes that reach it. The client is loaded only when this store is chosen. A server
 * that is away makes every question fail at once; the client comes back to it by itself.
 */
import { createHash } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import type { AnswerKey, AnswerStore } from './answer-store.ts';

const connectPatienceMs = 2000;
const mostBetweenTriesMs = 1000;

export async function openRedisStore(url: string): Promise<AnswerStore> {
  const address = checkAddress(url);
  const { Redis } = await import('ioredis');
  const client = new Redis(address, {
    lazyConnect: true,
    // What cannot be asked now is not asked later: the call has gone on without it.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectPatienceMs,
    disableClientInfo: true,
    retryStrategy: (tries) => Math.min(50 * 2 ** Math.min(tries, 10), mostBetweenTriesMs),
  });
  // Whoever asks is told of it; without a listener the process would end.
  client.on('error', () => {});
  // A server that is not there yet is waited for by the client, not by whoever starts.
  await client.connect().catch(() => {});
  return {
    name: 'redis',
    get: async (key) => (await client.getBuffer(nameOf(key))) ?? undefined,
    set: async (key, sealed, { keptAt, expiresAt }) => {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      await client.set(nameOf(key), bytes, 'PX', Math.max(1, expiresAt - keptAt));
    },
    remove: async (key) => {
      await client.del(nameOf(key));
    },
    close: async () => client.disconnect(),
  };
}

function checkAddress(url: string): string {
  const address = url.replace(/^valkey(?=s?:)/, 'redis');
  if (/^rediss?:\/\//.test(address) && URL.canParse(address)) return address;
  throw new KeelsonError('configuration_invalid', 'The address of Redis is none.', {
    // The address itself may hold a password.
    hint: 'Set it to redis://host:6379, or rediss:// for an encrypted connection; valkey:// and valkeys:// mean the same.',
  });
}

/** Names of workspaces may hold anything; their hashes are told apart by `:`. */
function nameOf({ workspace, hash }: AnswerKey): string {
  const tenant = createHash('sha256').update(workspace).digest('hex').slice(0, 32);
  return `keelson:answer:${tenant}:${hash}`;
}
