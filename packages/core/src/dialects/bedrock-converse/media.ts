/** Images, documents, sound and video, both ways. They are sent as bytes with a format, or named where they are stored. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  type AudioPart,
  type DocumentPart,
  formOf,
  type ImagePart,
  known,
  type MediaSource,
  type Part,
  present,
  type VideoPart,
  type WireObject,
} from '../../message/index.ts';
import { drop, type Rendering, textsOf } from './rendering.ts';
import { name } from './wire.ts';

export type MediaType = 'image' | 'document' | 'audio' | 'video';
type MediaPart = ImagePart | DocumentPart | AudioPart | VideoPart;

const documentTypes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
};

const formats: Readonly<Record<MediaType, ReadonlySet<string>>> = {
  image: new Set(['png', 'jpeg', 'gif', 'webp']),
  document: new Set(Object.keys(documentTypes)),
  audio: new Set('mp3 opus wav aac flac mp4 ogg mkv mka x-aac m4a mpeg mpga pcm webm'.split(' ')),
  video: new Set('mkv mov mp4 webm flv mpeg mpg wmv three_gp'.split(' ')),
};

/** Media types whose second half is not the name of the format. */
const irregular: Readonly<Record<string, string>> = {
  'image/jpg': 'jpeg',
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'video/x-flv': 'flv',
  'video/x-ms-wmv': 'wmv',
  'video/3gpp': 'three_gp',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
};

function mediaTypeOf(type: MediaType, format: string): string | undefined {
  if (type === 'document') return documentTypes[format];
  if (!formats[type].has(format)) return undefined;
  const found = Object.keys(irregular).find((key) => key.startsWith('video/') && irregular[key] === format);
  return type === 'video' && found !== undefined ? found : `${type}/${format}`;
}

function formatOf(type: MediaType, mediaType: string | undefined): string | undefined {
  const [plain = ''] = (mediaType ?? '').toLowerCase().split(';');
  if (type === 'document') return Object.keys(documentTypes).find((key) => documentTypes[key] === plain);
  const format = irregular[plain] ?? plain.slice(plain.indexOf('/') + 1);
  return formats[type].has(format) ? format : undefined;
}

/** Reads a block of a medium; one with an unknown source, or with an error instead, stays native. */
export function parseMedia(block: WireObject, type: MediaType): Part | undefined {
  const value = block.peek(type);
  if (!isJsonObject(value) || value.error !== undefined || !isKnownSource(value.source)) return undefined;
  const wire = block.object(type) as WireObject;
  const format = wire.string('format');
  const forms: Record<string, string> = {};
  const source = parseSource(wire, { type, format }, forms);
  const said = source.kind === 'base64' || source.kind === 'text' ? source.mediaType : undefined;
  const isDerived = format === (said === undefined ? undefined : formatOf(type, said));
  if (!isDerived) forms.format = format ?? 'absent';
  if (type !== 'document') return { type, source, ...block.annotations(name, forms) } as Part;
  const wireName = wire.string('name');
  const title = wireName === undefined ? undefined : parseTitle(wireName, forms);
  const fields = known({
    title,
    context: wire.string('context'),
    citable: wire.object('citations')?.boolean('enabled'),
  });
  return { type, source, ...fields, ...block.annotations(name, forms) };
}

/** A name as its author wrote it; one that nobody here wrote is kept as it is. */
function parseTitle(wireName: string, forms: Record<string, string>): string {
  const [copy = ''] = copyMark.exec(wireName) ?? [];
  const title = decodeTitle(wireName);
  if (encodeTitle(title) + copy !== wireName) {
    forms.name = 'verbatim';
    return wireName;
  }
  if (copy !== '') forms.copy = copy;
  if (title !== wireName) forms.name = 'escaped';
  return title;
}

function isKnownSource(source: Json | undefined): boolean {
  if (!isJsonObject(source) || Object.keys(source).length !== 1) return false;
  const { bytes, text, content, s3Location } = source;
  if (Array.isArray(content)) return textsOf(content as readonly Json[]) !== undefined;
  const isStored = isJsonObject(s3Location) && typeof s3Location.uri === 'string';
  return typeof bytes === 'string' || typeof text === 'string' || isStored;
}

function parseSource(
  wire: WireObject,
  { type, format }: { readonly type: MediaType; readonly format: string | undefined },
  forms: Record<string, string>,
): MediaSource {
  const source = wire.object('source') as WireObject;
  const mediaType = format === undefined ? undefined : mediaTypeOf(type, format);
  const data = source.string('bytes');
  if (data !== undefined) return { kind: 'base64', data, ...known({ mediaType }) };
  const text = source.string('text');
  if (text !== undefined) return { kind: 'text', text, ...known({ mediaType }) };
  const texts = textsOf(source.list('content'));
  if (texts !== undefined) {
    const parts = texts.map((piece): Part => ({ type: 'text', text: piece }));
    return { kind: 'parts', parts };
  }
  const stored = source.object('s3Location') as WireObject;
  const owner = stored.string('bucketOwner');
  if (owner !== undefined) forms.bucketOwner = owner;
  return { kind: 'file', fileId: stored.string('uri') as string };
}

