/**
 * Settings that are one value each, by their path in a file and their variable. A new setting of the server is a row here, and
 * a field of configuration-shape.ts.
 */
export type Effect = 'at once' | 'after a restart';

export interface SettingRow {
  readonly path: string;
  readonly variable: string;
  readonly effect: Effect;
  /** What holds without it, for people. */
  readonly usual?: string | number | boolean | readonly string[];
  /** Shown as the place that it comes from, and never itself. */
  readonly isSecret?: boolean;
  /** A path that begins at the folder of the file that names it. */
  readonly isPath?: boolean;
  /** Stands for itself where the variable is read, because that takes references too. */
  readonly staysReference?: boolean;
}

export const settingRows: readonly SettingRow[] = [
  { path: 'server.host', variable: 'KEELSON_HOST', effect: 'after a restart', usual: '127.0.0.1' },
  { path: 'server.port', variable: 'KEELSON_PORT', effect: 'after a restart', usual: 4100 },
  { path: 'server.workers', variable: 'KEELSON_WORKERS', effect: 'after a restart', usual: 1 },
  { path: 'server.data', variable: 'KEELSON_DATA', effect: 'after a restart', isPath: true },
  { path: 'server.stopSeconds', variable: 'KEELSON_STOP_SECONDS', effect: 'at once', usual: 25 },
  { path: 'server.stopNoticeSeconds', variable: 'KEELSON_STOP_NOTICE_SECONDS', effect: 'at once', usual: 0 },
  { path: 'server.trustedProxies', variable: 'KEELSON_TRUSTED_PROXIES', effect: 'at once', usual: [] },
  { path: 'server.corsOrigins', variable: 'KEELSON_CORS_ORIGINS', effect: 'at once', usual: [] },
  {
    path: 'server.checkProviders',
    variable: 'KEELSON_CHECK_PROVIDERS',
    effect: 'after a restart',
    usual: true,
  },
  {
    path: 'server.registration',
    variable: 'KEELSON_REGISTRATION',
    effect: 'after a restart',
    usual: 'closed',
  },
  {
    path: 'server.strictCost',
    variable: 'KEELSON_STRICT_COST',
    effect: 'after a restart',
    usual: false,
  },
  { path: 'lockfile', variable: 'KEELSON_LOCKFILE', effect: 'after a restart', isPath: true },
  { path: 'profile', variable: 'KEELSON_PROFILE', effect: 'after a restart' },
  { path: 'registry', variable: 'KEELSON_REGISTRY', effect: 'after a restart', usual: 'bundled' },
  { path: 'database.url', variable: 'KEELSON_DATABASE_URL', effect: 'after a restart', isSecret: true },
  { path: 'log.level', variable: 'KEELSON_LOG_LEVEL', effect: 'at once', usual: 'warn' },
  { path: 'log.bodies', variable: 'KEELSON_LOG_BODIES', effect: 'at once', usual: 'none' },
  { path: 'log.retentionDays', variable: 'KEELSON_RETENTION_DAYS', effect: 'at once', usual: 90 },
  { path: 'metrics.access', variable: 'KEELSON_METRICS', effect: 'at once', usual: 'key' },
  { path: 'metrics.key', variable: 'KEELSON_METRICS_KEY', effect: 'at once', isSecret: true },
  { path: 'cache.store', variable: 'KEELSON_CACHE', effect: 'after a restart' },
  { path: 'cache.megabytes', variable: 'KEELSON_CACHE_MB', effect: 'after a restart', usual: 64 },
  { path: 'cache.redisUrl', variable: 'KEELSON_REDIS_URL', effect: 'after a restart', isSecret: true },
  { path: 'flows.hosts', variable: 'KEELSON_FLOW_HOSTS', effect: 'after a restart', usual: [] },
  { path: 'keys.first', variable: 'KEELSON_KEY', effect: 'after a restart', isSecret: true },
  { path: 'keys.receipts', variable: 'KEELSON_RECEIPT_KEY', effect: 'after a restart', isSecret: true },
  {
    path: 'keys.master',
    variable: 'KEELSON_MASTER_KEY',
    effect: 'after a restart',
    isSecret: true,
    staysReference: true,
  },
  { path: 'server.url', variable: 'KEELSON_SERVER_URL', effect: 'at once' },
  {
    path: 'server.key',
    variable: 'KEELSON_API_KEY',
    effect: 'at once',
    isSecret: true,
    // Only a command that calls the gateway reads it; the gateway itself need not be able to.
    staysReference: true,
  },
  { path: 'commands.output', variable: 'KEELSON_OUTPUT', effect: 'at once', usual: 'text' },
];

/** As the variable would hold it. */
export function asVariable(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Array.isArray(value) ? value.join(',') : String(value);
}
