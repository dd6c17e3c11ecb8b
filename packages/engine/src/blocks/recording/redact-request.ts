/**
 * What of a request's address and headers may be written into a recording. Headers go by what is allowed; of an address, which is
 * part of what was asked, what carries credentials is taken out, so that it is found again with others or none.
 */

const keptHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'content-language',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'prefer',
  'range',
]);

/** Undefined where none is left. */
export function keepHeaders(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  const kept = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => keptHeaders.has(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

const credentialWords: ReadonlySet<string> = new Set([
  'apikey',
  'auth',
  'authorization',
  'bearer',
  'credential',
  'credentials',
  'hmac',
  'jwt',
  'key',
  'passwd',
  'password',
  'pwd',
  'secret',
  'session',
  'sid',
  'sig',
  'signature',
  'token',
]);

const removed = 'removed';
const betweenWords = /[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/;

/** `https://me:pw@host/a?q=1&api_key=x` is `https://host/a?q=1&api_key=removed`. */
export function redactAddress(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  const names = [...new Set(url.searchParams.keys())].filter(namesCredential);
  for (const name of names) url.searchParams.set(name, removed);
  return url.href;
}

function namesCredential(name: string): boolean {
  return name.split(betweenWords).some((word) => credentialWords.has(word.toLowerCase()));
}
