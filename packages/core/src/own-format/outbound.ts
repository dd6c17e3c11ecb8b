/**
 * Our own format as whoever calls Keelson speaks it: the canonical request as JSON, and events as JSON back. It is small on
 * purpose, because it goes into browsers; what checks a request is not here.
 */
import { type ErrorCode, KeelsonError } from '../errors/index.ts';
import type { Frame } from '../framing/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import {
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  createStreamReader,
  type EmbedRequest,
  type EmbedResult,
  type RerankRequest,
  type RerankResult,
  readFrameObject,
  replyValue,
  type StreamParser,
  unfold,
  type WireCall,
  type WireReply,
} from '../message/index.ts';
import { type CallReport, chatPath, embedPath, name, rerankPath, reviveError } from './wire.ts';

type AnyRequest = ChatRequest | EmbedRequest | RerankRequest;

const call = (path: string, request: AnyRequest): WireCall => {
  const {
    dialect: _dialect,
    answer: _answer,
    extensions: _extensions,
    spelling: _spelling,
    ...body
  } = request;
  return { method: 'POST', path, query: {}, headers: {}, body };
};

export const renderChat = (request: ChatRequest): WireCall => call(chatPath, request);
export const renderEmbed = (request: EmbedRequest): WireCall => call(embedPath, request);
export const renderRerank = (request: RerankRequest): WireCall => call(rerankPath, request);

function openReply(reply: WireReply): JsonObject {
  const body = replyValue(reply.body);
  if (isJsonObject(body)) return body;
  throw new KeelsonError('invalid_response', 'The answer is no object.', { details: { dialect: name } });
}

export function parseMessage(reply: WireReply): ChatMessage {
  const { message } = openReply(reply);
  if (!isJsonObject(message) || !Array.isArray(message.parts) || !isJsonObject(message.stop))
    throw new KeelsonError('invalid_response', 'The answer holds no message.', {
      details: { dialect: name },
    });
  const { error, facts, ...rest } = message;
  return {
    ...(rest as unknown as ChatMessage),
    facts: isJsonObject(facts) ? (facts as ChatMessage['facts']) : {},
    ...(error !== undefined && { error: reviveError(error) }),
  };
}

export const parseChatEvents = (reply: WireReply): ChatEvent[] => unfold(parseMessage(reply));

function parseResult(reply: WireReply, list: 'vectors' | 'results'): Json {
  const { result } = openReply(reply);
  if (isJsonObject(result) && Array.isArray(result[list])) return result;
  throw new KeelsonError('invalid_response', `The answer holds no ${list}.`, { details: { dialect: name } });
}

export const parseVectors = (reply: WireReply): EmbedResult =>
  parseResult(reply, 'vectors') as unknown as EmbedResult;
export const parseOrder = (reply: WireReply): RerankResult =>
  parseResult(reply, 'results') as unknown as RerankResult;

/** What stands beside the answer; undefined where its server says nothing of the call. */
export function parseReport(body: Json): CallReport | undefined {
  const report = isJsonObject(body) ? body.call : undefined;
  return isJsonObject(report) ? (report as unknown as CallReport) : undefined;
}

export function parseFailure({ body }: WireReply, fallback: ErrorCode = 'provider_error'): KeelsonError {
  const value = replyValue(body);
  return reviveError(isJsonObject(value) ? value.error : undefined, fallback);
}

interface Reading {
  isEnded: boolean;

  hasEnds: boolean;
  readonly onReport: ((report: CallReport) => void) | undefined;
}

/** What is said of the call itself goes to `onReport`. */
export function createEventParser(onReport?: (report: CallReport) => void): StreamParser {
  const state: Reading = { isEnded: false, hasEnds: false, onReport };
  return createStreamReader<Reading>(state, {
    dialect: name,
    read: readEvent,
    close: () => {},
    finish: ({ hasEnds }) => hasEnds,
  });
}

function readEvent(state: Reading, frame: Frame, events: ChatEvent[]): void {
  const event = readFrameObject(frame, name);
  if (event.type === 'call') {
    state.onReport?.(event as unknown as CallReport);
    return;
  }
  if (typeof event.type !== 'string')
    throw new KeelsonError('invalid_response', 'An event has no type.', { details: { dialect: name } });
  if (event.type === 'message-end') state.hasEnds = true;
  if (event.type !== 'error') events.push(event as unknown as ChatEvent);
  else {
    state.hasEnds = true;
    events.push({ type: 'error', error: reviveError(event.error) });
  }
}
