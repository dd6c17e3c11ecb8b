/** The engine of the proof's processes: the real one with receipts and a cache, on prices that are easy to check, with a planted fault where asked. */
import { join } from 'node:path';
import { createRegistry, readWholeRegistryFile } from '@keelson/core';
import {
  createLog,
  type Engine,
  holdSigningKey,
  openAnswerCache,
  openEngine,
  openStorage,
  providerForms,
  Secret,
  type Storage,
  systemClock,
} from '@keelson/engine';
import type { Plant, ProcessSettings } from './messages.ts';

const card = (provider: string, model: string, input: number, output: number) => ({
  provider,
  model_name: model,
  context_window_tokens: 100_000,
  dollars_per_million_tokens_input: input,
  dollars_per_million_tokens_output: output,
});

const registry = createRegistry([
  readWholeRegistryFile({
    provider: 'openai',
    version: 1,
    models: {
      'openai:one': card('openai', 'one', 1, 10),
      'openai:slow': card('openai', 'slow', 0.7, 7),
      'openai:failing': card('openai', 'failing', 2, 20),
    },
  }),
  readWholeRegistryFile({
    provider: 'anthropic',
    version: 1,
    models: { 'anthropic:two': card('anthropic', 'two', 3, 15) },
  }),
]);

export const journalsOf = (folder: string): string => join(folder, 'journal');

export interface ProofEngine {
  readonly engine: Engine;
  readonly storage: Storage;
  close(): Promise<void>;
}

export async function openProofEngine(
  { vendorUrl: address, target, folder, plant }: ProcessSettings,
  defined?: NonNullable<Parameters<typeof openEngine>[0]['budgets']>['defined'],
): Promise<ProofEngine> {
  const log = createLog({ level: 'error', write: (line) => process.stderr.write(line) });
  const opened = await openStorage(target, { clock: systemClock, log });
  const storage = plantInStorage(opened, plant);
  const receiptKeys = await holdSigningKey({ folder, storage: storage.receipts, clock: systemClock, log });
  const cache = await openAnswerCache(
    { store: 'database', maxBytes: 1e7, storage },
    { clock: systemClock, log },
  );
  const vendor = (name: string) => ({
    name,
    form: providerForms.get(name) as NonNullable<ReturnType<typeof providerForms.get>>,
    address,
    key: new Secret('sk-vendor'),
  });
  const engine = openEngine({
    providers: [vendor('openai'), vendor('anthropic')],
    aliases: {
      same: { targets: ['openai:one'], retries: 0 },
      foreign: { targets: ['anthropic:two'], retries: 0 },
      back: { targets: ['openai:failing', 'anthropic:two'], retries: 0 },
      hedged: { targets: ['openai:slow', 'openai:one'], retries: 0, hedge: true },
    },
    // They fail on purpose, again and again.
    circuit: { failuresInRow: 1e9, minCalls: 1e9 },
    registry,
    log,
    storage,
    receiptKeys,
    cache,
    budgets: { journalFolder: journalsOf(folder), ...(defined !== undefined && { defined }) },
  });
  await engine.limits?.ready;
  return {
    engine,
    storage,
    close: async () => {
      await engine.close();
      await cache.close();
      await storage.close();
    },
  };
}

function plantInStorage(storage: Storage, plant: Plant | undefined): Storage {
  const { leases, receipts } = storage;
  const send: typeof leases.send = async (batch) => {
    if (plant === 'free-aborts') {
      const orders = batch.orders.map((order) => ({ ...order, settled: 0 }));
      return leases.send({ ...batch, orders });
    }
    if (plant === 'lost-settlement') {
      const orders = batch.orders.map((order) => ({ ...order, settled: Math.floor(order.settled * 0.9) }));
      return leases.send({ ...batch, orders });
    }
    const result = await leases.send(batch);
    if (plant !== 'lent-twice' || result === undefined) return result;
    // As if what was lent to one could be spent by two.
    return {
      ...result,
      answers: result.answers.map(
        (answer) => answer && { ...answer, granted: 2 * answer.granted + 10_000_000 },
      ),
    };
  };
  const settleEstate: typeof leases.settleEstate = (reckoning) =>
    leases.settleEstate(plant === 'forgotten-estate' ? { ...reckoning, charges: () => [] } : reckoning);
  const append: typeof receipts.append = (batch) =>
    receipts.append(plant === 'forgotten-receipts' ? withoutInterrupted(batch) : batch);
  return {
    ...storage,
    leases: { ...leases, send, settleEstate },
    receipts: { ...receipts, append },
  };
}

/** Of calls that were cut off, only the last one of a batch is kept, because a batch cannot be empty. */
function withoutInterrupted(batch: Parameters<Storage['receipts']['append']>[0]): typeof batch {
  const texts = batch.receipts.split('\n');
  const ids = batch.ids.split('\n');
  const isKept = (place: number): boolean =>
    place === texts.length - 1 || texts[place]?.includes('"interrupted":true') !== true;
  return {
    ...batch,
    receipts: texts.filter((_, place) => isKept(place)).join('\n'),
    ids: ids.filter((_, place) => isKept(place)).join('\n'),
  };
}
