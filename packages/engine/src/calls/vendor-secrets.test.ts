// A vendor that repeats the key it was sent: the caller of a call is told why it failed, but never the key.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEngine } from './__fixtures__/test-engine.ts';

let answer: (response: ServerResponse) => void = (response) => void response.end();
const vendor = createServer((request, response) => {
  request.resume().on('end', () => answer(response));
});
let address = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
});
afterAll(() => {
  vendor.closeAllConnections();
  vendor.close();
});

const json = { 'content-type': 'application/json' };
const errorOf = (said: string) => ({
  error: { message: said, type: 'invalid_request_error', param: said, code: 'invalid_api_key', seen: [said] },
});

test.each([
  ['in an answer that says all is well', json, (said: string) => JSON.stringify(errorOf(said)), false],
  [
    'in a stream that says all is well',
    { 'content-type': 'text/event-stream' },
    (said: string) => `data: ${JSON.stringify(errorOf(said))}\n\n`,
    true,
  ],
])('a caller of the engine is told no key, %s or refused', async (_, headers, bodyOf, stream) => {
  const body = bodyOf('Incorrect key: sk-canary.');
  const engine = createTestEngine({ url: address });
  for (const status of [200, 401]) {
    for (const dialect of ['openai-chat', 'anthropic-messages'] as const) {
      answer = (response) => void response.writeHead(status, headers).end(body);
      const { caller, record } = await engine.ask({ dialect, stream });
      expect(caller.text, `${status} ${dialect}`).toContain('Incorrect key');
      expect(caller.text).not.toContain('sk-canary');
      expect(inspect(record, { depth: 20 })).not.toContain('sk-canary');
    }
  }
  await engine.close();
});
