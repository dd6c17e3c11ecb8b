/**
 * Whole answers of every kind of call: a conversation's message, vectors, an order of documents. What differs between the
 * kinds is said here, so that attempts need not know which they carry.
 */
import {
  type ChatMessage,
  type ChatRequest,
  dialects,
  type EmbedResult,
  embedDialects,
  fold,
  type Json,
  type Loss,
  rerankDialects,
  type WireReply,
} from '@keelson/core';
import type { Endpoint } from '../routing/index.ts';
import type { AnswerReading } from './answer-reading.ts';
import type { AnyCallDialect, AnyDialect } from './asked-call.ts';

/** The format by which a provider is asked. */
export function dialectNamed(
  endpoint: Exclude<Endpoint, 'passed'>,
  name: string,
): AnyDialect | AnyCallDialect {
  const named = { embed: embedDialects, rerank: rerankDialects, chat: dialects, 'count-tokens': dialects }[
    endpoint
  ];
  return (named as unknown as Readonly<Record<string, AnyDialect | AnyCallDialect>>)[name] as AnyDialect;
}

export function isChat(endpoint: Endpoint): boolean {
  return endpoint === 'chat' || endpoint === 'count-tokens';
}

/** The answer in our words; what is learnt of it goes to `reading`. Throws the provider's error where it hides one. */
export function parseWhole(
  endpoint: Endpoint,
  dialect: AnyDialect | AnyCallDialect,
  reply: WireReply,
  reading: AnswerReading,
): unknown {
  if (!isChat(endpoint)) {
    const result = (dialect as AnyCallDialect).outbound.parseResponse(reply) as EmbedResult;
    reading.learnPlain(result);
    return result;
  }
  const events = (dialect as AnyDialect).outbound.parseResponse(reply);
  reading.learn(events);
  if (reading.error !== undefined) throw reading.error;
  return events;
}

/** Whether what must be known of an answer that passes could be read without all of it; it went to `reading`. */
export function skimWhole(dialect: AnyDialect, body: Json, reading: AnswerReading): boolean {
  const skimmed = dialect.outbound.skimResponse?.(body);
  if (skimmed === undefined) return false;
  reading.learnSkimmed(skimmed);
  return true;
}

/** The same in the caller's words. */
export function renderWhole(
  endpoint: Endpoint,
  dialect: AnyDialect | AnyCallDialect,
  answer: unknown,
  request: unknown,
): { value: unknown; losses: Loss[] } {
  if (!isChat(endpoint)) return (dialect as AnyCallDialect).inbound.renderResponse(answer, request);
  const message: ChatMessage = fold(answer as Parameters<typeof fold>[0]);
  return (dialect as AnyDialect).inbound.renderResponse(message, request as ChatRequest);
}
