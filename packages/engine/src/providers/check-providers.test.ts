// Checks of all providers: told as they come, bounded in time and number, stopped at once, and never a failure of their own.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Secret } from '../secrets/index.ts';
import { checkProviders } from './check-providers.ts';
import { type ProviderCheck, type ProviderConfig, providerForms } from './index.ts';

let answer: (response: ServerResponse) => void = () => undefined;
let underWay = 0;
let most = 0;
let asked = 0;
const vendor = createServer((_, response) => {
  asked += 1;
  underWay += 1;
  most = Math.max(most, underWay);
  response.once('close', () => {
    underWay -= 1;
  });
  answer(response);
});
let address = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = 0;
  most = 0;
});
afterAll(() => {
  vendor.closeAllConnections();
  vendor.close();
});

const configs = (count: number, form = 'openai'): ProviderConfig[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `p${index}`,
    form: providerForms.get(form)!,
    address,
    key: new Secret('sk-canary-of-checks'),
  }));

function told() {
  const checks: Record<string, ProviderCheck> = {};
  return {
    checks,
    tell: (name: string, check: ProviderCheck) => void Object.assign(checks, { [name]: check }),
  };
}

const unauthorized = (response: ServerResponse): void => {
  const body = '{"error":{"message":"Wrong: sk-canary-of-checks","code":"invalid_api_key"}}';
  response.writeHead(401, { 'content-type': 'application/json' }).end(body);
};

test('every provider but the simulator is checked, a few at a time', async () => {
  answer = (response) => void setTimeout(() => response.end('{"data":[{"id":"m"}]}'), 30);
  const { checks, tell } = told();
  const simulated = configs(1, 'simulator').map((config) => ({ ...config, name: 'simulator' }));
  await checkProviders([...simulated, ...configs(7)], tell, { atOnce: 3, totalMs: 2000 }).over;
  expect(Object.keys(checks).toSorted()).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6']);
  expect(Object.values(checks).every(({ ok }) => ok)).toBe(true);
  expect(most).toBe(3);
  expect(asked).toBe(7);
});

test('what is wrong with each is told, whatever is wrong with the others', async () => {
  answer = unauthorized;
  const { checks, tell } = told();
  const [wrong, ...rest] = configs(3);
  const refused = { ...rest[0]!, address: 'http://127.0.0.1:1' };
  const damaged = { ...rest[1]!, address: 'ftp://x' };
  await checkProviders([wrong!, refused, damaged], tell).over;
  expect(checks.p0?.problem).toMatchObject({
    kind: 'wrong-key',
    hint: expect.stringContaining('OPENAI_API_KEY'),
  });
  expect(checks.p1?.problem).toMatchObject({ kind: 'unreachable' });
  expect(checks.p2?.problem).toMatchObject({ kind: 'misconfigured' });
  expect(JSON.stringify(checks)).not.toContain('canary');
});

test('a provider that says nothing is given up after its time', async () => {
  answer = () => undefined;
  const { checks, tell } = told();
  await checkProviders(configs(1), tell, { atOnce: 1, totalMs: 150 }).over;
  expect(checks.p0?.problem).toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('150 ms'),
  });
  await expect.poll(() => underWay).toBe(0);
});

test('checks that are stopped tell nothing more and leave no connection', async () => {
  answer = () => undefined;
  const { checks, tell } = told();
  const running = checkProviders(configs(5), tell);
  await expect.poll(() => asked).toBe(4);
  running.stop();
  await running.over;
  expect(checks).toEqual({});
  expect(asked).toBe(4);
  await expect.poll(() => underWay).toBe(0);
});
