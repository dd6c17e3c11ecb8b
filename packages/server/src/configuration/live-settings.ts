// Those settings of the server that may change while it runs; whoever uses one looks here each time that it needs it.
import type { ServerSettings } from '../http/index.ts';

/** All others stay as they were at the start. */
const live = [
  'logLevel',
  'logBodies',
  'retentionDays',
  'metricsKey',
  'corsOrigins',
  'trustedProxies',
  'stopMs',
  'stopNoticeMs',
] as const satisfies readonly (keyof ServerSettings)[];

/** Returns the settings that were. */
export function changeSettings(settings: ServerSettings, wanted: ServerSettings): ServerSettings {
  const before = { ...settings };
  const changed: Partial<Record<keyof ServerSettings, unknown>> = settings;
  for (const name of live) changed[name] = wanted[name];
  // Figures are counted from the start on, or never.
  if (settings.metrics !== 'off' && wanted.metrics !== 'off') changed.metrics = wanted.metrics;
  return before;
}
