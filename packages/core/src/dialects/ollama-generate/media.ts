/** Images and documents, which stand here beside the prompt or in it. */
import type { ImagePart, Loss, MediaSource, Part } from '../../message/index.ts';
import { name } from './wire.ts';

/** How the base64 of a file begins, by its type: the format names no types, its servers look at the bytes. */
const heads: readonly (readonly [head: string, mediaType: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

function sniffed(data: string): string | undefined {
  return heads.find(([head]) => data.startsWith(head))?.[1];
}

export function parseImage(data: string): ImagePart {
  const mediaType = sniffed(data);
  return { type: 'image', source: { kind: 'base64', data, ...(mediaType !== undefined && { mediaType }) } };
}

/** The bytes of an image, or undefined where only an address or a provider's file is known. */
export function renderImage(part: ImagePart, field: string, losses: Loss[]): string | undefined {
  const { source } = part;
  const drop = (at: string, detail: string): void => {
    losses.push({ field: at, action: 'dropped', detail });
  };
  if (source.kind !== 'base64') {
    drop(field, `${name} takes images only as their bytes.`);
    return undefined;
  }
  if (source.mediaType !== undefined && source.mediaType !== sniffed(source.data))
    drop(`${field}.source.mediaType`, 'The server tells the type from the bytes.');
  for (const key of ['detail', 'transformations', 'cache'] as const) {
    if (part[key] !== undefined) drop(`${field}.${key}`, `${name} has no such field on images.`);
  }
  return source.data;
}

/** What can be read of a document without its provider: its text. */
export function textOfDocument(source: MediaSource): string | undefined {
  switch (source.kind) {
    case 'text':
      return source.text;
    case 'base64':
      return source.mediaType?.startsWith('text/') ? decodeText(source.data) : undefined;
    case 'parts':
      return source.parts.every((part) => part.type === 'text') ? joinTexts(source.parts) : undefined;
    default:
      return undefined;
  }
}

function joinTexts(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

const decoder = new TextDecoder();

function decodeText(base64: string): string | undefined {
  try {
    return decoder.decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
