/** Our own format as Keelson hears it: requests are checked field by field, answers are told as they are. */
import { KeelsonError } from '../errors/index.ts';
import type { Frame } from '../framing/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import {
  bodyValue,
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  checkBound,
  type EmbedRequest,
  type EmbedResult,
  type Rendered,
  type RerankRequest,
  type RerankResult,
  retryAfterHeaders,
  type StreamRenderer,
  type WireCall,
  type WireReply,
} from '../message/index.ts';
import { embedRequest, rerankRequest } from './plain-shapes.ts';
import { chatRequest } from './request-shape.ts';
import type { Check } from './shape.ts';
import { name } from './wire.ts';

function readBody(call: WireCall, shape: Check): JsonObject {
  const body = bodyValue(call.body);
  if (!isJsonObject(body)) throw new KeelsonError('invalid_request', 'The body must be a JSON object.');
  checkCounts(body);
  shape(body, '');
  return body;
}

const counted = ['turns', 'tools', 'inputs', 'documents'] as const;

function checkCounts(body: JsonObject): void {
  for (const field of counted) {
    const value = body[field];
    if (Array.isArray(value)) checkBound(field, value.length, field);
  }
}

function checkParts(turns: ChatRequest['turns']): void {
  for (const [at, { parts }] of turns.entries()) checkBound('parts', parts.length, `turns[${at}].parts`);
}

export function parseChat(call: WireCall): ChatRequest {
  const request = readBody(call, chatRequest) as unknown as ChatRequest;
  checkParts(request.turns);
  checkBound('choices', request.sampling?.choices ?? 1, 'sampling.choices');
  return { ...request, dialect: name };
}

export function parseEmbed(call: WireCall): EmbedRequest {
  return { ...(readBody(call, embedRequest) as unknown as EmbedRequest), dialect: name };
}

export function parseRerank(call: WireCall): RerankRequest {
  return { ...(readBody(call, rerankRequest) as unknown as RerankRequest), dialect: name };
}

export const renderMessage = (message: ChatMessage): Rendered<Json> => ({
  value: { message: message as unknown as Json },
  losses: [],
});

export const renderResult = (result: EmbedResult | RerankResult): Rendered<Json> => ({
  value: { result: result as unknown as Json },
  losses: [],
});

const frameOf = (event: ChatEvent): Frame => ({ data: JSON.stringify(event) });

export const createEventRenderer = (): StreamRenderer => ({
  push: (event) => [frameOf(event)],
  end: () => [],
  losses: [],
});

export function renderFailure(error: KeelsonError): WireReply {
  const { row, details } = error;
  return {
    status: row.status,
    headers: { 'content-type': 'application/json', ...retryAfterHeaders(details.retryAfterMs) },
    body: { error: error.toJSON() },
  };
}
