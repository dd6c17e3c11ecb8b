/** Prices and calls for the tests of this room, without anything of the test runner. */
import { createRegistry, type ModelCard, priceVersionOf, readWholeRegistryFile, totalOf, type Usage } from '@keelson/core';
import {
  type AttemptRecord,
  type CallRecord,
  createIds,
  type RecordedCost,
  silentLog,
  systemClock,
  systemRandom,
} from '../../observability/index.ts';
import { createProvider, type Provider, providerForms } from '../../providers/index.ts';
import { Secret } from '../../secrets/index.ts';
import { createPriceSource, type PriceOf } from '../index.ts';

/** Noon of a day in UTC. */
export const noon = Date.UTC(2026, 10, 20, 12);
export const period = { from: noon - 86_400_000, to: noon + 86_400_000 };

/** An id made at this time; a maker's time never goes back. */
export function idAt(ms: number): string {
  return createIds({ now: () => ms }, systemRandom)();
}

/** Dollars for a million tokens of input and output. */
export function cardOf(key: string, prices: readonly [number, number], version = 1, more: object = {}): ModelCard {
  const [input, output] = prices;
  const row = { dollars_per_million_tokens_input: input, dollars_per_million_tokens_output: output, ...more };
  return readWholeRegistryFile({ provider: key.split(':')[0]!, version, models: { [key]: row } }).cards[0]!;
}

export const wrong = cardOf('openai:large', [2, 8]);
export const corrected = cardOf('openai:large', [1, 10], 2);
export const other = cardOf('anthropic:small', [1, 1]);

/** The vendors under names of their own, as people configure them. */
export function pricesOf(...cards: readonly ModelCard[]): (corrected: ModelCard | undefined) => PriceOf {
  const open = (name: string, vendor: string): [string, Provider] => {
    const form = providerForms.get(vendor)!;
    return [name, createProvider({ name, form, address: 'http://127.0.0.1:9', key: new Secret('sk-canary') })];
  };
  return createPriceSource(createRegistry([{ cards }]), new Map([open('work', 'openai'), open('claude', 'anthropic')]));
}

export function costBy(usage: Usage, card: ModelCard): RecordedCost {
  return { status: 'priced', nanoDollars: totalOf(usage, card.prices)!, priceVersion: priceVersionOf(card) };
}

export function usageOf(input: number, output: number): Usage {
  return { input: { total: input }, output: { total: output }, raw: { prompt_tokens: input } };
}

export function attemptOf(fields: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    ...{ index: 0, reason: 'first', provider: 'work', model: 'large', dialect: 'openai-chat' },
    ...{ startedAt: noon, durationMs: 1, outcome: 'answered' },
    ...fields,
  };
}

/** One attempt, charged by a card. */
export function callOf(usage: Usage, card: ModelCard = wrong, fields: Partial<CallRecord> = {}): CallRecord {
  const cost = costBy(usage, card);
  const [vendor, model = ''] = card.key.split(':');
  const provider = vendor === 'openai' ? 'work' : 'claude';
  return bareCall({ provider, model, usage, cost, attempts: [attemptOf({ provider, model, usage, cost })], ...fields });
}

export function bareCall(fields: Partial<CallRecord> = {}): CallRecord {
  const startedAt = fields.startedAt ?? noon;
  return {
    id: idAt(startedAt),
    startedAt,
    ...{ endpoint: 'chat', dialect: 'openai-chat', workspace: 'main', keyId: 'key_1', requestedModel: 'fast' },
    ...{ tags: {}, isStream: false, outcome: 'answered', status: 200, lane: 'pass-through' },
    ...{ cost: { status: 'priced', nanoDollars: 0 }, durationMs: 1, overheadMs: 1, losses: [], attempts: [] },
    ...fields,
  };
}

export const newId = createIds(systemClock, systemRandom);
export const deps = { clock: systemClock, log: silentLog };
