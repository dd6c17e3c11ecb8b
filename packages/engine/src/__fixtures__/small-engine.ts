/** An engine with one model, one budget, receipts and a cache, on a folder that several may share one after the other. */
import { join } from 'node:path';
import { createRegistry, dialects, readWholeRegistryFile } from '@keelson/core';
import { openAnswerCache } from '../cache/index.ts';
import type { AnyDialect, AskedCall, Caller } from '../calls/index.ts';
import { type Engine, type EngineSettings, openEngine } from '../engine.ts';
import { silentLog, systemClock } from '../observability/index.ts';
import { providerForms } from '../providers/index.ts';
import { holdSigningKey } from '../receipts/index.ts';
import { Secret } from '../secrets/index.ts';
import { openStorage, type Storage, type StorageTarget } from '../storage/index.ts';

const registry = createRegistry([
  readWholeRegistryFile({
    provider: 'openai',
    version: 1,
    models: {
      'openai:one': {
        provider: 'openai',
        model_name: 'one',
        context_window_tokens: 100_000,
        dollars_per_million_tokens_input: 1,
        dollars_per_million_tokens_output: 10,
      },
    },
  }),
]);

export interface SmallEngine {
  readonly engine: Engine;
  readonly storage: Storage;
  /** Whether storage keeps receipts: it does, it fails, or it says nothing any more. */
  receiptsAre: 'kept' | 'refused' | 'hanging';
  close(): Promise<void>;
}

export async function openSmallEngine(
  folder: string,
  address: string,
  target: StorageTarget = { kind: 'sqlite', path: join(folder, 'keelson.db') },
  more: Partial<EngineSettings> = {},
): Promise<SmallEngine> {
  const opened = await openStorage(target, { clock: systemClock, log: silentLog });
  const small: SmallEngine = {
    engine: undefined as unknown as Engine,
    storage: opened,
    receiptsAre: 'kept',
    close: async () => {
      await small.engine.close();
      await cache.close();
      await opened.close();
    },
  };
  const append: Storage['receipts']['append'] = async (batch) => {
    if (small.receiptsAre === 'refused') throw new Error('There is no room for receipts.');
    if (small.receiptsAre === 'hanging') return new Promise(() => {});
    return opened.receipts.append(batch);
  };
  const storage = { ...opened, receipts: { ...opened.receipts, append } };
  const tools = { clock: systemClock, log: silentLog };
  const cache = await openAnswerCache({ store: 'memory', maxBytes: 1e6 }, tools);
  const form = providerForms.get('openai') as NonNullable<ReturnType<typeof providerForms.get>>;
  const engine = openEngine({
    ...more,
    providers: [{ name: 'openai', form, address, key: new Secret('sk-vendor') }],
    aliases: { one: { targets: ['openai:one'], retries: 0 } },
    registry,
    storage,
    cache,
    receiptKeys: await holdSigningKey({ folder, storage: storage.receipts, ...tools }),
    budgets: {
      journalFolder: join(folder, 'journal'),
      defined: [
        // One that says itself how long answers are, which is what an interrupted call is then charged at.
        {
          id: 'b',
          scope: 'workspace',
          subject: 'w',
          measure: 'money',
          window: 'total',
          limit: '100',
          maxOutput: 500,
        },
      ],
    },
  });
  Object.assign(small, { engine });
  return small;
}

const nobody: Caller = {
  start: () => {},
  write: () => true,
  end: () => {},
  onDrain: () => {},
  hasLeft: false,
  onLeave: () => {},
};

/** The id of the call at once, and when it is over. */
export function ask({ engine }: SmallEngine, text: string, isCached = false): { id: string; over: Promise<void> } {
  const body = JSON.stringify({ model: 'one', messages: [{ role: 'user', content: text }] });
  const asked: AskedCall = {
    id: engine.newId(),
    endpoint: 'chat',
    dialect: dialects['openai-chat'] as unknown as AnyDialect,
    identity: { keyId: 'k', workspace: 'w' },
    controls: { tags: {}, ...(isCached && { cache: 'use' }) },
    wire: { method: 'POST', path: '/v1/chat/completions', query: {}, headers: {}, body },
  };
  return { id: asked.id, over: engine.call(asked, nobody).then(() => {}) };
}
