/**
 * Content chunks, both ways: the list that may stand in place of a text in any message. References follow the text that
 * they support, so here they are its citations.
 */
import { isJsonObject, type Json, jsonEqual, parseJson } from '../../json/index.ts';
import {
  applyAnnotations,
  type DocumentPart,
  formOf,
  isSpelledBy,
  isValidFor,
  known,
  type Loss,
  type MediaSource,
  openState,
  type Part,
  parseAddress,
  present,
  type Reading,
  type ReasoningPart,
  sealState,
  WireObject,
} from '../../message/index.ts';
import { parseReference, renderReferences } from './citations.ts';
import { name } from './wire.ts';

export function parseChunks(values: readonly Json[], path: string, reading: Reading): Part[] {
  const parts: Part[] = [];
  for (const [index, value] of values.entries()) {
    const last = parts.at(-1);
    const citations = last?.type === 'text' ? parseReference(value) : undefined;
    if (last?.type === 'text' && citations !== undefined) {
      parts[parts.length - 1] = { ...last, citations: [...(last.citations ?? []), ...citations] };
    } else parts.push(parseChunk(value, `${path}[${index}]`, reading));
  }
  return parts;
}

function parseChunk(value: Json, path: string, reading: Reading): Part {
  const wire = WireObject.open(value, path, reading);
  switch (wire.peek('type')) {
    case 'text':
      wire.constant('type', 'text');
      return { type: 'text', text: wire.required('text', wire.string('text')), ...wire.annotations(name) };
    case 'image_url':
      return parseImage(wire);
    case 'document_url':
      return parseDocument(wire);
    case 'file':
      return parseFile(wire);
    case 'input_audio':
      return parseAudio(wire);
    case 'thinking':
      return parseThinking(wire);
    default:
      return { type: 'native', dialect: name, value: value as never };
  }
}

function parseImage(wire: WireObject): Part {
  wire.constant('type', 'image_url');
  if (typeof wire.peek('image_url') === 'string') {
    const source = parseAddress(wire.string('image_url') as string);
    return { type: 'image', source, ...wire.annotations(name, { image_url: 'text' }) };
  }
  const image = wire.required('image_url', wire.object('image_url'));
  const source = parseAddress(image.required('url', image.string('url')));
  return { type: 'image', source, ...known({ detail: image.string('detail') }), ...wire.annotations(name) };
}

function parseDocument(wire: WireObject): Part {
  wire.constant('type', 'document_url');
  const source = parseAddress(wire.required('document_url', wire.string('document_url')));
  const title = wire.string('document_name');
  return { type: 'document', source, ...known({ title }), ...wire.annotations(name) };
}

function parseFile(wire: WireObject): Part {
  wire.constant('type', 'file');
  const fileId = wire.required('file_id', wire.string('file_id'));
  return { type: 'document', source: { kind: 'file', fileId }, ...wire.annotations(name) };
}

/** An address, a data URL or bare base64. */
function parseAudio(wire: WireObject): Part {
  wire.constant('type', 'input_audio');
  const data = wire.required('input_audio', wire.string('input_audio'));
  const isUrl = /^(data:|https?:)/.test(data);
  const source: MediaSource = isUrl ? parseAddress(data) : { kind: 'base64', data };
  return { type: 'audio', source, ...wire.annotations(name, isUrl ? { input_audio: 'url' } : undefined) };
}

function parseThinking(wire: WireObject): ReasoningPart {
  wire.constant('type', 'thinking');
  const pieces = wire.list('thinking') ?? [];
  const text = thinkingText(pieces);
  const signature = wire.string('signature');
  const closed = wire.boolean('closed');
  const opaque = signature ? openState(signature, name) : undefined;
  const forms: Record<string, string> = known({
    thinking: jsonEqual(pieces, textPieces(text)) ? undefined : JSON.stringify(pieces),
    signature: signature === '' ? 'empty' : undefined,
    closed: closed === undefined ? undefined : String(closed),
  });
  return {
    type: 'reasoning',
    text,
    ...(text === '' && opaque !== undefined && { redacted: true }),
    ...known({ opaque }),
    ...wire.annotations(name, forms),
  };
}

/** The text in the pieces of a thought; references among them support it and are kept as spelling. */
export function thinkingText(pieces: readonly Json[]): string {
  return pieces
    .map((piece) => (isJsonObject(piece) && typeof piece.text === 'string' ? piece.text : ''))
    .join('');
}

export interface PartRendering {
  readonly losses: Loss[];
  /** Whether the chunks are an answer to a caller rather than a request to a provider. */
  readonly isAnswer: boolean;
}

export function renderChunks(parts: readonly Part[], at: string, rendering: PartRendering): Json[] {
  return parts.flatMap((part, index) => renderPart(part, `${at}.parts[${index}]`, rendering));
}

/** The chunks of one part: none (with a loss) when the format has none for it, several for a text with references. */
export function renderPart(part: Part, field: string, rendering: PartRendering): Json[] {
  const wire = renderChunk(part, field, rendering);
  if (wire === undefined) return [];
  if (part.type === 'native') return [wire];
  if ('cache' in part && part.cache !== undefined)
    rendering.losses.push({
      field: `${field}.cache`,
      action: 'dropped',
      detail: `${name} has no cache marks.`,
    });
  applyAnnotations(wire, part, name);
  return part.type === 'text'
    ? [wire, ...renderReferences(part.citations ?? [], field, rendering.losses)]
    : [wire];
}

