/** What is asked of Keelson itself, as the headers that say it. */
import type { CallOptions } from './backend.ts';

export function controlHeaders(options: CallOptions, profile: string | undefined): Record<string, string> {
  const { tags, session, deadlineMs, fallback, losses, cache, cacheTtlSeconds } = options;
  const said: Record<string, string | number | undefined> = {
    tags:
      tags &&
      Object.entries(tags)
        .map((pair) => pair.join('='))
        .join(','),
    session,
    'deadline-ms': deadlineMs,
    fallback: fallback === undefined ? undefined : (fallback && 'on') || 'off',
    losses,
    cache,
    'cache-ttl': cacheTtlSeconds,
    profile,
  };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(said))
    if (value !== undefined && value !== '') headers[`x-keelson-${name}`] = String(value);
  return headers;
}
