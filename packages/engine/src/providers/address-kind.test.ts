// What counts as one's own network, and that a local server at a public address is not free.
import { expect, test } from 'vitest';
import { Secret } from '../secrets/index.ts';
import { kindOfAddress } from './address-kind.ts';
import { createProvider, providerForms } from './index.ts';

test.each([
  ['http://127.0.0.1:8080', 'loopback'],
  ['http://127.9.9.9', 'loopback'],
  ['http://0.0.0.0', 'loopback'],
  ['http://[::1]:1', 'loopback'],
  ['http://[::ffff:127.0.0.1]', 'loopback'],
  ['http://localhost', 'loopback'],
  ['http://models.localhost', 'loopback'],
  ['http://10.1.2.3', 'private'],
  ['http://172.16.0.1', 'private'],
  ['http://172.32.0.1', 'public'],
  ['http://192.168.1.20:11434', 'private'],
  ['http://100.101.102.103', 'private'],
  ['http://[fd12::1]', 'private'],
  ['http://[::ffff:10.0.0.1]', 'private'],
  ['http://ollama:11434', 'private'],
  ['http://models.lan', 'private'],
  ['http://llm.default.svc.cluster.local.', 'private'],
  ['http://host.docker.internal', 'private'],
  ['https://ollama.com', 'public'],
  ['https://local.example.com', 'public'],
  ['https://notlocal', 'private'],
  ['https://mylan.example', 'public'],
  ['http://8.8.8.8', 'public'],
  ['http://[2001:db8::1]', 'public'],
  ['http://[::ffff:8.8.8.8]', 'public'],
])('%s is %s', (address, kind) => {
  expect(kindOfAddress(new URL(address))).toBe(kind);
});

test.each([
  ['ollama', undefined, true],
  ['ollama', 'http://192.168.1.20:11434', true],
  ['ollama', 'https://ollama.com', false],
  ['vllm', 'https://gpu.rented.example/v1', false],
  ['openai', 'http://127.0.0.1:4000', false],
])('%s at %s is free: %s', async (name, address, isFree) => {
  const form = providerForms.get(name)!;
  const at = address === undefined ? {} : { address };
  const provider = createProvider({ name, form, key: new Secret('sk-test'), ...at });
  expect(provider.isFree).toBe(isFree);
  await provider.close();
});
