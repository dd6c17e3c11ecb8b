/** A registry of a few made-up models, and what becomes of it when a vendor changes its mind. */
import type { Json } from '../../json/index.ts';
import { createRegistry, type Registry, readWholeRegistryFile } from '../../registry/index.ts';

type Row = Readonly<Record<string, Json>>;

const chat = { api_endpoint: 'chat', supports_function_calling: true, is_active: true };

const rows: Readonly<Record<string, Row>> = {
  'acme:large': {
    ...chat,
    model_family: 'acme',
    context_window_tokens: 200_000,
    max_output_tokens: 32_000,
    supports_vision: true,
    supports_thinking: true,
    release_date: '2026-05-01',
    dollars_per_million_tokens_input: 3,
    dollars_per_million_tokens_output: 15,
    dollars_per_million_tokens_cache_read: 0.3,
  },
  'acme:large-20260501': {
    ...chat,
    model_family: 'acme',
    release_date: '2026-05-01',
    dollars_per_million_tokens_input: 3,
    dollars_per_million_tokens_output: 15,
    dollars_per_million_tokens_cache_read: 0.3,
  },
  'acme:small': {
    ...chat,
    model_family: 'acme',
    model_aliases: ['small-latest'],
    context_window_tokens: 128_000,
    max_output_tokens: 8_000,
    release_date: '2026-02-01',
    dollars_per_million_tokens_input: 0.5,
    dollars_per_million_tokens_output: 2,
  },
  'other:mid': {
    ...chat,
    context_window_tokens: 1_000_000,
    supports_vision: true,
    supports_documents: true,
    release_date: '2026-06-01',
    dollars_per_million_tokens_input: 1,
    dollars_per_million_tokens_output: 4,
    supports_long_context_pricing: true,
    long_context_threshold_tokens: 100_000,
    dollars_per_million_tokens_input_long_context: 2,
    dollars_per_million_tokens_output_long_context: 8,
  },
};

/** `changes` replaces fields of rows; a row that is null is gone. */
export function smallRegistry(changes: Readonly<Record<string, Row | null>> = {}, version = 1): Registry {
  const changed = Object.entries({ ...rows, ...changes }).flatMap(([key]) => {
    const change = changes[key];
    return change === null ? [] : [[key, { ...rows[key], ...change }] as const];
  });
  const files = ['acme', 'other'].map((provider) => {
    const models = Object.fromEntries(changed.filter(([key]) => key.startsWith(`${provider}:`)));
    return readWholeRegistryFile({ provider, version, models });
  });
  return createRegistry(files);
}
