/** Images and files, both ways: inline as data addresses, by address, or by the id of a stored file. */
import type { Json } from '../../json/index.ts';
import {
  formOf,
  isSpelledBy,
  type MediaSource,
  type Part,
  parseAddress,
  present,
  type WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

/** `file_data` demands a file name; this one is sent for documents that have none, and means that they have none. */
const unnamed = 'document.pdf';

export function parseImageSource(wire: WireObject): MediaSource | undefined {
  const url = wire.string('image_url');
  if (url !== undefined) return parseAddress(url);
  const fileId = wire.string('file_id');
  return fileId === undefined ? undefined : { kind: 'file', fileId };
}

export function parseFileSource(wire: WireObject): MediaSource | undefined {
  const data = wire.string('file_data');
  if (data !== undefined) return data.startsWith('data:') ? parseAddress(data) : { kind: 'base64', data };
  const url = wire.string('file_url');
  if (url !== undefined) return { kind: 'url', url };
  const fileId = wire.string('file_id');
  return fileId === undefined ? undefined : { kind: 'file', fileId };
}

export function parseTitle(wire: WireObject, forms: Record<string, string>): string | undefined {
  const title = wire.string('filename');
  if (title === undefined) forms.filename = 'absent';
  return title === unnamed ? undefined : title;
}

/** Without a type bare base64 would be read as an address. */
export const fallbackImageType = 'image/png';

export function renderImage({
  source,
  detail,
}: Extract<Part, { type: 'image' }>): Record<string, Json> | undefined {
  switch (source.kind) {
    case 'url':
      return present({ type: 'input_image', image_url: source.url, detail });
    case 'base64':
      return present({ type: 'input_image', image_url: dataUrl(source, fallbackImageType), detail });
    case 'file':
      return present({ type: 'input_image', file_id: source.fileId, detail });
    default:
      return undefined;
  }
}

export function renderFile(part: Extract<Part, { type: 'document' }>): Record<string, Json> | undefined {
  const { source } = part;
  const isNameless = part.title === undefined && formOf(part, name, 'filename') === 'absent';
  const detail = formOf(part, name, 'detail');
  switch (source.kind) {
    case 'base64': {
      const filename = isNameless ? undefined : (part.title ?? unnamed);
      return present({ type: 'input_file', file_data: fileData(part, source), filename, detail });
    }
    case 'url': {
      const field = source.url.startsWith('data:') ? 'file_data' : 'file_url';
      return present({ type: 'input_file', [field]: source.url, filename: part.title, detail });
    }
    case 'file':
      return present({ type: 'input_file', file_id: source.fileId, filename: part.title, detail });
    case 'text':
      // Plain text needs no file: every model reads it as it is.
      return {
        type: 'input_text',
        text: part.title === undefined ? source.text : `${part.title}\n\n${source.text}`,
      };
    default:
      return undefined;
  }
}

function fileData(part: Part, source: Extract<MediaSource, { kind: 'base64' }>): string {
  return source.mediaType === undefined && isSpelledBy(part as never, name)
    ? source.data
    : dataUrl(source, 'application/pdf');
}

function dataUrl({ data, mediaType }: Extract<MediaSource, { kind: 'base64' }>, fallback: string): string {
  return `data:${mediaType ?? fallback};base64,${data}`;
}
