/** Media that a format names by one address, which may hold the bytes themselves. */
import type { MediaSource } from './parts.ts';

export function parseAddress(url: string): MediaSource {
  const match = /^data:([^;,]+);base64,([\s\S]*)$/.exec(url);
  return match === null
    ? { kind: 'url', url }
    : { kind: 'base64', mediaType: match[1] as string, data: match[2] as string };
}

/** Undefined for a source that no address can say. */
export function renderAddress(source: MediaSource): string | undefined {
  if (source.kind === 'url') return source.url;
  if (source.kind !== 'base64') return undefined;
  return `data:${source.mediaType ?? 'application/octet-stream'};base64,${source.data}`;
}
