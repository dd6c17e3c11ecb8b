/** Media that a format names by one address, which may hold the bytes themselves. */
import type { MediaSource } from './parts.ts';

export function parseAddress(url: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const comma = url.indexOf(',');
  const head = url.slice('data:'.length, comma);
  // Anything but the plain base64 form stays an address, so that it comes out exactly as it was.
  if (comma < 0 || !/^[^;,]+;base64$/.test(head)) return { kind: 'url', url };
  return { kind: 'base64', mediaType: head.slice(0, -';base64'.length), data: url.slice(comma + 1) };
}

/** Undefined for a source that no address can say. */
export function renderAddress(source: MediaSource): string | undefined {
  if (source.kind === 'url') return source.url;
  if (source.kind !== 'base64') return undefined;
  return `data:${source.mediaType ?? 'application/octet-stream'};base64,${source.data}`;
}
