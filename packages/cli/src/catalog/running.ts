/** The commands that start something, and the one that looks whether it could. */
import type { CommandSpec } from '../line/command-spec.ts';
import { lockfileFlag, registryFlag } from './shared-flags.ts';

export const serveSpec: CommandSpec = {
  name: 'serve',
  about: 'Starts the gateway in this process, until it is stopped.',
  details: ['Each flag stands for a variable, which it goes before; all variables of the gateway count.'],
  flags: [
    { name: 'host', value: 'ADDRESS', about: 'the address to listen on: KEELSON_HOST (127.0.0.1)' },
    {
      name: 'port',
      value: 'NUMBER',
      kind: 'count',
      about: 'the port; 0 picks a free one: KEELSON_PORT (4100)',
    },
    { name: 'data', value: 'FOLDER', about: 'where everything is kept: KEELSON_DATA', completes: 'file' },
    { name: 'database-url', value: 'URL', about: 'a PostgreSQL server: KEELSON_DATABASE_URL' },
    { name: 'redis-url', value: 'URL', about: 'a Redis server for answers: KEELSON_REDIS_URL' },
    {
      name: 'workers',
      value: 'COUNT',
      kind: 'count',
      about: 'processes that share the port: KEELSON_WORKERS (1)',
    },
    { name: 'aliases', value: 'FILE', about: 'a file of aliases: KEELSON_ALIASES', completes: 'file' },
    { name: 'budgets', value: 'FILE', about: 'a file of budgets: KEELSON_BUDGETS', completes: 'file' },
    {
      name: 'log-level',
      value: 'LEVEL',
      choices: ['debug', 'info', 'warn', 'error', 'silent'],
      about: 'debug, info, warn, error or silent: KEELSON_LOG_LEVEL (warn)',
    },
  ],
  isServer: true,
  configuration: 'none',
  load: () => import('../commands/serve.ts'),
};

export const simulateSpec: CommandSpec = {
  name: 'simulate',
  about: 'Starts a fake vendor that speaks every format and takes any key, until it is stopped.',
  flags: [
    {
      name: 'port',
      value: 'NUMBER',
      kind: 'count',
      about: 'the port; 0 picks a free one (4110, or KEELSON_SIMULATOR_PORT)',
    },
    { name: 'host', value: 'ADDRESS', about: 'the address to listen on (127.0.0.1)' },
    {
      name: 'seed',
      value: 'NUMBER',
      kind: 'count',
      about: 'repeats ids, invented words and faults at a rate (1)',
    },
  ],
  isServer: true,
  configuration: 'none',
  load: () => import('../commands/simulate.ts'),
};

export const doctorSpec: CommandSpec = {
  name: 'doctor',
  about: 'Looks whether Keelson can work here: versions, lockfile, providers and their keys, database.',
  details: ['Providers are asked for their lists of models, which costs nothing.'],
  flags: [
    { name: 'offline', about: 'asks no provider' },
    { name: 'timeout', value: 'SECONDS', kind: 'count', about: 'for each provider (10)' },
    lockfileFlag,
    registryFlag,
  ],
  exitCodes: [
    [0, 'nothing is wrong'],
    [1, 'something is'],
  ],
  configuration: 'shown',
  load: () => import('../commands/doctor.ts'),
};
