/** `keelson serve`: the gateway in this process, with flags in place of variables. */
import type { Run } from '../line/command-spec.ts';

const variables = {
  host: 'KEELSON_HOST',
  port: 'KEELSON_PORT',
  data: 'KEELSON_DATA',
  'database-url': 'KEELSON_DATABASE_URL',
  'redis-url': 'KEELSON_REDIS_URL',
  workers: 'KEELSON_WORKERS',
  aliases: 'KEELSON_ALIASES',
  budgets: 'KEELSON_BUDGETS',
  'log-level': 'KEELSON_LOG_LEVEL',
} as const;

/** The server reads its environment itself, and so do the processes that it starts. */
export const run: Run = async (input) => {
  for (const [flag, variable] of Object.entries(variables)) {
    const value = input.text(flag);
    if (value !== undefined) process.env[variable] = value;
  }
  await import('@keelson/server/start');
  return undefined;
};
