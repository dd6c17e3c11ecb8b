// The contract of the stores of answers, on all of them: memory, the database on both engines, a real Redis.
import { describe, it } from 'vitest';
import { silentLog, systemClock } from '../observability/index.ts';
import { startRedis, whyNoRedis } from './__fixtures__/redis-server.ts';
import { storages } from './__fixtures__/storages.ts';
import { describeAnswerStore } from './answer-store.contract.ts';
import { createDatabaseStore } from './database-store.ts';
import { createMemoryStore } from './memory-store.ts';
import { openRedisStore } from './redis-store.ts';

const deps = { clock: systemClock, log: silentLog };

describeAnswerStore('memory', async () => {
  const store = createMemoryStore({ maxBytes: 64 * 1024 * 1024 });
  return { store, close: () => store.close() };
});

for (const [name, open] of Object.entries(storages)) {
  describeAnswerStore(`the database (${name})`, async () => {
    const storage = await open();
    const { cachedAnswers } = storage;
    const store = createDatabaseStore({ cachedAnswers, maxBytes: 1e9, ...deps });
    return {
      store,
      close: async () => {
        await store.close();
        await storage.close();
      },
    };
  });
}

if (whyNoRedis === undefined) {
  describeAnswerStore('Redis', async () => {
    const server = await startRedis();
    const store = await openRedisStore(server.url);
    return {
      store,
      close: async () => {
        await store.close();
        await server.kill();
      },
    };
  });
} else {
  describe('answers in Redis', () => {
    it.skip(`SKIPPED: ${whyNoRedis}`, () => {});
  });
}
