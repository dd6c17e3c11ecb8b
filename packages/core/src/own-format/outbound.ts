/**
 * Our own format as whoever calls Keelson speaks it: the canonical request as JSON, and events as JSON back. It is small on
 * purpose, because it goes into browsers: what checks a request is not here, and JSON is read by whoever received it.
 */
import { type ErrorCode, KeelsonError } from '../errors/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import type {
  ChatEvent,
  ChatMessage,
  ChatRequest,
  EmbedRequest,
  EmbedResult,
  RerankRequest,
  RerankResult,
  WireCall,
} from '../message/index.ts';
import { type CallReport, chatPath, embedPath, name, rerankPath, reviveError } from './wire.ts';

type AnyRequest = ChatRequest | EmbedRequest | RerankRequest;

function render(path: string, request: AnyRequest): WireCall {
  const {
    dialect: _dialect,
    answer: _answer,
    extensions: _extensions,
    spelling: _spelling,
    ...body
  } = request;
  return { method: 'POST', path, query: {}, headers: {}, body };
}

export const renderChat = (request: ChatRequest): WireCall => render(chatPath, request);
export const renderEmbed = (request: EmbedRequest): WireCall => render(embedPath, request);
export const renderRerank = (request: RerankRequest): WireCall => render(rerankPath, request);

const fieldOf = (body: Json, field: string): JsonObject => {
  const value = isJsonObject(body) ? body[field] : undefined;
  return isJsonObject(value) ? value : {};
};

const nothing = (what: string): KeelsonError =>
  new KeelsonError('invalid_response', `The answer holds no ${what}.`, { details: { dialect: name } });

export function parseMessage(body: Json): ChatMessage {
  const { error, facts = {}, ...message } = fieldOf(body, 'message');
  if (!Array.isArray(message.parts) || !isJsonObject(message.stop)) throw nothing('message');
  return {
    ...(message as unknown as ChatMessage),
    facts: facts as ChatMessage['facts'],
    ...(error !== undefined && { error: reviveError(error) }),
  };
}

export function parseVectors(body: Json): EmbedResult {
  const result = fieldOf(body, 'result');
  if (!Array.isArray(result.vectors)) throw nothing('vectors');
  return result as unknown as EmbedResult;
}

export function parseOrder(body: Json): RerankResult {
  const result = fieldOf(body, 'result');
  if (!Array.isArray(result.results)) throw nothing('results');
  return result as unknown as RerankResult;
}

/** What stands beside the answer; undefined where its server says nothing of the call. */
export function parseReport(body: Json): CallReport | undefined {
  const report = fieldOf(body, 'call');
  return typeof report.id === 'string' ? (report as unknown as CallReport) : undefined;
}

/** `fallback`: the code where the server has one that is not known here. */
export function parseFailure(body: Json, fallback: ErrorCode): KeelsonError {
  return reviveError(fieldOf(body, 'error'), fallback);
}

/** One frame of a stream: an event, or at its end what is said of the call. Throws what is neither. */
export function parseFrame(data: string): ChatEvent | { readonly type: 'call'; readonly call: CallReport } {
  let event: Json;
  try {
    event = JSON.parse(data) as Json;
  } catch (cause) {
    throw notJson(cause);
  }
  if (!isJsonObject(event) || typeof event.type !== 'string') throw nothing('type of an event');
  const { type, error } = event;
  if (type === 'call') return { type, call: event as unknown as CallReport };
  return type === 'error' ? { type, error: reviveError(error) } : (event as unknown as ChatEvent);
}

function notJson(cause: unknown): KeelsonError {
  const message = 'A frame of the stream is not JSON.';
  return new KeelsonError('invalid_response', message, { details: { dialect: name }, cause });
}
