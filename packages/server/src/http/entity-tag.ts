/** Answers that a caller may have already: sent with a tag of their content, and not sent again to whoever shows that tag. */
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface TaggedText {
  readonly text: string;
  /** Changes exactly when the text does. */
  readonly tag: string;
  readonly cacheControl: string;
  readonly type: string;
}

const notModified = 304;

export function sendTagged(request: FastifyRequest, reply: FastifyReply, tagged: TaggedText): FastifyReply {
  const etag = `"${tagged.tag}"`;
  reply.headers({ etag, 'cache-control': tagged.cacheControl });
  if (isKnown(request.headers['if-none-match'], etag)) return reply.status(notModified).send();
  return reply.type(tagged.type).send(tagged.text);
}

/** Tags are compared as the standard says for this header: a weak one is as good. */
function isKnown(shown: string | undefined, etag: string): boolean {
  if (shown === undefined) return false;
  const tags = shown.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
