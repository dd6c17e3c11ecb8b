/** The gateway with a database, prices and receipts, for the journeys whose calls pass in OpenAI's own formats. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry, type JsonObject, readWholeRegistryFile } from '@keelson/core';
import {
  type BudgetDefinition,
  type CallRecord,
  type EngineSettings,
  holdSigningKey,
  openStorage,
  type Storage,
  silentLog,
  systemClock,
} from '@keelson/engine';
import type { Simulator } from '@keelson/simulator';
import OpenAI from 'openai';
import { type Gateway, type GatewayOptions, startGateway, vendorNamed } from './gateway-harness.ts';

const perMillion = (input: number, more: JsonObject = {}): JsonObject => ({
  dollars_per_million_tokens_input: input,
  ...more,
});
const rows: Readonly<Record<string, JsonObject>> = {
  'gpt-image': perMillion(5, {
    dollars_per_million_tokens_input_image: 10,
    dollars_per_million_tokens_output_image: 40,
    dollars_per_million_tokens_output: 40,
    max_output_tokens: 5000,
  }),
  'dall-e-3': { dollars_per_thousand_units: { images: 40 } },
  'gpt-transcribe': perMillion(2, {
    dollars_per_million_tokens_input_audio: 6,
    dollars_per_million_tokens_output: 10,
    context_window_tokens: 16_000,
    max_output_tokens: 2000,
  }),
  'whisper-1': { dollars_per_thousand_units: { audio_seconds: 0.1 } },
  'tts-1': { dollars_per_thousand_units: { characters: 0.015 } },
  'gpt-tts': perMillion(1, {
    dollars_per_million_tokens_output: 12,
    dollars_per_million_tokens_output_audio: 12,
  }),
  'chat-1': perMillion(1, {
    dollars_per_million_tokens_output: 2,
    dollars_per_million_tokens_input_batch: 0.5,
    dollars_per_million_tokens_output_batch: 1,
    max_output_tokens: 1000,
  }),
  'gpt-realtime': perMillion(4, {
    dollars_per_million_tokens_input_audio: 32,
    dollars_per_million_tokens_output: 16,
    dollars_per_million_tokens_output_audio: 64,
    context_window_tokens: 1000,
    max_output_tokens: 100,
  }),
};
const models = Object.fromEntries(
  Object.entries(rows).map(([name, row]) => [
    `openai:${name}`,
    { provider: 'openai', model_name: name, ...row },
  ]),
);
const registry = createRegistry([readWholeRegistryFile({ provider: 'openai', version: 1, models })]);

export interface PassingGateway extends Gateway {
  readonly storage: Storage;
  readonly openai: OpenAI;
  clientFor(key: string): OpenAI;
  lastRecord(): Promise<CallRecord>;
  hasReceipt(callId: string): Promise<boolean>;
  setBudgets(budgets: readonly BudgetDefinition[]): Promise<void>;
  end(): Promise<void>;
}

export async function startPassing(
  simulator: Simulator,
  options: Partial<GatewayOptions> & { readonly form?: string } = {},
): Promise<PassingGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-passing-'));
  const deps = { clock: systemClock, log: silentLog };
  const storage = await openStorage({ kind: 'sqlite', path: join(folder, 'keelson.db') }, deps);
  const receiptKeys = await holdSigningKey({ folder, storage: storage.receipts, ...deps });
  const { form = 'openai', ...rest } = options;
  const engine: Partial<EngineSettings> = {
    storage,
    receiptKeys,
    registry,
    budgets: { journalFolder: join(folder, 'journal') },
    ...rest.engine,
  };
  const gateway = await startGateway({
    provider: vendorNamed(form, simulator.url),
    aliases: {},
    ...rest,
    engine,
  });
  const { limits, receipts } = gateway.engine;
  await limits?.ready;
  const clientFor = (apiKey: string): OpenAI =>
    new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
  return {
    ...gateway,
    storage,
    openai: clientFor('test'),
    clientFor,
    lastRecord: async () => (await gateway.records()).at(-1) as CallRecord,
    hasReceipt: async (callId) => {
      await receipts?.flush();
      return (await storage.receipts.find(`rcpt_${callId.replaceAll('-', '')}`)) !== undefined;
    },
    setBudgets: async (budgets) => limits?.apply(budgets),
    end: async () => {
      await gateway.close();
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
