/** Sources of images and documents, both ways. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  known,
  type MediaSource,
  type Part,
  present,
  type Reading,
  type WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

/** Reads `source` as far as it is of a known type; an unknown one leaves the whole block native. */
export function parseSource(
  wire: WireObject,
  parseParts: (values: readonly Json[], path: string, reading: Reading) => Part[],
  reading: Reading,
): { source: MediaSource; forms: Record<string, string> } | undefined {
  const value = wire.peek('source');
  const type = isJsonObject(value) ? value.type : undefined;
  if (typeof type !== 'string' || !sourceTypes.has(type)) return undefined;
  const source = wire.object('source') as WireObject;
  source.constant('type', type);
  switch (type) {
    case 'base64':
      return plain({
        kind: 'base64',
        data: source.required('data', source.string('data')),
        ...known({ mediaType: source.string('media_type') }),
      });
    case 'url':
      return plain({ kind: 'url', url: source.required('url', source.string('url')) });
    case 'file':
      return plain({ kind: 'file', fileId: source.required('file_id', source.string('file_id')) });
    case 'text':
      return plain({
        kind: 'text',
        text: source.required('data', source.string('data')),
        ...known({ mediaType: source.string('media_type') }),
      });
    default:
      return parseContentSource(source, parseParts, reading);
  }
}

const sourceTypes: ReadonlySet<string> = new Set(['base64', 'url', 'file', 'text', 'content']);

function plain(source: MediaSource) {
  return { source, forms: {} };
}

function parseContentSource(
  source: WireObject,
  parseParts: (values: readonly Json[], path: string, reading: Reading) => Part[],
  reading: Reading,
) {
  if (typeof source.peek('content') === 'string') {
    const text = source.string('content') as string;
    return { source: { kind: 'parts', parts: [{ type: 'text', text }] } as const, forms: { source: 'text' } };
  }
  const values = source.required('content', source.list('content'));
  return {
    source: { kind: 'parts', parts: parseParts(values, source.fieldPath('content'), reading) } as const,
    forms: {},
  };
}

/** The wire form of a source, or undefined where this format has none. */
export function renderSource(
  source: MediaSource,
  form: string | undefined,
  renderParts: (parts: readonly Part[]) => Json[],
): Record<string, Json> | undefined {
  switch (source.kind) {
    case 'base64':
      return present({ type: 'base64', media_type: source.mediaType, data: source.data });
    case 'url':
      return { type: 'url', url: source.url };
    case 'file':
      return { type: 'file', file_id: source.fileId };
    case 'text':
      return present({ type: 'text', media_type: source.mediaType, data: source.text });
    case 'parts':
      return { type: 'content', content: form === 'text' ? textOf(source.parts) : renderParts(source.parts) };
    default:
      return undefined;
  }
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/**
 * A source as this format demands it when it comes from another one: text documents as text, a media type always. What
 * only another provider can open is undefined.
 */
export function portableSource(
  part: Extract<Part, { type: 'image' | 'document' }>,
  isOwn: boolean,
): MediaSource | undefined {
  const { source } = part;
  if (isOwn || source.kind === 'parts' || source.kind === 'url') return source;
  if (source.kind === 'text') return { ...source, mediaType: 'text/plain' };
  if (source.kind !== 'base64') return undefined;
  if (part.type === 'document' && source.mediaType?.startsWith('text/')) {
    return { kind: 'text', mediaType: 'text/plain', text: decodeText(source.data) };
  }
  return {
    ...source,
    mediaType: source.mediaType ?? (part.type === 'image' ? 'image/png' : 'application/pdf'),
  };
}

const decoder = new TextDecoder();

function decodeText(base64: string): string {
  try {
    return decoder.decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    return base64;
  }
}

/** Names the dialect in losses of media. */
export function unsupportedMedia(part: Part): string {
  return `A ${part.type} part with this source has no counterpart in ${name}.`;
}