function renderChunk(part: Part, field: string, rendering: PartRendering): Record<string, Json> | undefined {
  const { losses } = rendering;
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'refusal':
      losses.push({ field, action: 'emulated', detail: 'A refusal is told as text.' });
      return part.text === '' ? undefined : { type: 'text', text: part.text };
    case 'image':
      return renderImage(part, field, losses);
    case 'document':
      return renderDocument(part, field, losses);
    case 'audio':
      return renderAudio(part, field, losses);
    case 'reasoning':
      return renderThinking(part, field, rendering);
    case 'native':
      if (part.dialect === name) return { ...part.value };
      return drop(field, `A block of ${part.dialect} has no counterpart here.`, losses);
    default:
      return drop(field, `A ${part.type} part has no counterpart in ${name}.`, losses);
  }
}

function drop(field: string, detail: string, losses: Loss[]): undefined {
  losses.push({ field, action: 'dropped', detail });
  return undefined;
}

/** Without a type bare base64 would be read as an address. */
function urlOf(source: MediaSource, fallback: string, field: string, losses: Loss[]): string | undefined {
  if (source.kind === 'url') return source.url;
  if (source.kind !== 'base64') return drop(field, `${name} takes no such source.`, losses);
  if (source.mediaType === undefined) {
    const detail = `A media type is demanded; \`${fallback}\` is sent.`;
    losses.push({ field: `${field}.source.mediaType`, action: 'emulated', detail });
  }
  return `data:${source.mediaType ?? fallback};base64,${source.data}`;
}

function renderImage(
  part: Extract<Part, { type: 'image' }>,
  field: string,
  losses: Loss[],
): Record<string, Json> | undefined {
  const url = urlOf(part.source, 'image/png', field, losses);
  if (url === undefined) return undefined;
  if (part.transformations !== undefined)
    drop(`${field}.transformations`, `${name} has no such field on images.`, losses);
  const isText = formOf(part, name, 'image_url') === 'text';
  return { type: 'image_url', image_url: isText ? url : known({ url, detail: part.detail }) };
}

function renderDocument(part: DocumentPart, field: string, losses: Loss[]): Record<string, Json> | undefined {
  const { source, title } = part;
  for (const key of ['context', 'citable'] as const)
    if (part[key] !== undefined) drop(`${field}.${key}`, `${name} has no such field on documents.`, losses);
  if (source.kind === 'text') {
    losses.push({ field, action: 'emulated', detail: 'A text document is sent as text.' });
    return { type: 'text', text: title === undefined ? source.text : `${title}\n\n${source.text}` };
  }
  if (source.kind === 'file') {
    if (title !== undefined) drop(`${field}.title`, 'Stored files have their own names.', losses);
    return { type: 'file', file_id: source.fileId };
  }
  const url = urlOf(source, 'application/pdf', field, losses);
  return url === undefined
    ? undefined
    : present({ type: 'document_url', document_url: url, document_name: title });
}

function renderAudio(
  { source, ...part }: Extract<Part, { type: 'audio' }>,
  field: string,
  losses: Loss[],
): Record<string, Json> | undefined {
  if (source.kind === 'url') return { type: 'input_audio', input_audio: source.url };
  if (source.kind !== 'base64') return drop(field, `${name} takes no such source.`, losses);
  if (source.mediaType === undefined) return { type: 'input_audio', input_audio: source.data };
  if (formOf(part, name, 'input_audio') === 'url')
    return { type: 'input_audio', input_audio: `data:${source.mediaType};base64,${source.data}` };
  drop(`${field}.source.mediaType`, 'The provider looks at the data itself.', losses);
  return { type: 'input_audio', input_audio: source.data };
}

/** Reasoning goes back to its maker as it was; a caller keeps anybody's state for us. */
function renderThinking(
  part: ReasoningPart,
  field: string,
  { isAnswer, losses }: PartRendering,
): Record<string, Json> | undefined {
  const { opaque, text } = part;
  if (opaque !== undefined && !isAnswer && !isValidFor(opaque, { dialect: name }))
    return drop(field, 'Its state is valid only where it was made.', losses);
  if (text === '' && opaque === undefined && !isSpelledBy(part, name)) return undefined;
  if (part.summary) drop(`${field}.summary`, 'A digest looks like the reasoning itself here.', losses);
  const form = formOf(part, name, 'thinking');
  const closed = formOf(part, name, 'closed');
  const signature = opaque === undefined ? emptySignature(part) : sealState(opaque, name);
  return present({
    type: 'thinking',
    thinking: form === undefined ? textPieces(text) : parseJson(form),
    signature,
    closed: closed === undefined ? undefined : closed === 'true',
  });
}

function emptySignature(part: ReasoningPart): string | undefined {
  return formOf(part, name, 'signature') === 'empty' ? '' : undefined;
}

export function textPieces(text: string): Json[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

/** Whether the parts can stand as one text. */
export function isPlain(parts: readonly Part[]): boolean {
  return parts.every((part) => part.type === 'text' && (part.citations ?? []).length === 0);
}