export function renderMedia(
  part: MediaPart,
  field: string,
  rendering: Rendering,
): Record<string, Json> | undefined {
  const { type } = part;
  const source = renderSource(part, field, rendering);
  if (source === undefined) return undefined;
  const format = renderFormat(part, field, rendering);
  if (format === undefined) return drop(rendering, field, `${name} has no format for this ${type}.`);
  const fields = present({ format: format === 'absent' ? undefined : format, source });
  if (type === 'document') return { document: { ...fields, ...renderDocument(part, field, rendering) } };
  if (type === 'image') {
    if (part.detail !== undefined) drop(rendering, `${field}.detail`, `${name} has no such field on images.`);
    if (part.transformations !== undefined)
      drop(rendering, `${field}.transformations`, `${name} does not transform images.`);
  }
  if (type === 'audio')
    for (const key of ['id', 'transcript', 'expiresAt'] as const)
      if (part[key] !== undefined) drop(rendering, `${field}.${key}`, `${name} has no such field on sound.`);
  return { [type]: fields };
}

function renderSource(part: MediaPart, field: string, rendering: Rendering): Json | undefined {
  const { source, type } = part;
  switch (source.kind) {
    case 'base64':
      return { bytes: source.data };
    case 'text':
      if (type === 'document') return { text: source.text };
      break;
    case 'parts':
      if (type === 'document') return renderContentSource(source.parts, field, rendering);
      break;
    case 'file':
      // Only an address in S3 means anything to this provider.
      if (source.fileId.startsWith('s3://') || rendering.isOwn) {
        return {
          s3Location: present({ uri: source.fileId, bucketOwner: formOf(part, name, 'bucketOwner') }),
        };
      }
      break;
    case 'url':
      return drop(rendering, field, `${name} takes no addresses; the ${type} must be sent as bytes.`);
    default:
  }
  return drop(rendering, field, `A ${type} with this source has no counterpart in ${name}.`);
}

function renderContentSource(parts: readonly Part[], field: string, rendering: Rendering): Json {
  const content: Json[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.type === 'text') content.push({ text: part.text });
    else drop(rendering, `${field}.source.parts[${index}]`, 'Documents are made of text here.');
  }
  return { content };
}

/** The format that is demanded. Documents of plain text may leave it out, bytes may not. */
function renderFormat(part: MediaPart, field: string, rendering: Rendering): string | undefined {
  const { source, type } = part;
  const form = formOf(part, name, 'format');
  if (form !== undefined) return form;
  const mediaType = source.kind === 'base64' || source.kind === 'text' ? source.mediaType : undefined;
  const format = formatOf(type, mediaType);
  if (format !== undefined) return format;
  if (type === 'document' && source.kind !== 'base64') return source.kind === 'file' ? undefined : 'absent';
  if (mediaType?.startsWith('text/') && type === 'document') return 'txt';
  const assumed = { image: 'png', document: 'pdf', audio: undefined, video: 'mp4' }[type];
  if (mediaType !== undefined || assumed === undefined) return undefined;
  rendering.losses.push({
    field: `${field}.source.mediaType`,
    action: 'emulated',
    detail: `A format is demanded; \`${assumed}\` is sent.`,
  });
  return assumed;
}

function renderDocument(part: DocumentPart, field: string, rendering: Rendering): Record<string, Json> {
  return present({
    name: renderTitle(part, field, rendering),
    context: part.context,
    citations: part.citable === undefined ? undefined : { enabled: part.citable },
  });
}

/** A name is demanded, in few characters, and must not stand twice in a request. */
function renderTitle(part: DocumentPart, field: string, rendering: Rendering): string | undefined {
  const { documents, losses, isOwn } = rendering;
  const { title } = part;
  const form = formOf(part, name, 'name');
  if (isOwn && (title === undefined || form === 'verbatim')) return title;
  const isNamed = title !== undefined && title.trim() !== '';
  const wanted = isNamed ? encodeTitle(title) : `Document ${documents.size + 1}`;
  const given = isOwn ? wanted + (formOf(part, name, 'copy') ?? '') : unused(wanted, documents);
  documents.add(given);
  if (!isNamed)
    losses.push({
      field: `${field}.title`,
      action: 'emulated',
      detail: `A name is demanded; \`${given}\` is sent.`,
    });
  else if (given !== title && form !== 'escaped')
    losses.push({
      field: `${field}.title`,
      action: 'renamed',
      detail: `\`${title}\` is sent as \`${given}\`.`,
    });
  return given;
}

function unused(wanted: string, documents: ReadonlySet<string>): string {
  let given = wanted;
  for (let count = 2; documents.has(given); count++) given = `${wanted} [copy ${count}]`;
  return given;
}

const longestTitle = 180;
const copyMark = / \[copy \d+\]$/;
/** A bracket that would be read as an escape, everything that is not allowed, and white space after white space. */
const illegal = /\[(?=u[0-9a-f]{4}\]|copy \d+\]$)|[^A-Za-z0-9\s\-()[\]]|(?<=\s)\s/g;

/**
 * Names of documents: letters, digits, single spaces, hyphens and brackets, at most 200 (API reference, October 2026). Anything
 * else becomes `[uXXXX]`, its UTF-16 code unit, which is read back when a citation tells the name.
 */
export function encodeTitle(title: string): string {
  const encoded = title.replace(illegal, (unit) => `[u${unit.charCodeAt(0).toString(16).padStart(4, '0')}]`);
  return encoded.slice(0, longestTitle);
}

export function decodeTitle(wire: string): string {
  return wire
    .replace(copyMark, '')
    .replace(/\[u([0-9a-f]{4})\]/g, (_escape, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
}
