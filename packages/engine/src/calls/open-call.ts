/**
 * Reads just enough of a call to plan it: the model and whether it streams. The whole request is read only when somebody
 * has to understand it, so that a call which passes untouched does not pay for that.
 */
import {
  type ChatRequest,
  findWay,
  isJsonObject,
  type Json,
  type JsonObject,
  KeelsonError,
  parseJson,
  type RelayWay,
} from '@keelson/core';
import type { AnyDialect, AskedCall } from './asked-call.ts';
import { controlPrefix, takeControls } from './metadata-controls.ts';
import { openPassed, type PassedCall } from './open-passed.ts';

/** How a call goes to a provider that speaks the caller's format. */
interface RelayedCall {
  readonly way: RelayWay;
  readonly body: JsonObject;
}

/** A call that has been read: just enough of it to plan, and the rest on demand. */
export interface ReadCall {
  readonly asked: AskedCall;
  readonly model: string;
  readonly isStream: boolean;
  /** The whole request in our words; read at the first question. Of the kind of the endpoint. */
  request(): ChatRequest;
  /** Only the length of the prompt is asked for. */
  readonly isCount: boolean;
  /** Left out where the call cannot pass untouched. */
  readonly relayed?: RelayedCall;
  /** Of a call that is not understood at all. */
  readonly passed?: PassedCall;
  /** As it was before its alias gave it something. */
  readonly plain?: ReadCall;
}

export function openCall(asked: AskedCall, now: () => number): ReadCall {
  if (asked.passed !== undefined) return openPassed(asked, asked.passed);
  const { dialect, wire } = asked;
  let request: ChatRequest | undefined;
  const read = (): ChatRequest => {
    request ??= {
      ...(dialect as AnyDialect).inbound.parseRequest(wire),
      answer: { id: asked.id, createdAt: Math.floor(now() / 1000) },
    };
    return request;
  };
  const relay = 'relay' in dialect ? dialect.relay : undefined;
  const found = relay && findWay(relay, wire.path);
  if (relay === undefined || found === undefined) {
    const taken = wire.body.includes(controlPrefix) ? takeControls(asked, readBody(asked)) : undefined;
    return taken === undefined ? readWhole(asked, read) : openCall(taken, now);
  }
  const body = readBody(asked);
  const taken = takeControls(asked, body);
  if (taken !== undefined) return openCall(taken, now);
  const model = relay.model === 'path' ? found.variables.model : body.model;
  // What is wrong with the request is said best by the dialect itself.
  if (typeof model !== 'string' || model === '') return readWhole(asked, read);
  const isStream =
    found.way.isStream ??
    (body.stream === undefined ? relay.streamsByDefault === true : body.stream === true);
  const isCount = found.way.purpose === 'count-tokens';
  const call = { asked, model, isStream, isCount, request: read };
  return isUsualCut(found.way, wire) ? { ...call, relayed: { way: found.way, body } } : call;
}

/** Whether the caller wants the stream cut into frames as the way is always asked for. */
function isUsualCut({ query }: RelayWay, wire: AskedCall['wire']): boolean {
  for (const name in query) if (wire.query[name] !== query[name]) return false;
  return true;
}

function readWhole(asked: AskedCall, request: () => ChatRequest): ReadCall {
  const { model, stream = false, purpose } = request();
  return { asked, model, isStream: stream, isCount: purpose === 'count-tokens', request };
}

function readBody({ wire }: AskedCall): JsonObject {
  const body = readJson(wire.body);
  if (isJsonObject(body)) return body;
  throw new KeelsonError('invalid_request', 'The body must be a JSON object.');
}

/** The quick way first; the thorough one tells where a text goes wrong. */
function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return parseJson(text);
  }
}
