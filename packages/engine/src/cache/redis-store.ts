/**
 * Answers in Redis or Valkey, for all processes that reach it. The client is loaded only when this store is chosen. A server
 * that is away makes every question fail at once; the client comes back to it by itself.
 */
import { createHash } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import type { Redis } from 'ioredis';
import type { AnswerKey, AnswerStore } from './answer-store.ts';

const connectPatienceMs = 2000;
const mostBetweenTriesMs = 1000;

export async function openRedisStore(url: string): Promise<AnswerStore> {
  const address = checkAddress(url);
  const { Redis: Client } = await import('ioredis');
  const client = new Client(address, {
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
    // Counting would go through all that is there.
    measure: async () => undefined,
    forget: async (workspaces) => {
      if (workspaces === 'all') return forgetAll(client, everyPrefix);
      let forgotten = 0;
      for (const workspace of workspaces) forgotten += await forgetAll(client, prefixOf(workspace));
      return forgotten;
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
  return `${prefixOf(workspace)}${hash}`;
}

const everyPrefix = 'keelson:answer:';

function prefixOf(workspace: string): string {
  const tenant = createHash('sha256').update(workspace).digest('hex').slice(0, 32);
  return `${everyPrefix}${tenant}:`;
}

const namesPerStep = 1000;

/** Step by step, so that others who ask are not kept waiting. */
async function forgetAll(client: Redis, prefix: string): Promise<number> {
  let forgotten = 0;
  let cursor = '0';
  do {
    const [next, names] = await client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', namesPerStep);
    if (names.length > 0) forgotten += await client.unlink(...names);
    cursor = next;
  } while (cursor !== '0');
  return forgotten;
}
