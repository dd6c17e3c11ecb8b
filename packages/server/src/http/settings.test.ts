// Every way to write the server's settings, and what the operator is told about a wrong one.
import { expect, test } from 'vitest';
import { parseSettings } from './settings.ts';

const parse = (environment: Record<string, string>) => parseSettings(environment, '/ahab');

test('without any variable the server listens on this machine only', () => {
  expect(parse({})).toMatchObject({ host: '127.0.0.1', port: 4100 });
});

test('an empty variable counts as absent', () => {
  expect(parse({ KEELSON_HOST: '', KEELSON_PORT: '' })).toMatchObject({ host: '127.0.0.1', port: 4100 });
});

test('host and port come from their variables', () => {
  expect(parse({ KEELSON_HOST: '::', KEELSON_PORT: '0' })).toMatchObject({ host: '::', port: 0 });
});

test.each(['http', '-1', '65536', '4100.5', '0x10', '1e3', ' 80'])('port `%s` is refused by name', (port) => {
  expect(() => parse({ KEELSON_PORT: port })).toThrow(`KEELSON_PORT is \`${port}\``);
});

test('data are kept where the system keeps them, or where the operator says', () => {
  expect(parse({}).dataFolder).toBe('/ahab/.local/share/keelson');
  expect(parse({ XDG_DATA_HOME: '/data' }).dataFolder).toBe('/data/keelson');
  expect(parse({ KEELSON_DATA: '/srv/keelson' }).dataFolder).toBe('/srv/keelson');
});

test('an unknown log level is refused by name', () => {
  expect(() => parse({ KEELSON_LOG_LEVEL: 'loud' })).toThrow('KEELSON_LOG_LEVEL is `loud`');
});

test('records of calls are kept for ninety days, for so many, or for ever', () => {
  expect(parse({}).retentionDays).toBe(90);
  expect(parse({ KEELSON_RETENTION_DAYS: '7' }).retentionDays).toBe(7);
  expect(parse({ KEELSON_RETENTION_DAYS: '0' })).not.toHaveProperty('retentionDays');
  expect(() => parse({ KEELSON_RETENTION_DAYS: 'week' })).toThrow('KEELSON_RETENTION_DAYS is `week`');
});

test('bodies of calls are kept only where that was asked for', () => {
  expect(parse({}).logBodies).toBe('none');
  expect(parse({ KEELSON_LOG_BODIES: 'errors' }).logBodies).toBe('errors');
  expect(() => parse({ KEELSON_LOG_BODIES: 'yes' })).toThrow(
    'KEELSON_LOG_BODIES is `yes`. Set it to none, errors, all.',
  );
});

test('aliases may come from a file', () => {
  expect(parse({})).not.toHaveProperty('aliasFile');
  expect(parse({ KEELSON_ALIASES: '/etc/aliases.json' }).aliasFile).toBe('/etc/aliases.json');
});

test('providers are checked at the start unless the operator says not to', () => {
  expect(parse({}).checksProviders).toBe(true);
  expect(parse({ KEELSON_CHECK_PROVIDERS: 'off' }).checksProviders).toBe(false);
  expect(() => parse({ KEELSON_CHECK_PROVIDERS: 'no' })).toThrow('KEELSON_CHECK_PROVIDERS is `no`');
});

test('calls without a price are refused where the operator says so, in the words of either product', () => {
  expect(parse({}).strictCost).toBe(false);
  for (const word of ['1', 'on', 'true']) expect(parse({ KEELSON_STRICT_COST: word }).strictCost).toBe(true);
  expect(parse({ LLMRING_STRICT_COST: '1' }).strictCost).toBe(true);
  expect(parse({ KEELSON_STRICT_COST: 'off', LLMRING_STRICT_COST: '1' }).strictCost).toBe(false);
  expect(() => parse({ KEELSON_STRICT_COST: 'very' })).toThrow('KEELSON_STRICT_COST is `very`');
});

test.each(['0', 'many', '65', '1.5'])('%s workers are refused', (workers) => {
  expect(() => parse({ KEELSON_WORKERS: workers })).toThrow(`KEELSON_WORKERS is \`${workers}\``);
});

test('answers are cached in memory, elsewhere, or not at all', () => {
  const maxBytes = 64 * 1024 * 1024;
  const url = 'redis://cache:6379';
  expect(parse({}).cache).toEqual({ store: 'memory', maxBytes });
  expect(parse({ KEELSON_CACHE: 'off' })).not.toHaveProperty('cache');
  expect(parse({ KEELSON_CACHE: 'database', KEELSON_CACHE_MB: '1' }).cache).toEqual({
    store: 'database',
    maxBytes: 1024 * 1024,
  });
  expect(parse({ KEELSON_REDIS_URL: url }).cache).toEqual({ store: 'redis', url });
  expect(parse({ KEELSON_REDIS_URL: url, KEELSON_CACHE: 'memory' }).cache).toEqual({
    store: 'memory',
    maxBytes,
  });
});

test('a cache that cannot be is refused by name', () => {
  expect(() => parse({ KEELSON_CACHE: 'disk' })).toThrow('KEELSON_CACHE is `disk`');
  expect(() => parse({ KEELSON_CACHE: 'redis' })).toThrow('Set KEELSON_REDIS_URL');
  expect(() => parse({ KEELSON_CACHE_MB: '0' })).toThrow('KEELSON_CACHE_MB is `0`');
});

test('nobody registers unless it is said how', () => {
  expect(parse({}).registration).toBe('closed');
  expect(parse({ KEELSON_REGISTRATION: 'verified' }).registration).toBe('verified');
  expect(() => parse({ KEELSON_REGISTRATION: 'yes' })).toThrow(
    'KEELSON_REGISTRATION is `yes`. Set it to closed, open, verified, approved.',
  );
});
