// Every way to write the server's settings, and what the operator is told about a wrong one.
import { expect, test } from 'vitest';
import { parseSettings } from './settings.ts';

test('without any variable the server listens on this machine only', () => {
  expect(parseSettings({})).toEqual({ host: '127.0.0.1', port: 4100 });
});

test('an empty variable counts as absent', () => {
  expect(parseSettings({ KEELSON_HOST: '', KEELSON_PORT: '' })).toEqual({ host: '127.0.0.1', port: 4100 });
});

test('host and port come from their variables', () => {
  expect(parseSettings({ KEELSON_HOST: '::', KEELSON_PORT: '0' })).toEqual({ host: '::', port: 0 });
});

test.each(['http', '-1', '65536', '4100.5', '0x10', '1e3', ' 80'])('port `%s` is refused by name', (port) => {
  expect(() => parseSettings({ KEELSON_PORT: port })).toThrow(`KEELSON_PORT is \`${port}\``);
});
