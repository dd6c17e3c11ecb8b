/**
 * Content parts, both ways: text, images, audio, files, video, refusals. What they are part of (which role, which
 * order) is the business of `messages.ts`.
 */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  applyAnnotations,
  type CacheMark,
  formOf,
  isSpelledBy,
  known,
  type Loss,
  type MediaSource,
  type Part,
  parseAddress,
  type Reading,
  WireObject,
} from '../../message/index.ts';
import { name, type OpenAiChatQuirks } from './wire.ts';

export function parsePart(value: Json, path: string, reading: Reading): Part {
  const wire = WireObject.open(value, path, reading);
  switch (wire.peek('type')) {
    case 'text':
      return parseText(wire);
    case 'image_url':
      return parseImage(wire);
    case 'input_audio':
      return parseAudio(wire);
    case 'file':
      return parseFile(wire);
    case 'video_url':
      return parseVideo(wire);
    case 'refusal':
      wire.constant('type', 'refusal');
      return {
        type: 'refusal',
        text: wire.required('refusal', wire.string('refusal')),
        ...wire.annotations(name),
      };
    default:
      return { type: 'native', dialect: name, value: value as never };
  }
}

function parseText(wire: WireObject): Part {
  wire.constant('type', 'text');
  const text = wire.required('text', wire.string('text'));
  const { cache, forms } = parseCacheMark(wire);
  return { type: 'text', text, ...cache, ...wire.annotations(name, forms) };
}

/** A cache mark under either of its names; which one is remembered as spelling. */
export function parseCacheMark(wire: WireObject): {
  cache: { cache?: CacheMark };
  forms: Record<string, string>;
} {
  const breakpoint = wire.object('prompt_cache_breakpoint');
  breakpoint?.constant('mode', 'explicit');
  const control = wire.object('cache_control');
  control?.constant('type', 'ephemeral');
  const mark = breakpoint ?? control;
  if (mark === undefined) return { cache: {}, forms: {} };
  const form = breakpoint === undefined ? 'cache_control' : 'prompt_cache_breakpoint';
  return { cache: { cache: known({ ttl: mark.string('ttl') }) }, forms: { cache: form } };
}

function parseImage(wire: WireObject): Part {
  wire.constant('type', 'image_url');
  const { cache, forms } = parseCacheMark(wire);
  if (typeof wire.peek('image_url') === 'string') {
    const source = parseAddress(wire.string('image_url') as string);
    return { type: 'image', source, ...cache, ...wire.annotations(name, { ...forms, image_url: 'text' }) };
  }
  const image = wire.required('image_url', wire.object('image_url'));
  const source = parseAddress(image.required('url', image.string('url')));
  const detail = image.string('detail');
  return { type: 'image', source, ...known({ detail }), ...cache, ...wire.annotations(name, forms) };
}

function parseVideo(wire: WireObject): Part {
  wire.constant('type', 'video_url');
  const video = wire.required('video_url', wire.object('video_url'));
  return {
    type: 'video',
    source: parseAddress(video.required('url', video.string('url'))),
    ...wire.annotations(name),
  };
}

function parseAudio(wire: WireObject): Part {
  wire.constant('type', 'input_audio');
  const { cache, forms } = parseCacheMark(wire);
  const audio = wire.required('input_audio', wire.object('input_audio'));
  const data = audio.required('data', audio.string('data'));
  const format = audio.string('format');
  const source: MediaSource = {
    kind: 'base64',
    data,
    ...(format !== undefined && { mediaType: mediaTypeOf(format) }),
  };
  return { type: 'audio', source, ...cache, ...wire.annotations(name, forms) };
}

function parseFile(wire: WireObject): Part {
  wire.constant('type', 'file');
  const { cache, forms } = parseCacheMark(wire);
  const file = wire.required('file', wire.object('file'));
  const data = file.string('file_data');
  const source: MediaSource =
    data === undefined
      ? { kind: 'file', fileId: file.required('file_id', file.string('file_id')) }
      : parseFileData(data);
  const title = file.string('filename');
  return { type: 'document', source, ...known({ title }), ...cache, ...wire.annotations(name, forms) };
}

/** Hosts take a data URL, a plain URL (OpenRouter) or bare base64. */
function parseFileData(data: string): MediaSource {
  return /^(data:|https?:)/.test(data) ? parseAddress(data) : { kind: 'base64', data };
}

const audioTypes: Readonly<Record<string, string>> = { mp3: 'audio/mpeg' };

function mediaTypeOf(format: string): string {
  return audioTypes[format] ?? `audio/${format}`;
}

function formatOf(mediaType: string | undefined): string {
  if (mediaType === 'audio/mpeg') return 'mp3';
  return mediaType?.replace(/^audio\/(x-)?/, '') ?? 'wav';
}

export interface PartRendering {
  readonly quirks: Pick<OpenAiChatQuirks, 'cacheMark'>;
  readonly losses: Loss[];
}

