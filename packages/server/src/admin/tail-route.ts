// GET /api/v1/calls/tail: calls of the caller's own workspace as they finish, as server-sent events. Whoever reads slowly is
// told how many it missed.
import type { ServerResponse } from 'node:http';
import { KeelsonError } from '@keelson/core';
import { type CallRecord, type Engine, systemClock, type TailFilter } from '@keelson/engine';
import type { FastifyInstance } from 'fastify';
import { type KeyRing, presentedKey } from '../auth/index.ts';
import { secureAnswers } from '../http/index.ts';

export interface TailRoute {
  readonly engine: Engine;
  readonly keys: KeyRing;
  /** Told when somebody begins to watch. */
  onWatch?(): void;
}

/** So that neither a proxy nor a library takes the silence for the end. */
const sayNothingEveryMs = 15_000;

type Query = Readonly<Record<string, string>>;

export function registerTail(app: FastifyInstance, { engine, keys, onWatch }: TailRoute): void {
  const open: (() => void)[] = [];
  app.addHook('preClose', async () => {
    for (const end of open.splice(0)) end();
  });
  app.register(async (part) => {
    secureAnswers(part);
    part.get<{ Querystring: Query }>('/api/v1/calls/tail', (request, reply) => {
      const { workspace } = keys.identify(presentedKey(request.headers, request.query));
      const filter = { ...readFilter(request.query), workspace };
      const end = sendTail(reply.raw, engine, filter);
      open.push(end);
      reply.hijack();
      reply.raw.once('close', () => open.splice(open.indexOf(end), 1));
      onWatch?.();
    });
  });
}

function sendTail(response: ServerResponse, { tail }: Engine, filter: TailFilter): () => void {
  let isBusy = false;
  const send = (): void => {
    if (isBusy) return;
    const { records, dropped } = subscription?.take() ?? { records: [], dropped: 0 };
    const events = records.map((record) => `id: ${record.id}\nevent: call\ndata: ${describe(record)}\n\n`);
    if (dropped > 0) events.push(`event: dropped\ndata: {"count":${dropped}}\n\n`);
    // Until it has read these, what comes waits in the subscription, where there is a bound.
    if (events.length > 0) isBusy = !response.write(events.join(''));
  };
  const subscription = tail.subscribe(filter, () => setImmediate(send));
  if (subscription === undefined) {
    throw new KeelsonError('rate_limited', 'Too many watch the calls already.', {
      details: { retryAfterMs: sayNothingEveryMs },
    });
  }
  response.setHeader('content-type', 'text/event-stream');
  // For proxies that would wait until there is more.
  response.setHeader('x-accel-buffering', 'no');
  response.write('retry: 2000\n\n');
  response.on('drain', () => {
    isBusy = false;
    send();
  });
  const stop = systemClock.every(sayNothingEveryMs, () => void response.write(':\n\n'));
  response.on('error', () => {});
  response.once('close', () => {
    stop();
    subscription.close();
  });
  return () => response.end();
}

const texts: Readonly<Record<string, keyof TailFilter>> = {
  key_id: 'keyId',
  endpoint: 'endpoint',
  provider: 'provider',
  model: 'model',
  requested_model: 'requestedModel',
  alias: 'alias',
  outcome: 'outcome',
  error: 'error',
};
const numbers: Readonly<Record<string, keyof TailFilter>> = {
  min_status: 'minStatus',
  min_duration_ms: 'minDurationMs',
};

function readFilter(query: Query): TailFilter {
  // A page cannot send headers with a stream of events; its key stands beside the filters.
  const { key: _, ...asked } = query;
  const entries = Object.entries(asked).map(([name, value]) => {
    const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
    const number = Object.hasOwn(numbers, name) ? numbers[name] : undefined;
    if (text !== undefined && typeof value === 'string') return [text, value];
    if (number !== undefined && /^\d{1,9}$/.test(value)) return [number, Number(value)];
    const known = [...Object.keys(texts), ...Object.keys(numbers)].join(', ');
    throw new KeelsonError('invalid_request', `\`${name}\` is no filter, or not with that value.`, {
      hint: `The filters are ${known}; those that begin with min_ take whole numbers.`,
      details: { field: name },
    });
  });
  return Object.fromEntries(entries);
}

function describe(record: CallRecord): string {
  const { usage, cost } = record;
  return JSON.stringify({
    id: record.id,
    started_at: new Date(record.startedAt).toISOString(),
    endpoint: record.endpoint,
    dialect: record.dialect,
    key_id: record.keyId,
    requested_model: record.requestedModel,
    alias: record.alias,
    provider: record.provider,
    model: record.model,
    is_stream: record.isStream,
    outcome: record.outcome,
    status: record.status,
    error: record.error,
    duration_ms: round(record.durationMs),
    first_byte_ms: record.firstByteMs === undefined ? undefined : round(record.firstByteMs),
    input_tokens: usage?.input.total,
    output_tokens: usage?.output.total,
    cost: { status: cost.status, nano_dollars: cost.nanoDollars },
    cache: record.cache,
    attempts: record.attempts.length,
    tags: record.tags,
  });
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
