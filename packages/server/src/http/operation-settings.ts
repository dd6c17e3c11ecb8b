// The settings of whoever runs the server: who may read metrics, which web pages may call, which proxies are believed, and how
// it stops.
import { parseProxies, type TrustedProxies } from './caller-address.ts';
import { type CorsOrigins, isOrigin } from './cors.ts';
import { SettingError } from './setting-error.ts';

/** `key`: whoever shows the key for metrics. `open`: everybody who reaches the port. */
type MetricsAccess = 'off' | 'key' | 'open';

export interface OperationSettings {
  readonly metrics: MetricsAccess;
  /** Undefined where the first key of the installation is also the key for metrics. */
  readonly metricsKey?: string;
  readonly corsOrigins: CorsOrigins;
  readonly trustedProxies: TrustedProxies;
  /** How long calls under way may take when the server stops. */
  readonly stopMs: number;
  /** How long it says that it will stop before it does. */
  readonly stopNoticeMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function parseOperations(environment: Environment): OperationSettings {
  return {
    metrics: parseAccess(environment.KEELSON_METRICS || 'key'),
    ...(environment.KEELSON_METRICS_KEY && { metricsKey: environment.KEELSON_METRICS_KEY }),
    corsOrigins: parseOrigins(environment.KEELSON_CORS_ORIGINS ?? ''),
    trustedProxies: parseTrusted(environment.KEELSON_TRUSTED_PROXIES ?? ''),
    stopMs: parseSeconds('KEELSON_STOP_SECONDS', environment.KEELSON_STOP_SECONDS || '25'),
    stopNoticeMs: parseSeconds('KEELSON_STOP_NOTICE_SECONDS', environment.KEELSON_STOP_NOTICE_SECONDS || '0'),
  };
}

const accesses = ['off', 'key', 'open'] as const;

function parseAccess(text: string): MetricsAccess {
  const access = accesses.find((each) => each === text);
  if (access !== undefined) return access;
  throw new SettingError(`KEELSON_METRICS is \`${text}\`. Set it to ${accesses.join(', ')}.`);
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function parseOrigins(text: string): CorsOrigins {
  const origins = listOf(text);
  for (const origin of origins) {
    if (isOrigin(origin)) continue;
    throw new SettingError(
      `KEELSON_CORS_ORIGINS names \`${origin}\`. Name origins such as https://app.example.com, without a slash at the end, or *.`,
    );
  }
  return origins;
}

function parseTrusted(text: string): TrustedProxies {
  const proxies = parseProxies(listOf(text));
  if (!('wrong' in proxies)) return proxies;
  throw new SettingError(
    `KEELSON_TRUSTED_PROXIES names \`${proxies.wrong}\`. Name addresses or networks, such as 10.0.0.0/8.`,
  );
}

function parseSeconds(name: string, text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds <= 3600) return seconds * 1000;
  throw new SettingError(`${name} is \`${text}\`. Set it to a whole number from 0 to 3600.`);
}