/** One content part, or undefined (with a loss) when the format has none for it. */
export function renderPart(
  part: Part,
  path: string,
  { quirks, losses }: PartRendering,
): Record<string, Json> | undefined {
  const drop = (detail: string): undefined => {
    losses.push({ field: path, action: 'dropped', detail });
    return undefined;
  };
  if (part.type === 'native') {
    return part.dialect === name
      ? { ...part.value }
      : drop(`A block of ${part.dialect} has no counterpart here.`);
  }
  const wire = renderContent(part);
  if (wire === undefined) return drop(`A ${part.type} part with this source has no counterpart in ${name}.`);
  if ('cache' in part && part.cache !== undefined) renderCacheMark(wire, part, { path, quirks, losses });
  if (part.type === 'text') reportCitations(part.citations !== undefined, path, losses);
  if (part.type === 'document') reportDocumentExtras(part, path, losses);
  if (part.type === 'image' && part.transformations !== undefined) {
    const detail = `${name} has no such field on images.`;
    losses.push({ field: `${path}.transformations`, action: 'dropped', detail });
  }
  if (part.type === 'image' && part.source.kind === 'base64' && part.source.mediaType === undefined) {
    const detail = 'A media type is demanded; `image/png` is sent.';
    losses.push({ field: `${path}.source.mediaType`, action: 'emulated', detail });
  }
  applyAnnotations(wire, part, name);
  return wire;
}

function renderContent(part: Part): Record<string, Json> | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'image':
      return renderImage(part);
    case 'video':
      return renderVideo(part);
    case 'audio':
      return renderAudio(part);
    case 'document':
      return renderFile(part);
    default:
      return undefined;
  }
}

function renderImage(part: Extract<Part, { type: 'image' }>): Record<string, Json> | undefined {
  const url = urlOf(withMediaType(part.source));
  if (url === undefined) return undefined;
  if (formOf(part, name, 'image_url') === 'text') return { type: 'image_url', image_url: url };
  return { type: 'image_url', image_url: known({ url, detail: part.detail }) };
}

/** Without a type bare base64 would be read as an address. */
function withMediaType(source: MediaSource): MediaSource {
  return source.kind === 'base64' ? { mediaType: 'image/png', ...source } : source;
}

function renderVideo(part: Extract<Part, { type: 'video' }>): Record<string, Json> | undefined {
  const url = urlOf(part.source);
  return url === undefined ? undefined : { type: 'video_url', video_url: { url } };
}

function renderAudio({
  source,
  ...part
}: Extract<Part, { type: 'audio' }>): Record<string, Json> | undefined {
  if (source.kind !== 'base64') return undefined;
  const wantsFormat = source.mediaType !== undefined || !isSpelledBy(part, name);
  return {
    type: 'input_audio',
    input_audio: { data: source.data, ...(wantsFormat && { format: formatOf(source.mediaType) }) },
  };
}

function renderFile({
  source,
  title,
}: Extract<Part, { type: 'document' }>): Record<string, Json> | undefined {
  switch (source.kind) {
    case 'file':
      return { type: 'file', file: known({ file_id: source.fileId, filename: title }) };
    case 'base64':
    case 'url':
      return { type: 'file', file: known({ file_data: urlOf(source), filename: title }) };
    case 'text':
      // Plain text needs no file: every model reads it as it is.
      return { type: 'text', text: title === undefined ? source.text : `${title}\n\n${source.text}` };
    default:
      return undefined;
  }
}

function urlOf(source: MediaSource): string | undefined {
  if (source.kind === 'url') return source.url;
  if (source.kind !== 'base64') return undefined;
  return source.mediaType === undefined ? source.data : `data:${source.mediaType};base64,${source.data}`;
}

interface MarkRendering extends PartRendering {
  readonly path: string;
}

/** Writes a cache mark under the name it came with, else under the one the host knows. */
export function renderCacheMark(
  wire: Record<string, Json>,
  node: Annotated & { readonly cache?: CacheMark },
  { path, quirks, losses }: MarkRendering,
): void {
  const mark = node.cache ?? {};
  const form = formOf(node, name, 'cache') ?? quirks.cacheMark;
  if (form === 'cache_control') wire.cache_control = { type: 'ephemeral', ...mark };
  else if (form === 'prompt_cache_breakpoint') {
    const isForeign = !isSpelledBy(node, name);
    if (isForeign && mark.ttl !== undefined) {
      losses.push({
        field: `${path}.cache.ttl`,
        action: 'dropped',
        detail: 'Its life times are other ones.',
      });
    }
    wire.prompt_cache_breakpoint = { mode: 'explicit', ...(!isForeign && mark) };
  } else losses.push({ field: `${path}.cache`, action: 'dropped', detail: 'The host has no cache marks.' });
}

function reportCitations(hasCitations: boolean, path: string, losses: Loss[]): void {
  if (!hasCitations) return;
  losses.push({
    field: `${path}.citations`,
    action: 'dropped',
    detail: `${name} takes no citations in requests.`,
  });
}

function reportDocumentExtras(part: Extract<Part, { type: 'document' }>, path: string, losses: Loss[]): void {
  for (const key of ['context', 'citable'] as const) {
    if (part[key] === undefined) continue;
    losses.push({
      field: `${path}.${key}`,
      action: 'dropped',
      detail: `${name} has no such field on files.`,
    });
  }
  if (part.source.kind === 'text') {
    losses.push({ field: path, action: 'emulated', detail: 'A text document is sent as a text part.' });
  }
}
