// Local servers are free in one's own network, and priced like others anywhere else.
import { createRegistry } from '@keelson/core';
import { expect, test } from 'vitest';
import { createProvider, providerForms } from '../providers/index.ts';
import { createPriceList } from './price-list.ts';

const usage = { input: { total: 10 }, output: { total: 5 } };

test.each([
  ['http://127.0.0.1:11434', { status: 'priced', nanoDollars: 0, priceVersion: 'local' }],
  ['http://192.168.1.20:11434', { status: 'priced', nanoDollars: 0, priceVersion: 'local' }],
  ['http://ollama:11434', { status: 'priced', nanoDollars: 0, priceVersion: 'local' }],
  ['https://ollama.com', { status: 'unpriced' }],
  ['http://203.0.113.9:11434', { status: 'unpriced' }],
])('a local server at %s', async (address, cost) => {
  const provider = createProvider({ name: 'ollama', form: providerForms.get('ollama')!, address });
  const [speech] = provider.form.chat;
  const target = { key: 'p:m', provider, model: 'm', speech: speech!, lane: 'translated' } as const;
  expect(createPriceList(createRegistry([]))(target, usage)).toEqual(cost);
  await provider.close();
});
