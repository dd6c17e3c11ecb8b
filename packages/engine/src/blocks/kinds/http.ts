/**
 * A block that sends one HTTP request. Its effect class follows from the method unless it is said otherwise, and a host that could
 * not be reached is known to have done nothing.
 */
import {
  type Block,
  BlockError,
  type BlockLimits,
  defineBlock,
  type Effects,
  type HttpAnswer,
  type HttpQuestion,
  type Json,
  type Policy,
  parseJson,
  type Reason,
  reasonTable,
  refuse,
  type Scope,
} from '@keelson/core';

export type HttpRequestParts = Pick<HttpQuestion, 'url'> &
  Partial<Pick<HttpQuestion, 'headers'>> & {
    /** Sent as JSON; text is sent as it is. */
    readonly body?: Json;
  };

interface HttpSettings<Payload> {
  readonly method: HttpQuestion['method'];
  /** Pure: the request for a payload. */
  readonly request: (payload: Payload) => HttpRequestParts;
  /** By the method when left out. Say `idempotent` of a POST only if the host takes the idempotency key. */
  readonly effects?: Effects;
  /** Sends this header with a value that is the same for every attempt of this visit: `idempotency-key`. */
  readonly idempotencyHeader?: string;
  readonly version?: string;
  readonly recovery?: readonly Policy[];
  readonly limits?: BlockLimits;
}

const effectsOfMethods = {
  GET: 'none',
  HEAD: 'none',
  PUT: 'idempotent',
  DELETE: 'idempotent',
  POST: 'non_idempotent',
  PATCH: 'non_idempotent',
} as const satisfies Record<HttpQuestion['method'], Effects>;

/** The output is the answer's JSON, or its text where it is none. */
export function http<Payload>(name: string, settings: HttpSettings<Payload>): Block<Payload, Json> {
  const { method, version, recovery, limits } = settings;
  return defineBlock({
    name,
    kind: 'http',
    effects: settings.effects ?? effectsOfMethods[method],
    ...(version !== undefined && { version }),
    ...(recovery !== undefined && { recovery }),
    ...(limits !== undefined && { limits }),
    body: { type: 'leaf', run: (payload: never, scope) => send(settings, payload, scope) },
  });
}

async function send<Payload>(
  { method, request, idempotencyHeader }: HttpSettings<Payload>,
  payload: Payload,
  scope: Scope,
): Promise<Json> {
  const { sendHttp, signal } = scope;
  if (sendHttp === undefined) throw refuse('http_unavailable');
  const { url, headers = {}, body } = request(payload);
  if (!URL.canParse(url)) throw refuse('invalid_payload', { expected: 'an address' });
  const { traceId, spanId } = scope.metadata;
  const sent: Record<string, string> = {
    accept: 'application/json',
    traceparent: `00-${traceId}-${spanId}-01`,
    ...(body !== undefined && typeof body !== 'string' && { 'content-type': 'application/json' }),
    ...(idempotencyHeader !== undefined && { [idempotencyHeader]: scope.idempotencyKey }),
    ...headers,
  };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await sendHttp({
    method,
    url,
    headers: sent,
    signal,
    metadata: scope.metadata,
    ...(body !== undefined && { body: text }),
  });
  return readReply(answer, new URL(url).host);
}

const reasons = {
  denied: 'http_denied',
  unreachable: 'http_unreachable',
  interrupted: 'http_interrupted',
  rate_limited: 'http_rate_limited',
  refused: 'http_refused',
  failed: 'http_failed',
} as const satisfies Record<Exclude<HttpAnswer['outcome'], 'answered'>, Reason>;

/** Only what a host says before it does anything proves that it did nothing. */
const nothingHappened: ReadonlySet<HttpAnswer['outcome']> = new Set([
  'denied',
  'unreachable',
  'rate_limited',
  'refused',
]);

function readReply(answer: HttpAnswer, host: string): Json {
  if (answer.outcome === 'answered') return readBody(answer.text);
  const reason = reasons[answer.outcome];
  const retryAfterMs = 'retryAfterMs' in answer ? answer.retryAfterMs : undefined;
  throw new BlockError({
    reason,
    errorType: reasonTable[reason].errorType,
    details: {
      host,
      ...('status' in answer && { status: answer.status }),
      ...('why' in answer && answer.why !== undefined && { why: answer.why }),
    },
    effect: nothingHappened.has(answer.outcome) ? 'not_started' : 'unknown',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function readBody(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
