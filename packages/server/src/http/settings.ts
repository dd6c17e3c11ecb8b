// The server's settings, parsed from environment variables into a typed value. Reading `process.env` itself belongs
// to start.ts.
import type { ListenTarget } from './listening-address.ts';

/** A setting that cannot be used. The message names the variable, its value and what would be right. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

export function parseSettings(environment: Readonly<Record<string, string | undefined>>): ListenTarget {
  return {
    host: environment.KEELSON_HOST || '127.0.0.1',
    port: parsePort(environment.KEELSON_PORT || '4100'),
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new SettingError(
      `KEELSON_PORT is \`${text}\`. Set it to a whole number from 0 to 65535 (0 picks a free port).`,
    );
  }
  return port;
}
