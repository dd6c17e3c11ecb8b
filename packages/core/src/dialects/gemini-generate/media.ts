/** Bytes and addresses of media, both ways; what a medium is follows from its media type here. */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  formOf,
  known,
  type MediaSource,
  type Part,
  present,
  type WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

export type MediaPart = Extract<Part, { type: 'image' | 'document' | 'audio' | 'video' }>;
type MediaType = MediaPart['type'];

const mediaTypeByEnding: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  csv: 'text/csv',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

const usualMediaType: Readonly<Record<MediaType, string>> = {
  image: 'image/png',
  document: 'application/pdf',
  audio: 'audio/wav',
  video: 'video/mp4',
};

function typeOf(mediaType: string | undefined): MediaType {
  const kind = mediaType?.slice(0, mediaType.indexOf('/'));
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document';
}

function byEnding(uri: string): string | undefined {
  const ending = /\.(\w+)(?:[?#].*)?$/.exec(uri)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(mediaTypeByEnding, ending) ? mediaTypeByEnding[ending] : undefined;
}

/** The media type of an address that comes without one: by its ending if that fits, else the usual one. */
function guess(type: MediaType, uri: string): string {
  const ending = byEnding(uri);
  return ending !== undefined && typeOf(ending) === type ? ending : usualMediaType[type];
}

export interface ParsedMedia {
  readonly type: MediaType;
  readonly source: MediaSource;
  readonly title: string | undefined;
}

export function parseInline(wire: WireObject): ParsedMedia {
  const inline = wire.required('inlineData', wire.object('inlineData'));
  const mediaType = inline.string('mimeType');
  const data = inline.required('data', inline.string('data'));
  const source = { kind: 'base64', data, ...known({ mediaType }) } as const;
  const type = typeOf(mediaType);
  return { type, source, title: type === 'document' ? inline.string('displayName') : undefined };
}

/** Files that only their provider can open: uploaded ones and those in its storage. */
const stored = /^(gs:\/\/|https:\/\/generativelanguage\.googleapis\.com\/)/;

export function parseFile(wire: WireObject, forms: Record<string, string>): ParsedMedia {
  const file = wire.required('fileData', wire.object('fileData'));
  const uri = file.required('fileUri', file.string('fileUri'));
  const written = file.string('mimeType');
  if (written === undefined) forms.mimeType = 'absent';
  const type = typeOf(written ?? byEnding(uri));
  const title = type === 'document' ? file.string('displayName') : undefined;
  if (stored.test(uri))
    return { type, source: { kind: 'file', fileId: uri, ...known({ mediaType: written }) }, title };
  // A type that says no more than the address does is not worth remembering.
  const mediaType = written === guess(type, uri) ? undefined : written;
  return { type, source: { kind: 'url', url: uri, ...known({ mediaType }) }, title };
}

const encoder = new TextEncoder();

export interface RenderedMedia {
  readonly wire: Record<string, Json>;
  /** What had to be said otherwise: the field and how. */
  readonly emulated?: readonly [field: string, detail: string];
}

/** The part's bytes or address, or undefined where this format has no place for its source. */
export function renderSource(part: MediaPart): RenderedMedia | undefined {
  const { source } = part;
  const displayName = part.type === 'document' ? part.title : undefined;
  switch (source.kind) {
    case 'base64':
      return renderBytes(part, source, displayName);
    case 'url':
      return { wire: fileData(part, source.url, source.mediaType, displayName) };
    case 'file':
      if (!stored.test(source.fileId)) return undefined;
      return { wire: fileData(part, source.fileId, source.mediaType, displayName) };
    case 'text': {
      const inlineData = present({ mimeType: 'text/plain', data: toBase64(source.text), displayName });
      return { wire: { inlineData }, emulated: ['source', 'The text is sent as bytes.'] };
    }
    default:
      return undefined;
  }
}

function renderBytes(
  part: MediaPart,
  { data, mediaType }: { readonly data: string; readonly mediaType?: string },
  displayName: string | undefined,
): RenderedMedia {
  const isOwn = (part as Annotated).spelling?.dialect === name;
  if (mediaType !== undefined || isOwn || formOf(part, name, 'mimeType') === 'absent')
    return { wire: { inlineData: present({ mimeType: mediaType, data, displayName }) } };
  const mimeType = usualMediaType[part.type];
  const detail = `A media type is demanded; \`${mimeType}\` is sent.`;
  return {
    wire: { inlineData: present({ mimeType, data, displayName }) },
    emulated: ['source.mediaType', detail],
  };
}

function fileData(
  part: MediaPart,
  fileUri: string,
  mediaType: string | undefined,
  displayName: string | undefined,
): Record<string, Json> {
  const isAbsent = formOf(part, name, 'mimeType') === 'absent';
  const mimeType = isAbsent ? undefined : (mediaType ?? guess(part.type, fileUri));
  return { fileData: present({ mimeType, fileUri, displayName }) };
}

function toBase64(text: string): string {
  const bytes = encoder.encode(text);
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

const levels: ReadonlySet<string> = new Set(['low', 'medium', 'high', 'ultra_high']);
const levelPrefix = 'MEDIA_RESOLUTION_';

/** `mediaResolution.level` in short: `MEDIA_RESOLUTION_LOW` is `low`. A form of its own stays unknown. */
export function parseDetail(wire: WireObject): string | undefined {
  const resolution = wire.object('mediaResolution');
  const level = resolution?.peek('level');
  if (typeof level !== 'string' || !level.startsWith(levelPrefix)) return undefined;
  const word = level.slice(levelPrefix.length).toLowerCase();
  if (!levels.has(word)) return undefined;
  resolution?.consume('level');
  return word;
}

/** Undefined for a word that this format does not know. */
export function renderDetail(detail: string): Json | undefined {
  return levels.has(detail) ? { level: levelPrefix + detail.toUpperCase() } : undefined;
}
