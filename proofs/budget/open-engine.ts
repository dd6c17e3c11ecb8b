/** The engine of the proof's processes: the real one, on prices that are easy to check, with a planted fault where asked. */
import { createRegistry, readWholeRegistryFile } from '@keelson/core';
import {
  createLog,
  type Engine,
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

export interface ProofEngine {
  readonly engine: Engine;
  readonly storage: Storage;
  close(): Promise<void>;
}

export async function openProofEngine(
  { vendorUrl: address, target, journalFolder, plant }: ProcessSettings,
  defined?: NonNullable<Parameters<typeof openEngine>[0]['budgets']>['defined'],
): Promise<ProofEngine> {
  const log = createLog({ level: 'error', write: (line) => process.stderr.write(line) });
  const storage = await openStorage(target, { clock: systemClock, log });
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
    storage: plantInStorage(storage, plant),
    budgets: { journalFolder, ...(defined !== undefined && { defined }) },
  });
  await engine.limits?.ready;
  return {
    engine,
    storage,
    close: async () => {
      await engine.close();
      await storage.close();
    },
  };
}

function plantInStorage(storage: Storage, plant: Plant | undefined): Storage {
  const { leases } = storage;
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
  return { ...storage, leases: { ...leases, send, settleEstate } };
}
