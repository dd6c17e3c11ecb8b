/** What happens to a run of a server, as its stream of events tells it; one that breaks off is taken up where it ended. */
import { type Json, KeelsonError, parseJson } from '@keelson/core';
import { type FlowNews, systemClock } from '@keelson/engine';
import type { Question, Server } from '../server/server.ts';
import { newsOf } from './server-shapes.ts';

interface Following {
  readonly query: Question['query'];
  readonly signal: AbortSignal;
}

const pauseMs = 1000;
const mostBreaks = 5;

export async function* followServerRun(
  server: Server,
  path: string,
  { query, signal }: Following,
): AsyncGenerator<FlowNews> {
  let after = 0;
  for (let breaks = 0; ; breaks += 1) {
    try {
      const lines = server.lines(`${path}/events`, { query: { ...query, after }, signal });
      for await (const sent of readEvents(lines)) {
        breaks = 0;
        after = sent.id ?? after;
        const news = newsOf(sent.event, sent.data, after);
        if (news !== undefined) yield news;
        if (news?.kind === 'end') return;
      }
    } catch (error) {
      if (!isBreak(error) || breaks >= mostBreaks) throw error;
    }
    await systemClock.sleep(pauseMs, signal);
  }
}

const isBreak = (error: unknown): boolean => KeelsonError.is(error) && error.code === 'provider_unavailable';

interface SentEvent {
  readonly event: string;
  readonly data: Json;
  readonly id: number | undefined;
}

/** As our server writes them: one line of data each. */
async function* readEvents(lines: AsyncIterable<string>): AsyncGenerator<SentEvent> {
  let fields: Record<string, string> = {};
  for await (const line of lines) {
    const [, name, value = ''] = /^(id|event|data): ?(.*)$/.exec(line.replace(/\r$/, '')) ?? [];
    if (name !== undefined) fields[name] = value;
    if (line.trim() !== '') continue;
    const { event, data, id } = fields;
    fields = {};
    if (event === undefined || data === undefined) continue;
    yield {
      event,
      data: parseJson(data, 'event of the server'),
      id: id === undefined ? undefined : Number(id),
    };
  }
}
