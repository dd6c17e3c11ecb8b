/** Finds the key of a request and hides secrets in what is remembered of it; only a short digest tells keys apart. */
import { createHash } from 'node:crypto';

const secretName = /authorization|cookie|token|secret|password|signature|credential|(?:^|-)key$/i;
const keyHeaders = ['x-api-key', 'api-key', 'x-goog-api-key'] as const;

type Fields = Readonly<Record<string, string>>;

/** The key that the caller sent, wherever vendors look for it. */
export function findKey(headers: Fields, query: Fields): string | undefined {
  const bearer = /^\s*bearer\s+(.*)$/i.exec(headers.authorization ?? '')?.[1];
  return bearer ?? keyHeaders.map((name) => headers[name]).find((key) => key !== undefined) ?? query.key;
}

/** `Bearer sk-123` becomes `Bearer [hidden a1b2c3d4]`. */
export function hideSecrets(fields: Fields): Fields {
  const hidden = Object.entries(fields).map(([name, value]) => [
    name,
    secretName.test(name) ? hide(value) : value,
  ]);
  return Object.fromEntries(hidden) as Fields;
}

function hide(value: string): string {
  const [, scheme = '', secret = ''] = /^((?:bearer|basic)\s+)?(.*)$/is.exec(value) ?? [];
  return `${scheme}[hidden ${createHash('sha256').update(secret).digest('hex').slice(0, 8)}]`;
}
