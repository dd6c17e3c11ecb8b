/** Says which images, documents, audio and video a request holds, so that a caller sees what really arrived. */
import type {
  AudioPart,
  ChatRequest,
  DocumentPart,
  ImagePart,
  MediaSource,
  Part,
  VideoPart,
} from '@keelson/core';

type MediaPart = ImagePart | DocumentPart | AudioPart | VideoPart;

const mediaTypes: ReadonlySet<Part['type']> = new Set(['image', 'document', 'audio', 'video']);

export function renderMedia({ turns }: ChatRequest): string {
  const media = turns.flatMap(({ parts }) => findMedia(parts));
  if (media.length === 0) return 'I saw no media.';
  return `I saw ${media.length} media: ${media.map((part) => `${part.type} ${describe(part.source)}`).join('; ')}.`;
}

/** Images stand in tool results and in documents, too. */
function findMedia(parts: readonly Part[]): MediaPart[] {
  return parts.flatMap((part) => {
    if (part.type === 'tool-result') return findMedia(part.parts);
    if (!isMedia(part)) return [];
    return part.source.kind === 'parts' ? [part, ...findMedia(part.source.parts)] : [part];
  });
}

function isMedia(part: Part): part is MediaPart {
  return mediaTypes.has(part.type);
}

function describe(source: MediaSource): string {
  switch (source.kind) {
    case 'base64':
      return `${source.mediaType ?? 'of unknown type'} ${countBytes(source.data)} bytes`;
    case 'text':
      return `${source.mediaType ?? 'text/plain'} ${Buffer.byteLength(source.text)} bytes`;
    case 'url':
      return `url ${source.url}`;
    case 'file':
      return `file ${source.fileId}`;
    case 'reference':
      return `reference ${source.id}`;
    case 'parts':
      return `of ${source.parts.length} parts`;
    default:
      return source satisfies never;
  }
}

function countBytes(base64: string): number {
  const characters = base64.replace(/[\s=]+/g, '').length;
  return Math.floor((characters * 3) / 4);
}
