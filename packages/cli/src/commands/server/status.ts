/** `keelson server status`: whether the server answers, which version it is, and what the key may do there. */
import { isJsonObject } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { openServer } from '../../subject/server/server.ts';
import { renderFacts } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const server = await openServer(input, surroundings);
  const health = await server.askAt('GET', '/health');
  const me = await server.ask('GET', '/me');
  const key = isJsonObject(me.key) ? me.key : {};
  const permissions = Array.isArray(me.permissions) ? me.permissions.map(String) : [];
  const version = server.version ?? String(health.version);
  const clockSeconds = Math.round((server.clockAheadMs ?? 0) / 1000);
  const facts: [string, string][] = [
    ['server', server.url],
    [
      'version',
      `${version}${version === surroundings.version ? '' : `, this command ${surroundings.version}`}`,
    ],
    ['runs since', `${String(health.uptime_seconds)} s`],
    ['key', `${String(key.name)} (${String(key.id)})`],
    ['organisation', String(key.organisation)],
    ['project', String(key.workspace)],
    ['may', permissions.join(', ')],
  ];
  return {
    data: asJson({
      server: server.url,
      version,
      command: surroundings.version,
      clock_ahead_seconds: clockSeconds,
      health,
      key: me.key,
      permissions,
    }),
    text: (look) => renderFacts(facts, look),
  };
};
