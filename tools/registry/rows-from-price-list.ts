/**
 * Turns the open list of prices `genai-prices`, as JSON, into rows for hosts of open models, and into prices by name for models
 * whose prices other facts leave open. Prices that change with the hour or the size of a call are left out.
 */
import type { JsonObject } from '@keelson/core';
import { withoutGaps, withoutNoise } from './rows-from-facts.ts';

interface ListedModel {
  readonly id: string;
  readonly name?: string;
  readonly match: Match;
  readonly context_window?: number;
  readonly prices: unknown;
  readonly deprecated?: boolean;
}

interface Match {
  readonly equals?: string;
  readonly or?: readonly Match[];
}

export interface ListedProvider {
  readonly id: string;
  readonly models: readonly ListedModel[];
}

/** By the list's name of a host, ours, and what its models' names end in there. */
const hosts: Readonly<Record<string, string>> = {
  groq: 'groq',
  together: 'together',
  fireworks: 'fireworks',
  cerebras: 'cerebras',
};
const routedBy = 'huggingface_';

/** Those whose models other facts name without saying what they cost. */
const vendors: Readonly<Record<string, string>> = {
  openai: 'openai',
  google: 'gemini',
  mistral: 'mistral',
  'x-ai': 'xai',
  cohere: 'cohere',
};

export function rowsOfHosts(list: readonly ListedProvider[]): JsonObject[] {
  return list.flatMap(({ id, models }) => {
    const isRouted = id.startsWith(routedBy);
    const provider = isRouted ? 'huggingface' : hosts[id];
    if (provider === undefined) return [];
    const end = isRouted ? `:${id.slice(routedBy.length)}` : '';
    return models.flatMap((model) => {
      const prices = pricesOf(model.prices);
      const name = isRouted ? model.id : exactNames(model.match).at(0);
      return prices === undefined || name === undefined
        ? []
        : [rowOf(model, provider, `${name}${end}`, prices)];
    });
  });
}

function rowOf(model: ListedModel, provider: string, name: string, prices: object): JsonObject {
  return withoutGaps({
    provider,
    model_name: name,
    display_name: model.name ?? model.id,
    api_endpoint: endpointOf(name),
    context_window_tokens: model.context_window,
    ...prices,
    is_active: true,
    is_deprecated: model.deprecated === true ? true : null,
    source: 'genai-prices',
  });
}

/** Hosts of open models sell little else than chat; where a name says so, it is not that. */
function endpointOf(name: string): string | null {
  if (/embed|\bbge\b|gte-|e5-/i.test(name)) return 'embeddings';
  if (/rerank/i.test(name)) return 'rerank';
  if (/whisper|tts|orpheus|playai|guard|flux|stable-diffusion/i.test(name)) return null;
  return 'chat';
}

/** Prices by `provider:model`, of names that the list has letter by letter. */
export function pricesByName(list: readonly ListedProvider[]): ReadonlyMap<string, JsonObject> {
  const prices = new Map<string, JsonObject>();
  for (const { id, models } of list) {
    const provider = vendors[id];
    if (provider === undefined) continue;
    for (const model of models) {
      const row = pricesOf(model.prices);
      if (row === undefined) continue;
      for (const name of exactNames(model.match)) prices.set(`${provider}:${name}`, row);
    }
  }
  return prices;
}

const exactNames = ({ equals, or = [] }: Match): string[] =>
  equals === undefined ? or.flatMap(exactNames) : [equals];

const rates: Readonly<Record<string, string>> = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cache_read',
  cache_write_mtok: 'cache_write',
  input_audio_mtok: 'input_audio',
  output_audio_mtok: 'output_audio',
  cache_audio_read_mtok: 'cache_read_audio',
  input_image_mtok: 'input_image',
  output_image_mtok: 'output_image',
};

/** Undefined where a part of the price is of a kind that has no field here. */
function pricesOf(prices: unknown): JsonObject | undefined {
  if (typeof prices !== 'object' || prices === null || Array.isArray(prices)) return undefined;
  const row: Record<string, number> = {};
  for (const [name, amount] of Object.entries(prices)) {
    const rate = rates[name];
    if (rate === undefined || typeof amount !== 'number') return undefined;
    row[`dollars_per_million_tokens_${rate}`] = withoutNoise(amount);
  }
  return row.dollars_per_million_tokens_input === undefined ? undefined : row;
}
