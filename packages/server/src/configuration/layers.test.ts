/** Which of several places wins, and that each value knows where it comes from. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@keelson/engine';
import { afterAll, expect, test } from 'vitest';
import { ConfigurationLoader, type Loaded } from './load-configuration.ts';

const folder = mkdtempSync(join(tmpdir(), 'keelson-layers-'));
afterAll(() => rmSync(folder, { recursive: true }));
const project = join(folder, 'keelson.config.yaml');
const userFolder = join(folder, '.config', 'keelson');
const user = join(userFolder, 'keelson.config.json');
mkdirSync(userFolder, { recursive: true });

writeFileSync(
  user,
  JSON.stringify({
    server: { host: '10.0.0.1', port: 4001, workers: 3, stopSeconds: 9 },
    aliases: { chat: ['simulator:user'], mine: ['simulator:user'] },
    metrics: { key: 'env:METRICS' },
  }),
);
writeFileSync(
  project,
  'server:\n  host: 10.0.0.2\n  port: 4002\n  workers: 4\n  data: ./here\naliases:\n  chat: [simulator:project]\n  env: [simulator:project]\n',
);
writeFileSync(join(folder, '.env'), 'KEELSON_HOST=10.0.0.3\nKEELSON_PORT=4003\nMETRICS=canary-key\n');
const table = join(folder, 'aliases.json');
writeFileSync(table, '{"aliases":{"env":["simulator:variable"]}}');

function createLoader(): ConfigurationLoader {
  return new ConfigurationLoader({
    environment: { KEELSON_HOST: '10.0.0.4', KEELSON_ALIASES: table, KEELSON_WORKERS: '' },
    flags: { 'log.level': 'debug' },
    folder,
    homeFolder: folder,
    clock: systemClock,
  });
}

async function load(loader: ConfigurationLoader): Promise<Loaded> {
  const loaded = await loader.load();
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded;
}

test('flags, the environment, .env, the project, the user, and what is usual, in this order', async () => {
  const { effective } = await load(createLoader());
  const told = [
    'log.level',
    'server.host',
    'server.port',
    'server.workers',
    'server.stopSeconds',
    'log.bodies',
  ];
  expect(told.map((path) => effective.values.get(path))).toEqual([
    { path: 'log.level', value: 'debug', origin: { layer: 'flag', name: 'log.level' } },
    { path: 'server.host', value: '10.0.0.4', origin: { layer: 'environment', name: 'KEELSON_HOST' } },
    {
      path: 'server.port',
      value: '4003',
      origin: { layer: '.env', name: 'KEELSON_PORT', file: join(folder, '.env') },
    },
    // An empty variable says nothing.
    {
      path: 'server.workers',
      value: 4,
      origin: { layer: 'project file', file: project, line: 4, column: 3 },
    },
    {
      path: 'server.stopSeconds',
      value: 9,
      origin: { layer: 'user file', file: user, line: 1, column: expect.any(Number) },
    },
    { path: 'log.bodies', value: 'none', origin: { layer: 'default' } },
  ]);
});

test('aliases come name by name, and those of a variable win', async () => {
  const { effective } = await load(createLoader());
  const models = Object.entries(effective.aliases).map(([name, alias]) => [name, JSON.stringify(alias)]);
  expect(Object.fromEntries(models)).toMatchObject({
    chat: expect.stringContaining('simulator:project'),
    mine: expect.stringContaining('simulator:user'),
    env: expect.stringContaining('simulator:variable'),
  });
  expect(effective.values.get('aliases.env')?.origin).toEqual({
    layer: 'environment',
    name: 'KEELSON_ALIASES',
  });
});

test('the server gets all of it, with secrets read and folders that begin at their file', async () => {
  const loader = createLoader();
  const { effective } = await load(loader);
  const { settings } = await loader.readSettings(effective);
  expect(settings).toMatchObject({
    host: '10.0.0.4',
    port: 4003,
    workers: 4,
    logLevel: 'debug',
    stopMs: 9000,
    dataFolder: join(folder, 'here'),
    metricsKey: 'canary-key',
  });
  expect(JSON.stringify([...effective.values.values()])).not.toContain('canary');
  expect(effective.values.get('metrics.key')?.value).toBe('env:METRICS');
});
