// What happens to a run, as server-sent events, until it is over. Whoever comes back goes on after the last one that was seen.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { KeelsonError } from '@keelson/core';
import { type FlowNews, type Flows, type Log, systemClock } from '@keelson/engine';
import { type AnyApiRoute, integer, object, optional, route, text } from '../contract/index.ts';
import { type FlowRoutesDeps, placeOfFlows } from './flow-places.ts';
import { showRun, showStep, showWait } from './run-shapes.ts';
import { idOf, mayReadContents } from './runs.ts';
import { toTime } from './times.ts';

export interface RunEventsDeps extends FlowRoutesDeps {
  readonly log: Pick<Log, 'warn'>;
}

/** So that neither a proxy nor a library takes the silence for the end. */
const sayNothingEveryMs = 15_000;

const question = object({
  after: optional(
    integer('The `id` of the last event that was seen; the header Last-Event-ID says the same.', {
      least: 0,
    }),
  ),
  key: optional(
    text('The key, for pages, which cannot send headers with a stream of events.', { isSecret: true }),
  ),
});

/** Each of them asks the database four times a second. */
const mostAtOnce = 200;

export function runEventRoutes(deps: RunEventsDeps): readonly AnyApiRoute[] {
  const open = new Set<ServerResponse>();
  return [
    route({
      name: 'followRun',
      method: 'GET',
      path: '/runs/{id}/events',
      chapter: 'Runs',
      summary: 'What happens to a run, from its beginning to its end',
      description:
        'Server-sent events: `step` with a step as GET /runs/{id}/steps shows it, `note` (a failed attempt, or what recovery makes of it), `waiting` with all that it waits for, `end` with the run, after which nothing comes. With `runs.content:read` also outputs, and `text` with pieces of answers as they come, which are kept nowhere. A stream without `end` broke off: ask again with `after`.',
      permission: 'runs:read',
      query: question,
      streams: ['text/event-stream'],
      example: { query: { after: 0 } },
      handle: async (call) => {
        const { flows, workspace } = await placeOfFlows(call, deps);
        const { id } = await flows.getRun(workspace, idOf(call));
        const mayRead = mayReadContents(call, workspace);
        return {
          send: (response) => {
            if (open.size >= mostAtOnce) throw tooMany();
            open.add(response);
            response.once('close', () => open.delete(response));
            const after = call.query.after ?? lastSeen(response);
            const follow = (signal: AbortSignal) => flows.follow(workspace, id, { after, signal });
            return sendNews(response, { follow, mayRead, log: deps.log });
          },
        };
      },
    }),
  ];
}

function tooMany(): KeelsonError {
  return new KeelsonError('rate_limited', 'Too many follow runs here already.', {
    hint: 'Ask GET /api/v1/runs/{id} now and then, or come again later.',
    details: { retryAfterMs: sayNothingEveryMs },
  });
}

function lastSeen({ req }: ServerResponse): number {
  const said = req.headers['last-event-id'];
  return typeof said === 'string' && /^\d{1,15}$/.test(said) ? Number(said) : 0;
}

interface Sending {
  follow(signal: AbortSignal): ReturnType<Flows['follow']>;
  readonly mayRead: boolean;
  readonly log: Pick<Log, 'warn'>;
}

function sendNews(response: ServerResponse, { follow, mayRead, log }: Sending): () => void {
  const leaving = new AbortController();
  response.setHeader('content-type', 'text/event-stream');
  // For proxies that would wait until there is more.
  response.setHeader('x-accel-buffering', 'no');
  response.write('retry: 2000\n\n');
  const stop = systemClock.every(sayNothingEveryMs, () => void response.write(':\n\n'));
  response.on('error', () => {});
  response.once('close', () => {
    stop();
    leaving.abort();
  });
  const send = async (): Promise<void> => {
    for await (const news of follow(leaving.signal)) {
      const event = renderNews(news, mayRead);
      // Whoever reads slowly is read slowly for: what comes meanwhile waits in the database.
      if (event !== undefined && !response.write(event)) await once(response, 'drain', leaving);
    }
  };
  send()
    .catch((error: unknown) => {
      if (!leaving.signal.aborted) log.warn('Following a run broke off.', { error });
    })
    .finally(() => response.end());
  return () => response.end();
}

function renderNews(news: FlowNews, mayRead: boolean): string | undefined {
  switch (news.kind) {
    case 'step':
      return render(news.kind, showStep(news.step, mayRead), news.seq);
    case 'note': {
      const { name, at, data } = news;
      return render(news.kind, { name, at: toTime(at), ...(mayRead && { data }) }, news.seq);
    }
    case 'text':
      return mayRead ? render(news.kind, { path: news.path, delta: news.delta }) : undefined;
    case 'waiting':
      return render(news.kind, { waits: news.waits.map(showWait) });
    case 'end':
      return render(news.kind, showRun(news.run, mayRead), news.seq);
    default: {
      const never: never = news;
      return never;
    }
  }
}

function render(event: string, data: object, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
