/** Headers of a block's request as they are sent; those that decide how a request is framed or whom it is for are not the block's. */
import { refuse } from '@keelson/core';

const names = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const values = /^[\t\x20-\x7e\x80-\xff]*$/;

const ours: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Names and values in turn. */
export function renderHeaders(headers: Readonly<Record<string, string>>): string[] {
  const sent = new Map([
    ['accept-encoding', 'identity'],
    ['user-agent', 'keelson'],
  ]);
  for (const [written, value] of Object.entries(headers)) {
    const name = written.toLowerCase();
    if (!names.test(name) || ours.has(name) || !values.test(value))
      // A name that is none may be anything that somebody sent.
      throw refuse('invalid_payload', {
        expected: 'a header that a request may have',
        ...(names.test(name) && { header: name }),
      });
    sent.set(name, value);
  }
  return [...sent].flat();
}
