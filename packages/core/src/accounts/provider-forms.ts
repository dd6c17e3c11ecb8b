/**
 * The forms in which OpenAI and Anthropic state usage and cost, as data: which field is which figure. Observed in the public
 * references of both APIs and in exports of both dashboards, November 2026.
 */
import type { JsonObject } from '../json/index.ts';

export type UsageVendor = 'openai' | 'anthropic';

/** One name for each figure, whoever states it. `input` is all of it, cached parts included; `uncached` is without them. */
export const figureNames = [
  'requests',
  'input',
  'uncached',
  'cache_read',
  'cache_write',
  'cache_write_5m',
  'cache_write_1h',
  'input_audio',
  'output',
  'output_audio',
  'web_search',
  'cost',
] as const;

export type FigureName = (typeof figureNames)[number];

export interface ExportForm {
  readonly vendor: UsageVendor;
  readonly kind: 'usage' | 'cost';
  readonly endpoint?: string;
  /** Fields by figure; the first that is there counts. */
  readonly figures: Readonly<Partial<Record<FigureName, readonly string[]>>>;
  readonly model: readonly string[];
  readonly apiKey: readonly string[];
  readonly workspace: readonly string[];
  readonly isInCents?: true;
}

const openAiPlaces = { model: ['model'], apiKey: ['api_key_id'], workspace: ['project_id'] } as const;

const openAiChat: ExportForm = {
  vendor: 'openai',
  kind: 'usage',
  endpoint: 'chat',
  figures: {
    requests: ['num_model_requests'],
    // With what was read from the cache.
    input: ['input_tokens'],
    cache_read: ['input_cached_tokens'],
    cache_write: ['input_cache_write_tokens'],
    input_audio: ['input_audio_tokens'],
    output: ['output_tokens'],
    output_audio: ['output_audio_tokens'],
  },
  ...openAiPlaces,
};

const openAiEmbeddings: ExportForm = {
  vendor: 'openai',
  kind: 'usage',
  endpoint: 'embed',
  figures: { requests: ['num_model_requests'], input: ['input_tokens'] },
  ...openAiPlaces,
};

const openAiCosts: ExportForm = {
  vendor: 'openai',
  kind: 'cost',
  figures: { cost: ['amount.value', 'amount_value', 'cost', 'amount'] },
  ...openAiPlaces,
};

const anthropicPlaces = {
  model: ['model', 'model_version'],
  apiKey: ['api_key_id', 'api_key'],
  workspace: ['workspace_id', 'workspace'],
} as const;

const anthropicUsage: ExportForm = {
  vendor: 'anthropic',
  kind: 'usage',
  endpoint: 'chat',
  figures: {
    uncached: ['uncached_input_tokens', 'usage_input_tokens_no_cache'],
    cache_read: ['cache_read_input_tokens', 'usage_input_tokens_cache_read'],
    cache_write_5m: ['cache_creation.ephemeral_5m_input_tokens', 'usage_input_tokens_cache_write_5m'],
    cache_write_1h: ['cache_creation.ephemeral_1h_input_tokens', 'usage_input_tokens_cache_write_1h'],
    output: ['output_tokens', 'usage_output_tokens'],
    web_search: ['server_tool_use.web_search_requests', 'web_search_count'],
  },
  ...anthropicPlaces,
};

/** The API states cents, the dashboard dollars. */
const anthropicCosts: ExportForm = {
  vendor: 'anthropic',
  kind: 'cost',
  figures: { cost: ['amount'] },
  isInCents: true,
  ...anthropicPlaces,
};

const anthropicCostTable: ExportForm = {
  vendor: 'anthropic',
  kind: 'cost',
  figures: { cost: ['cost_usd'] },
  ...anthropicPlaces,
};

const openAiObjects: Readonly<Record<string, ExportForm>> = {
  'organization.usage.completions.result': openAiChat,
  'organization.usage.embeddings.result': openAiEmbeddings,
  'organization.costs.result': openAiCosts,
};

/** The form of one result of a bucket. */
export function findResultForm(vendor: UsageVendor, result: JsonObject): ExportForm | undefined {
  if (vendor === 'openai') return openAiObjects[String(result.object)];
  if (result.uncached_input_tokens !== undefined) return anthropicUsage;
  return result.amount === undefined ? undefined : anthropicCosts;
}

export function findCsvForm(columns: readonly string[]): ExportForm | undefined {
  const has = (...names: readonly string[]): boolean => names.every((name) => columns.includes(name));
  if (has('usage_input_tokens_no_cache')) return anthropicUsage;
  if (has('usage_date_utc', 'cost_usd')) return anthropicCostTable;
  if (has('input_tokens', 'output_tokens')) return openAiChat;
  if (has('input_tokens', 'num_model_requests')) return openAiEmbeddings;
  if (has('amount_value')) return openAiCosts;
  // An export of days on which nothing was used has no columns but those of time.
  return has('start_time', 'end_time') ? openAiChat : undefined;
}
