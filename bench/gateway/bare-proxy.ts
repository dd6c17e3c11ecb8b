/**
 * The reference: a proxy that reads a request, parses it, sends it on and passes the answer back, and nothing else. No keys,
 * no records, no errors; what is below it, Node itself costs.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const pool = new Pool(process.argv[2] as string, {
  connections: 4096,
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
});

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    JSON.parse(body.toString());
    pool.dispatch(
      {
        path: request.url as string,
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', authorization: 'Bearer upstream' },
      },
      {
        onRequestStart: () => {},
        onResponseStart: (_, status, headers) =>
          void response.writeHead(status, headers as Record<string, string>),
        onResponseData: (_, chunk) => void response.write(chunk),
        onResponseEnd: () => void response.end(),
        onResponseError: () => void response.destroy(),
      },
    );
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => process.exit());
