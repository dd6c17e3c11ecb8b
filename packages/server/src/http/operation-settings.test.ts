// Settings of whoever runs the server: what they are without a word, and what is said about wrong ones.
import { expect, test } from 'vitest';
import { callerAddress } from './caller-address.ts';
import { parseOperations } from './operation-settings.ts';

test('without any variable metrics want a key, no page may call, no proxy is believed', () => {
  const settings = parseOperations({});
  expect(settings).toMatchObject({ metrics: 'key', corsOrigins: [], stopMs: 25_000, stopNoticeMs: 0 });
  expect(settings.trustedProxies.isTrusted('127.0.0.1')).toBe(false);
});

test.each([
  [{ KEELSON_METRICS: 'on' }, 'KEELSON_METRICS is `on`'],
  [{ KEELSON_CORS_ORIGINS: 'https://a.example, https://b.example/' }, '`https://b.example/`'],
  [{ KEELSON_CORS_ORIGINS: 'example.com' }, '`example.com`'],
  [{ KEELSON_TRUSTED_PROXIES: '10.0.0.0/33' }, '`10.0.0.0/33`'],
  [{ KEELSON_TRUSTED_PROXIES: '10.0.0.0/' }, '`10.0.0.0/`'],
  [{ KEELSON_TRUSTED_PROXIES: 'proxy' }, '`proxy`'],
  [{ KEELSON_STOP_SECONDS: '-1' }, 'KEELSON_STOP_SECONDS is `-1`'],
  [{ KEELSON_STOP_NOTICE_SECONDS: '3601' }, 'KEELSON_STOP_NOTICE_SECONDS is `3601`'],
])('%j is refused', (environment, told) => {
  expect(() => parseOperations(environment)).toThrow(told);
});

test.each([
  ['10.1.2.3', '198.51.100.7, 10.9.9.9', '198.51.100.7'],
  // What a caller writes in front of what the proxy adds is not looked at.
  ['10.1.2.3', '1.2.3.4, 198.51.100.7', '198.51.100.7'],
  ['::ffff:10.1.2.3', '2001:db8::1', '2001:db8::1'],
  ['10.1.2.3', undefined, '10.1.2.3'],
  ['10.1.2.3', 'not an address', '10.1.2.3'],
  ['fd00::5', '10.0.0.1, ::ffff:192.0.2.1', '192.0.2.1'],
  ['203.0.113.9', '198.51.100.7', '203.0.113.9'],
])('behind proxies that are believed, %s saying %s is %s', (remoteAddress, said, address) => {
  const { trustedProxies } = parseOperations({ KEELSON_TRUSTED_PROXIES: '10.0.0.0/8, fd00::5' });
  const headers = said === undefined ? {} : { 'x-forwarded-for': said };
  expect(callerAddress({ socket: { remoteAddress }, headers } as never, trustedProxies)).toBe(address);
});
