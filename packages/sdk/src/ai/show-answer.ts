/** An answer in the words of the AI SDK, with what Keelson knows besides under `providerMetadata.keelson`. */
import type {
  JSONObject,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4Source,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from '@ai-sdk/provider';
import type { Citation, Loss, MediaSource, Part, StopReason, Usage } from '@keelson/core';
import type { Told } from '../chat-result.ts';

export function showParts(parts: readonly Part[]): LanguageModelV4Content[] {
  return parts.flatMap((part, at) => showPart(part, at));
}

export function showPart(part: Part, at: number): LanguageModelV4Content[] {
  const metadata = keep(part);
  switch (part.type) {
    case 'text':
      return [
        { type: 'text', text: part.text, ...metadata },
        ...(part.citations ?? []).flatMap((citation, place) => showCitation(citation, `${at}-${place}`)),
      ];
    case 'refusal':
      return [{ type: 'text', text: part.text }];
    case 'reasoning':
      return [{ type: 'reasoning', text: part.text, ...metadata }];
    case 'tool-call':
      return [
        {
          type: 'tool-call',
          toolCallId: part.id,
          toolName: part.name,
          input: part.arguments === '' ? '{}' : part.arguments,
          ...(part.hosted !== undefined && { providerExecuted: true, dynamic: true }),
          ...metadata,
        },
      ];
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
      return showFile(part.source, part.type);
    default:
      return [];
  }
}

/** State that comes back with the part when the conversation goes on. */
export function keep(part: object): { providerMetadata?: SharedV4ProviderMetadata } {
  const names = ['opaque', 'redacted', 'summary', 'hosted', 'custom'] as const;
  const said = part as Readonly<Record<string, unknown>>;
  const kept = names.filter((name) => said[name] !== undefined).map((name) => [name, said[name]]);
  return kept.length === 0 ? {} : { providerMetadata: { keelson: Object.fromEntries(kept) as JSONObject } };
}

const usualTypes = {
  image: 'image/png',
  audio: 'audio/wav',
  video: 'video/mp4',
  document: 'application/pdf',
};

function showFile(source: MediaSource, kind: keyof typeof usualTypes): LanguageModelV4Content[] {
  const mediaType = ('mediaType' in source ? source.mediaType : undefined) ?? usualTypes[kind];
  if (source.kind === 'base64')
    return [{ type: 'file', mediaType, data: { type: 'data', data: source.data } }];
  if (source.kind === 'url')
    return [{ type: 'file', mediaType, data: { type: 'url', url: new URL(source.url) } }];
  return [];
}

export function showCitation({ url, title, source }: Citation, id: string): LanguageModelV4Source[] {
  if (url !== undefined)
    return [{ type: 'source', sourceType: 'url', id, url, ...(title !== undefined && { title }) }];
  const named = title ?? source;
  if (named === undefined) return [];
  return [{ type: 'source', sourceType: 'document', id, mediaType: 'text/plain', title: named }];
}

const reasons: Readonly<Record<StopReason['unified'], LanguageModelV4FinishReason['unified']>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool-calls',
  'content-filter': 'content-filter',
  refusal: 'content-filter',
  pause: 'other',
  'context-exceeded': 'length',
  error: 'error',
  unknown: 'other',
};

export function showReason({ unified, raw }: StopReason): LanguageModelV4FinishReason {
  return { unified: reasons[unified] ?? 'other', raw };
}

export function showUsage(usage: Usage | undefined): LanguageModelV4Usage {
  const { input = {}, output = {}, raw } = usage ?? {};
  return {
    inputTokens: {
      total: input.total,
      noCache: input.uncached,
      cacheRead: input.cacheRead,
      cacheWrite: input.cacheWrite,
    },
    outputTokens: { total: output.total, text: output.text, reasoning: output.reasoning },
    ...(typeof raw === 'object' && raw !== null && !Array.isArray(raw) && { raw: raw as JSONObject }),
  };
}

/** What was lost on the way, which the AI SDK prints. */
export function showLosses(losses: readonly Loss[]): SharedV4Warning[] {
  return losses.map(({ field, action, detail }) => ({
    type: 'compatibility',
    feature: field,
    details: `${action}: ${detail}`,
  }));
}

/** What nobody else tells: who answered, what it cost, and the receipt. */
export function showMetadata(told: Told): SharedV4ProviderMetadata {
  const { id, model, servedModel, cost, receiptId, attempts, losses, call } = told;
  const metadata = {
    callId: id,
    alias: call?.alias,
    profile: call?.profile,
    model,
    servedModel,
    cost,
    receiptId,
    attempts,
    losses,
    cache: call?.cache,
  };
  // Only values that JSON has: the AI SDK stores it beside messages.
  return { keelson: JSON.parse(JSON.stringify(metadata)) as JSONObject };
}
