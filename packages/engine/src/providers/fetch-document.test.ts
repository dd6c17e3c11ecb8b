// A host that somebody else chose must not be one inside, whatever its name is said to mean.
import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDocumentFetch } from './fetch-document.ts';

const server = createServer((_, response) =>
  response.writeHead(302, { location: 'https://mirror.example.com/models.json' }).end(),
);
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '192.168.0.1',
  'fd12::1',
  '::ffff:10.1.2.3',
])('a redirect to a name that means %s is refused', async (meant) => {
  const names: string[] = [];
  const lookup: LookupFunction = (name, _, callback) => {
    names.push(name);
    callback(null, [{ address: meant, family: meant.includes(':') ? 6 : 4 }]);
  };
  const fetch = createDocumentFetch({ name: 'registry', maxBytes: 1000, lookup });
  const { port } = server.address() as AddressInfo;
  await expect(fetch(new URL(`http://127.0.0.1:${port}/`))).rejects.toThrow(
    /has a name that means an address/,
  );
  expect(names).toEqual(['mirror.example.com']);
});
