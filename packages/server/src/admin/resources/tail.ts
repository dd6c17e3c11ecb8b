// Calls as they finish, as server-sent events. Whoever reads slowly is told how many it missed.
import type { ServerResponse } from 'node:http';
import { KeelsonError } from '@keelson/core';
import { type CallRecord, type Engine, type Storage, systemClock, type TailFilter } from '@keelson/engine';
import {
  type AnyApiRoute,
  integer,
  object,
  oneOf,
  optional,
  route,
  text,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { workspacesOf } from './reach.ts';
import { outcomes, showCallSummary } from './show-call.ts';

export interface TailRouteDeps {
  readonly engine: Pick<Engine, 'tail'>;
  readonly storage: Pick<Storage, 'tenants'>;
  /** Told when somebody begins to watch. */
  onWatch?(): void;
}

/** So that neither a proxy nor a library takes the silence for the end. */
const sayNothingEveryMs = 15_000;

const name = (description: string) => optional(text(description, { least: 1, most: 1000 }));
const question = object({
  key_id: name('Only those made with this key.'),
  endpoint: name('Only those of this kind, such as `chat`.'),
  provider: name('Only those that this provider answered.'),
  model: name('Only those that this model answered.'),
  requested_model: name('Only those that asked for this name.'),
  alias: name('Only those of this alias.'),
  outcome: optional(oneOf('Only those with this outcome.', outcomes)),
  error: name('Only those that ended with this code.'),
  min_status: optional(
    integer('Only those answered with this status or a higher one.', { least: 0, most: 599 }),
  ),
  min_duration_ms: optional(integer('Only those that took as long.', { least: 0, most: 86_400_000 })),
  key: optional(
    text('The key, for pages, which cannot send headers with a stream of events.', { isSecret: true }),
  ),
});

export function tailRoutes(deps: TailRouteDeps): readonly AnyApiRoute[] {
  const { engine, storage, onWatch } = deps;
  return [
    route({
      name: 'tailCalls',
      method: 'GET',
      path: '/calls/tail',
      chapter: 'Calls',
      summary: 'Calls as they finish',
      description:
        'Server-sent events without an end: `call` with what GET /calls shows and the number of `attempts`, and `dropped` with the `count` of those that whoever reads was too slow for.',
      permission: 'calls:read',
      query: question,
      streams: ['text/event-stream'],
      example: { query: { outcome: 'failed' } },
      handle: async (call) => {
        const filter = { ...filterOf(call.query), workspaces: await workspacesOf(call, storage) };
        return {
          send: (response) => {
            const end = sendTail(response, engine, filter);
            onWatch?.();
            return end;
          },
        };
      },
    }),
  ];
}

function filterOf(query: ValueOf<typeof question>): TailFilter {
  const { endpoint, provider, model, alias, outcome, error } = query;
  return defined({
    endpoint,
    provider,
    model,
    alias,
    outcome,
    error,
    keyId: query.key_id,
    requestedModel: query.requested_model,
    minStatus: query.min_status,
    minDurationMs: query.min_duration_ms,
  });
}

function sendTail(response: ServerResponse, { tail }: Pick<Engine, 'tail'>, filter: TailFilter): () => void {
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

function describe(record: CallRecord): string {
  return JSON.stringify({ ...showCallSummary(record), attempts: record.attempts.length });
}
