// How long a caller may take to ask, how much may stand in front of a body, and what those are told who do not speak HTTP:
// nobody who is slow, silent or wrong may hold a socket for good.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';

export interface SocketLimits {
  /** For the head of a request. */
  readonly headersMs: number;
  /** For a request with its body. */
  readonly requestMs: number;
  /** Between two requests on a connection. */
  readonly idleMs: number;
  /** How often a connection is looked at. */
  readonly checkMs: number;
  readonly headerBytes: number;
}

const defaultSocketLimits: SocketLimits = {
  headersMs: 20_000,
  // A long body over a slow line.
  requestMs: 120_000,
  // Longer than load balancers keep a connection, so that it is they who close it.
  idleMs: 75_000,
  checkMs: 5_000,
  headerBytes: 32 * 1024,
};

/** Which requests for another protocol are taken up; all others are answered as if they had not asked. */
export type TakesUp = (request: IncomingMessage) => boolean;

export function socketOptions(
  limits: Partial<SocketLimits> = {},
  shouldUpgradeCallback: TakesUp = () => false,
): FastifyHttpOptions<Server> {
  const { headersMs, requestMs, idleMs, checkMs, headerBytes } = { ...defaultSocketLimits, ...limits };
  return {
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    clientErrorHandler,
    http: {
      headersTimeout: headersMs,
      maxHeaderSize: headerBytes,
      connectionsCheckingInterval: checkMs,
      shouldUpgradeCallback,
    },
  };
}

const refusals: Readonly<Record<string, readonly [status: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not come to its end in time.'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers of the request are too long.'],
};
const notHttp = ['400 Bad Request', 'This is no request in HTTP.'] as const;

/** No format is known here, so this is what most libraries can read. */
function clientErrorHandler(this: FastifyInstance, error: Error & { code?: string }, socket: Duplex): void {
  // Whoever has gone needs no answer, and nobody is answered twice.
  const isAnswered = (socket as Duplex & { _httpMessage?: { headersSent: boolean } })._httpMessage
    ?.headersSent;
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswered === true) {
    socket.destroy();
    return;
  }
  const [status, message] = refusals[error.code ?? ''] ?? notHttp;
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`);
}
