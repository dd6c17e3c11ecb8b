// A reply's headers as the formats read them: those that came several times are joined, as HTTP allows.
import type { ReplyHeaders } from '../providers/index.ts';

export function textHeaders(headers: ReplyHeaders): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) texts[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return texts;
}
