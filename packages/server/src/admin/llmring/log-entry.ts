// A call as LLMRing's clients tell of it, as a report of ours: dollars become billionths, and what else they say becomes tags.
import { isJsonObject } from '@keelson/core';
import type { CallReport } from '@keelson/engine';
import {
  integer,
  nullable,
  number,
  object,
  optional,
  type Schema,
  text,
  type ValueOf,
} from '../contract/index.ts';
import type { ProjectCaller } from './project-caller.ts';

const tokens = optional(nullable(integer('Tokens.', { least: 0, most: 1_000_000_000_000 })));
const name = (most: number) => optional(nullable(text('A name.', { most })));
const any = { json: { type: ['object', 'null'] }, isOptional: true } as Schema<unknown> & {
  isOptional: true;
};

export const logEntry = object({
  model: text('The model.', { least: 1, most: 500 }),
  provider: name(64),
  input_tokens: tokens,
  output_tokens: tokens,
  cached_input_tokens: tokens,
  alias: name(200),
  profile: name(100),
  cost: optional(nullable(number('Dollars.', { least: 0, most: 1_000_000 }))),
  latency_ms: optional(nullable(number('How long it took.', { least: 0, most: 86_400_000 }))),
  origin: name(100),
  id_at_origin: name(200),
  metadata: any,
});

/** Where nobody says who it was. */
const unknownOrigin = 'unknown';
const mostTags = 30;
const longestTag = 1000;

export function reportOf(entry: ValueOf<typeof logEntry>, caller: ProjectCaller): CallReport {
  const { provider, model } = splitModel(entry);
  const { cost, alias, latency_ms: latency } = entry;
  // What LLMRing calls a call without an alias.
  const isAlias = alias !== null && alias !== '' && alias !== 'direct_model';
  return {
    workspace: caller.workspace,
    keyId: caller.keyId,
    origin: entry.origin || unknownOrigin,
    idAtOrigin: entry.id_at_origin || undefined,
    provider,
    model,
    alias: isAlias ? alias : undefined,
    inputTokens: entry.input_tokens ?? 0,
    outputTokens: entry.output_tokens ?? 0,
    cachedInputTokens: entry.cached_input_tokens ?? undefined,
    nanoDollars: typeof cost === 'number' ? Math.round(cost * 1e9) : undefined,
    latencyMs: latency ?? undefined,
    profile: entry.profile || undefined,
    tags: tagsOf(entry.metadata),
  };
}

function splitModel({ provider, model }: ValueOf<typeof logEntry>): { provider: string; model: string } {
  if (provider)
    return { provider, model: model.startsWith(`${provider}:`) ? model.slice(provider.length + 1) : model };
  const colon = model.indexOf(':');
  if (colon < 1) return { provider: 'unknown', model };
  return { provider: model.slice(0, colon), model: model.slice(colon + 1) };
}

function tagsOf(metadata: unknown): Record<string, string> {
  if (!isJsonObject(metadata)) return {};
  const tags = Object.entries(metadata).slice(0, mostTags);
  return Object.fromEntries(
    tags.map(([tag, value]) => [
      tag.slice(0, 100),
      (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, longestTag),
    ]),
  );
}
