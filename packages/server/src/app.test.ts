// The application as a caller sees it, by injected requests and over a real socket.
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createTestApp } from './__fixtures__/index.ts';

const app = () => createTestApp();
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

test('GET /health tells status, version and uptime', async () => {
  const reply = await app().inject({ method: 'GET', url: '/health' });
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toContain('application/json');
  expect(reply.json()).toEqual({ status: 'ok', version: '1.2.3', uptime_seconds: 61 });
});

test('an unknown route is a 404, not a crash', async () => {
  const reply = await app().inject({ method: 'GET', url: '/nothing-here' });
  expect(reply.statusCode).toBe(404);
});

test('GET /health answers over a real socket', async () => {
  const server = app();
  opened.push({ close: () => server.close() });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const reply = await fetch(`http://127.0.0.1:${port}/health`);
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject({ status: 'ok' });
});

test('a connection on which nothing was asked does not hold up the end', async () => {
  const server = app();
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const ended = once(socket, 'close');
  await server.close();
  await ended;
});
