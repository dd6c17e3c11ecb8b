/** The parts of one content, both ways: text, bytes and files; any other part is carried whole. */
import type { Json, JsonObject } from '../../json/index.ts';
import { applyAnnotations, type MediaSource, type Part, WireObject } from '../../message/index.ts';
import { name } from './wire.ts';

export function parsePart(value: Json, path: string): Part {
  const wire = WireObject.open(value, path, 'strict');
  if (wire.has('text')) {
    const text = wire.string('text');
    if (text !== undefined) return { type: 'text', text, ...wire.annotations(name) };
  }
  const source = parseSource(wire);
  if (source === undefined) return { type: 'native', dialect: name, value: value as JsonObject };
  return { ...mediaPart(source.source, source.mediaType), ...wire.annotations(name, source.forms) };
}

interface FoundSource {
  readonly source: MediaSource;
  readonly mediaType: string;
  readonly forms: Record<string, string>;
}

function parseSource(wire: WireObject): FoundSource | undefined {
  for (const field of ['inlineData', 'inline_data']) {
    const inline = wire.object(field);
    if (inline === undefined) continue;
    const typeField = inline.has('mime_type') ? 'mime_type' : 'mimeType';
    const mediaType = inline.string(typeField) ?? '';
    const data = inline.required('data', inline.string('data'));
    const source = { kind: 'base64', data, ...(mediaType !== '' && { mediaType }) } as const;
    return { source, mediaType, forms: { field, typeField } };
  }
  for (const field of ['fileData', 'file_data']) {
    const file = wire.object(field);
    if (file === undefined) continue;
    const typeField = file.has('mime_type') ? 'mime_type' : 'mimeType';
    const uriField = file.has('file_uri') ? 'file_uri' : 'fileUri';
    const mediaType = file.string(typeField) ?? '';
    const url = file.required(uriField, file.string(uriField));
    return { source: { kind: 'url', url }, mediaType, forms: { field, typeField, uriField, mediaType } };
  }
  return undefined;
}

function mediaPart(source: MediaSource, mediaType: string): Part {
  const [kind] = mediaType.split('/');
  if (kind === 'audio' || kind === 'video') return { type: kind, source };
  return { type: kind === 'application' || kind === 'text' ? 'document' : 'image', source };
}

/** Undefined for what the format cannot say. */
export function renderPart(part: Part): Record<string, Json> | undefined {
  if (part.type === 'native') return part.dialect === name ? { ...part.value } : undefined;
  const wire = renderKnownPart(part);
  if (wire !== undefined) applyAnnotations(wire, part, name);
  return wire;
}

function renderKnownPart(part: Part): Record<string, Json> | undefined {
  if (part.type === 'text') return { text: part.text };
  if (!('source' in part)) return undefined;
  const { source } = part;
  const forms = part.spelling?.dialect === name ? part.spelling.forms : undefined;
  const typeField = forms?.typeField ?? 'mimeType';
  if (source.kind === 'base64') {
    const mediaType = source.mediaType === undefined ? {} : { [typeField]: source.mediaType };
    return { [forms?.field ?? 'inlineData']: { ...mediaType, data: source.data } };
  }
  if (source.kind !== 'url') return undefined;
  const mediaType = forms?.mediaType ? { [typeField]: forms.mediaType } : {};
  return { [forms?.field ?? 'fileData']: { ...mediaType, [forms?.uriField ?? 'fileUri']: source.url } };
}
