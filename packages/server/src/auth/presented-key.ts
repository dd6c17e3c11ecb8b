// The key that a caller shows, wherever the library of its format puts it.
import type { IncomingHttpHeaders } from 'node:http';

/** Anthropic; Google; Azure; ourselves; LLMRing. */
const keyHeaders = ['x-api-key', 'x-goog-api-key', 'api-key', 'x-keelson-key', 'x-project-key'];

export function presentedKey(
  headers: IncomingHttpHeaders,
  query: Readonly<Record<string, string>>,
): string | undefined {
  const authorization = headers.authorization?.trim() ?? '';
  const bearer = /^bearer\s+(\S+)$/i.exec(authorization)?.[1];
  if (bearer !== undefined) return bearer;
  for (const name of keyHeaders) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  // AWS libraries sign instead of showing a key; the id of their access key is shown, and stands for ours.
  const signer = /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\//.exec(authorization)?.[1];
  return signer ?? query.key;
}
