/** Sends calls through a provider in one of its formats, and reads what comes back as the canonical model has it. */
import {
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  createFrameReader,
  type Dialect,
  dialects,
  embedDialects,
  type EmbedRequest,
  fold,
  type RerankRequest,
  rerankDialects,
  type WireCall,
} from '@keelson/core';
import type { ChatSpeech, Provider, ProviderCall, Speech } from '../index.ts';
import { collectReply, type WholeReply } from '../transport/index.ts';

const model = 'test-model';

export function chatRequest(text: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return { model, turns: [{ role: 'user', parts: [{ type: 'text', text }] }], maxOutputTokens: 64, ...more };
}

export function sendCall(
  provider: Provider,
  speech: Speech,
  call: WireCall,
  more: Partial<ProviderCall> = {},
): Promise<WholeReply> {
  const { method, path, query, headers, body } = call;
  const sent = { speech, method, path, query, headers, model, body: JSON.stringify(body), ...more };
  return collectReply((handler) => provider.send(sent, handler));
}

function dialectOf(speech: ChatSpeech): Dialect<object> {
  return dialects[speech.dialect] as unknown as Dialect<object>;
}

export async function chat(provider: Provider, speech: ChatSpeech, request: ChatRequest): Promise<ChatMessage> {
  const dialect = dialectOf(speech);
  const quirks = { ...dialect.quirks, ...speech.quirks };
  const { value } = dialect.outbound.renderRequest(request, quirks);
  const { status, headers, text, bytes } = await sendCall(provider, speech, value);
  const reply = { status, headers: headers as Record<string, string>, body: text };
  if (status >= 400) throw dialect.outbound.parseError(reply);
  return fold(request.stream === true ? readStream(dialect, quirks, bytes) : dialect.outbound.parseResponse(reply));
}

function readStream(dialect: Dialect<object>, quirks: object, bytes: Uint8Array): ChatEvent[] {
  const reader = createFrameReader(dialect.outbound.framingOf?.(quirks) ?? dialect.framing);
  const parser = dialect.outbound.createStreamParser(quirks);
  const frames = [...reader.push(bytes), ...reader.end()];
  return [...frames.flatMap((frame) => parser.push(frame)), ...parser.end()];
}

export async function embed(provider: Provider, request: EmbedRequest): Promise<number> {
  const { embed: speech } = provider.form;
  if (speech === undefined) throw new Error(`${provider.name} embeds nothing`);
  const dialect = embedDialects[speech.dialect];
  const quirks = { ...dialect.quirks, ...speech.quirks } as never;
  const { status, headers, text } = await sendCall(
    provider,
    speech,
    dialect.outbound.renderRequest(request, quirks).value,
  );
  const reply = { status, headers: headers as Record<string, string>, body: text };
  if (status >= 400) throw dialect.outbound.parseError(reply);
  return dialect.outbound.parseResponse(reply).vectors.length;
}

export async function rerank(provider: Provider, request: RerankRequest): Promise<number[]> {
  const { rerank: speech } = provider.form;
  if (speech === undefined) throw new Error(`${provider.name} ranks nothing`);
  const dialect = rerankDialects[speech.dialect];
  const quirks = { ...dialect.quirks, ...speech.quirks };
  const { status, headers, text } = await sendCall(
    provider,
    speech,
    dialect.outbound.renderRequest(request, quirks).value,
  );
  const reply = { status, headers: headers as Record<string, string>, body: text };
  if (status >= 400) throw dialect.outbound.parseError(reply);
  return dialect.outbound.parseResponse(reply).results.map(({ index }) => index);
}
