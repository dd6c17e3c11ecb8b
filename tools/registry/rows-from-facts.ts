/**
 * Turns a list of facts about models into rows of registry files. Such lists fill gaps with figures of their own (a window of
 * 4,096 tokens, a price of half a dollar), so a figure counts only where the list has it of the model itself.
 */
import type { JsonObject } from '@keelson/core';

export interface Fact {
  readonly provider: string;
  readonly id: string;
  readonly name: string;
  readonly family: string | null;
  readonly created_at: string | null;
  readonly context_window: number | null;
  readonly max_output_tokens: number | null;
  readonly modalities: { readonly input: readonly string[]; readonly output: readonly string[] };
  readonly capabilities: readonly string[] | null;
  readonly pricing: Pricing | null;
  /** These stand only beside models that a catalogue lists by their own names. */
  readonly limit?: { readonly context?: number; readonly input?: number; readonly output?: number };
  readonly cost?: object;
  readonly temperature?: boolean;
  readonly status?: string;
}

type Prices = Readonly<Record<string, number>>;

interface Pricing {
  readonly text_tokens?: {
    readonly standard?: Prices;
    readonly long_context?: Prices;
    readonly long_context_threshold?: number;
  };
  readonly audio_tokens?: { readonly standard?: Prices };
  readonly images?: { readonly standard?: Prices };
}

/** Vendors whose own lists state limits, prices and abilities of every model. */
const listsAll: ReadonlySet<string> = new Set(['openrouter']);
/** Vendors whose own lists state the limits of every model. */
const listsLimits: ReadonlySet<string> = new Set(['openrouter', 'gemini']);

export function rowOf(fact: Fact): JsonObject {
  const isListed = fact.limit !== undefined || listsAll.has(fact.provider);
  const endpoint = endpointOf(fact);
  return withoutGaps({
    provider: fact.provider,
    model_name: fact.id,
    display_name: fact.name,
    model_family: isListed ? fact.family : null,
    api_endpoint: endpoint,
    ...(isListed || listsLimits.has(fact.provider) ? limitsOf(fact, endpoint) : {}),
    ...(fact.cost !== undefined || listsAll.has(fact.provider) ? pricesOf(fact, endpoint) : {}),
    ...(isListed ? abilitiesOf(fact, endpoint) : {}),
    is_active: true,
    is_deprecated: fact.status === 'deprecated' ? true : null,
    release_date: isListed ? (fact.created_at?.slice(0, 10) ?? null) : null,
    source: listsAll.has(fact.provider) ? 'vendor-list' : 'catalogue',
  });
}

export function withoutGaps(row: Readonly<Record<string, unknown>>): JsonObject {
  const stated = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(stated) as JsonObject;
}

const endpoints: readonly (readonly [modality: string, endpoint: string])[] = [
  ['embeddings', 'embeddings'],
  ['rerank', 'rerank'],
  ['video', 'videos'],
  ['image', 'images'],
  ['audio', 'speech'],
];

function endpointOf({ id, modalities: { input, output }, capabilities }: Fact): string | undefined {
  if (/(^|[-/])(realtime|live)([-.]|$)/.test(id)) return 'realtime';
  if (capabilities?.includes('moderation') || /moderation/.test(id)) return 'moderation';
  if (capabilities?.includes('transcription') || (output.includes('text') && input.join() === 'audio'))
    return 'transcriptions';
  if (output.includes('text')) return output.includes('image') && /image|banana/.test(id) ? 'images' : 'chat';
  return endpoints.find(([modality]) => output.includes(modality))?.[1];
}

function limitsOf({ limit, context_window, max_output_tokens }: Fact, endpoint: string | undefined) {
  const context = limit?.context ?? context_window;
  const output = limit?.output ?? max_output_tokens;
  const hasOutput = endpoint !== 'embeddings' && endpoint !== 'rerank';
  return {
    context_window_tokens: context || null,
    max_input_tokens: limit?.input || null,
    max_output_tokens: (hasOutput && output) || null,
  };
}

const rateNames: Readonly<Record<string, string>> = {
  input_per_million: 'input',
  output_per_million: 'output',
  cache_read_input_per_million: 'cache_read',
  cache_write_input_per_million: 'cache_write',
  reasoning_output_per_million: 'output_thinking',
};

/** Above this, what is called a price of tokens is one of hours or pages. */
const maxPrice = 1000;

function pricesOf({ id, pricing }: Fact, endpoint: string | undefined): Readonly<Record<string, number>> {
  const { text_tokens: text, audio_tokens: audio, images } = pricing ?? {};
  const standard = text?.standard ?? {};
  const amounts = Object.values(standard);
  if (amounts.length === 0 || amounts.some((amount) => amount > maxPrice || amount < 0)) return {};
  const prices: Record<string, number> = {};
  const add = (from: Prices | undefined, kind: string, end: string): void => {
    for (const [name, amount] of Object.entries(from ?? {})) {
      const rate = rateNames[name];
      if (rate === undefined || (rate === 'output' && endpoint === 'embeddings')) continue;
      prices[`dollars_per_million_tokens_${nameOf(rate, id, kind)}${end}`] = withoutNoise(amount);
    }
  };
  add(standard, '', '');
  add(audio?.standard, '_audio', '');
  add(images?.standard, '_image', '');
  if (text?.long_context !== undefined && text.long_context_threshold !== undefined) {
    prices.long_context_threshold_tokens = text.long_context_threshold;
    add(text.long_context, '', '_long_context');
  }
  return prices;
}

/** Prices by the token times a million end in digits that nobody wrote. */
export const withoutNoise = (amount: number): number => Number(amount.toFixed(9));

/** Claude's writes are priced for five minutes. */
function nameOf(rate: string, id: string, kind: string): string {
  return rate === 'cache_write' && /claude/.test(id) ? 'cache_write_5m' : `${rate}${kind}`;
}

/** What is denied is denied by lists that would say otherwise; of the rest, silence is unknown. */
function abilitiesOf({ modalities, capabilities, temperature }: Fact, endpoint: string | undefined) {
  if (modalities.input.length === 0) return {};
  const able = new Set(capabilities ?? []);
  const takes = (...kinds: readonly string[]): boolean =>
    kinds.some((kind) => modalities.input.includes(kind));
  if (endpoint !== 'chat' && endpoint !== 'realtime') return { supports_vision: takes('image') };
  return {
    supports_vision: takes('image'),
    supports_documents: takes('pdf', 'file') || null,
    supports_audio: takes('audio'),
    supports_function_calling: able.has('function_calling'),
    supports_parallel_tool_calls: able.has('parallel_tool_calls') || null,
    supports_tool_choice: able.has('tool_choice') || null,
    supports_json_schema: able.has('structured_output') || null,
    supports_thinking: able.has('reasoning') || (temperature === undefined ? null : false),
    supports_streaming: true,
    supports_temperature: temperature ?? null,
  };
}
