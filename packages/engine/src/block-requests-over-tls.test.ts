// Requests of blocks to hosts whose certificate is not trusted, or only by an authority of one's own.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createAuthority } from './__fixtures__/index.ts';
import { createHttpSender, type HttpSenderSettings } from './blocks/index.ts';

it('reach a host with a certificate of a company only where its authority is handed in', async () => {
  const authority = createAuthority('Company');
  const { certificate, key } = authority.issue('127.0.0.1');
  let asked = 0;
  const server = createServer({ cert: certificate, key }, (_, response) => {
    asked += 1;
    response.end('"hello"');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ask = (settings: HttpSenderSettings) =>
    createHttpSender({ allowedHosts: ['127.0.0.1'], ...settings })({
      method: 'POST',
      url,
      headers: {},
      signal: new AbortController().signal,
    });
  expect(await ask({})).toEqual({ outcome: 'unreachable', why: 'tls' });
  expect(asked).toBe(0);
  expect(await ask({ certificateAuthorities: authority.certificate })).toMatchObject({
    outcome: 'answered',
    text: '"hello"',
  });
  server.closeAllConnections();
  server.close();
});
