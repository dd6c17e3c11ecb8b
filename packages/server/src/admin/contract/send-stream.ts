// Sends what is read while it is sent, and what happens as it happens: no export is ever whole in memory, and whoever leaves ends the
// reading.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ApiEvents, ApiStream } from './api-route.ts';

export function sendStream(reply: FastifyReply, { contentType, fileName, lines }: ApiStream): FastifyReply {
  return reply
    .type(contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Readable.from(lines, { objectMode: false }));
}

/** Those that are open when the server ends are ended by it: `open` holds how. */
export function sendEvents(reply: FastifyReply, { send }: ApiEvents, open: Set<() => void>): void {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  const end = send(reply.raw);
  reply.hijack();
  open.add(end);
  reply.raw.once('close', () => open.delete(end));
}
