// Sends what is read while it is sent: no export is ever whole in memory, and whoever leaves ends the reading.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ApiStream } from './api-route.ts';

export function sendStream(reply: FastifyReply, { contentType, fileName, lines }: ApiStream): FastifyReply {
  return reply
    .type(contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Readable.from(lines, { objectMode: false }));
}
