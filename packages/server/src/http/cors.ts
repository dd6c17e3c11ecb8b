// Which web pages may call the gateway from a browser. Who is listed may change while it runs; calls pay no more for it than to see
// that nobody is. Keys travel in headers and never in cookies, so that no page can call with somebody else's.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** `*` for every page. */
export type CorsOrigins = readonly string[];

export function isOrigin(text: string): boolean {
  return text === '*' || URL.parse(text)?.origin === text;
}

const secondsOfPreflight = 600;
const methods = 'GET, POST, DELETE, OPTIONS';
/** What libraries read of an answer. */
const exposed = [
  'x-keelson-call-id',
  'x-keelson-target',
  'x-keelson-cache',
  'x-keelson-losses',
  'x-keelson-error',
  'x-request-id',
  'request-id',
  'x-should-retry',
  'retry-after',
  'retry-after-ms',
  'server-timing',
  'age',
].join(', ');

export function allowOrigins(app: FastifyInstance, origins: () => CorsOrigins): void {
  let listed: CorsOrigins = [];
  let allowed: ReadonlySet<string> = new Set();
  app.addHook('onRequest', (request, reply, done) => {
    const now = origins();
    if (now !== listed) {
      listed = now;
      allowed = new Set(now);
    }
    if (allowed.size === 0) return done();
    const { origin } = request.headers;
    // Also for those who are not allowed: another page may be.
    if (!allowed.has('*')) addVary(reply.raw, 'origin');
    if (origin === undefined || !(allowed.has('*') || allowed.has(origin))) {
      done();
      return;
    }
    reply.raw.setHeader('access-control-allow-origin', allowed.has('*') ? '*' : origin);
    if (!isPreflight(request.raw)) {
      reply.raw.setHeader('access-control-expose-headers', exposed);
      done();
      return;
    }
    reply.hijack();
    answerPreflight(request.raw, reply.raw);
  });
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** Every vendor's library sends headers of its own, and new ones with every version: what is asked for is granted. */
function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  const wanted = headers['access-control-request-headers'];
  addVary(response, 'access-control-request-headers');
  response.setHeader('access-control-allow-methods', methods);
  if (wanted !== undefined && /^[\w\-, ]{1,4096}$/.test(wanted))
    response.setHeader('access-control-allow-headers', wanted);
  response.setHeader('access-control-max-age', String(secondsOfPreflight));
  response.writeHead(204).end();
}

function addVary(response: ServerResponse, name: string): void {
  const known = response.getHeader('vary');
  response.setHeader('vary', known === undefined ? name : `${String(known)}, ${name}`);
}
