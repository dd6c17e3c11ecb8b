/** Content blocks become parts, and parts blocks. What this dialect does not know is carried whole as a native part. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  type Annotated,
  applyAnnotations,
  type DocumentPart,
  documentText,
  type ImagePart,
  type Part,
  type Reading,
  type ReasoningPart,
  WireObject,
} from '../../message/index.ts';
import { parseDocument, parseImage, renderDocument, renderImage } from './media.ts';
import { drop, type Rendering } from './rendering.ts';
import { name } from './wire.ts';

export function parsePart(value: Json, path: string, reading: Reading): Part {
  const wire = WireObject.open(value, path, reading);
  switch (wire.peek('type')) {
    case 'text':
      wire.constant('type', 'text');
      return { type: 'text', text: wire.required('text', wire.string('text')), ...wire.annotations(name) };
    case 'thinking':
      wire.constant('type', 'thinking');
      return { type: 'reasoning', text: wire.string('thinking') ?? '', ...wire.annotations(name) };
    case 'image_url':
      return parseImage(wire);
    case 'document':
      return parseDocument(wire);
    default:
      return { type: 'native', dialect: name, value: isJsonObject(value) ? value : {} };
  }
}

/** `content` as text, as a list of blocks or left out; which of them is told as a form. */
export function parseContent(wire: WireObject, forms: Record<string, string>, reading: Reading): Part[] {
  const content = wire.peek('content');
  if (!Array.isArray(content)) {
    if (content === undefined) forms.content = 'absent';
    const text = wire.string('content');
    if (text !== undefined) forms.content = 'text';
    return text === undefined ? [] : [{ type: 'text', text }];
  }
  wire.consume('content');
  forms.content = 'list';
  return (content as readonly Json[]).map((part, index) =>
    parsePart(part, `${wire.fieldPath('content')}[${index}]`, reading),
  );
}

/** Which blocks a message may hold. */
export type Holder = 'system' | 'user' | 'assistant' | 'tool';

/** One content block, or undefined (with a loss) when the format has none for it here. */
export function renderPart(
  part: Part,
  { holder, field }: { readonly holder: Holder; readonly field: string },
  rendering: Rendering,
): Record<string, Json> | undefined {
  if ('cache' in part && part.cache !== undefined)
    drop(rendering, `${field}.cache`, `${name} has no cache marks.`);
  const wire = renderBlock(part, { holder, field }, rendering);
  if (wire !== undefined && part.type !== 'native') applyAnnotations(wire, part as Annotated, name);
  return wire;
}

function renderBlock(
  part: Part,
  place: { readonly holder: Holder; readonly field: string },
  rendering: Rendering,
): Record<string, Json> | undefined {
  const { holder, field } = place;
  switch (part.type) {
    case 'text':
      if (part.citations !== undefined && holder !== 'assistant')
        drop(rendering, `${field}.citations`, 'Only answers have citations.');
      return { type: 'text', text: part.text };
    case 'refusal':
      rendering.losses.push({ field, action: 'emulated', detail: 'A refusal is told as text.' });
      return { type: 'text', text: part.text };
    case 'reasoning':
      return renderReasoning(part, field, rendering);
    case 'image':
      return renderImageBlock(part, place, rendering);
    case 'document':
      return renderDocumentBlock(part, place, rendering);
    case 'native':
      if (part.dialect === name) return { ...part.value };
      return drop(rendering, field, `A block of ${part.dialect} has no counterpart here.`);
    default:
      return drop(rendering, field, `A ${part.type} part has no counterpart in ${name}.`);
  }
}

/** Reasoning is plain text here. Whatever state came with it has no place. */
function renderReasoning(
  { text, redacted, opaque }: ReasoningPart,
  field: string,
  rendering: Rendering,
): Record<string, Json> | undefined {
  if (redacted) return drop(rendering, field, 'Hidden reasoning is valid only where it was made.');
  if (opaque !== undefined) drop(rendering, `${field}.opaque`, `${name} has no place for its state.`);
  return text === '' && !rendering.isOwn ? undefined : { type: 'thinking', thinking: text };
}

function renderImageBlock(
  part: ImagePart,
  { holder, field }: { readonly holder: Holder; readonly field: string },
  rendering: Rendering,
): Record<string, Json> | undefined {
  const wire = holder === 'user' || rendering.isOwn ? renderImage(part) : undefined;
  if (wire === undefined) return drop(rendering, field, `An image with this source has no place here.`);
  if (part.source.kind === 'base64' && part.source.mediaType === undefined) {
    const detail = 'A media type is demanded; `image/png` is sent.';
    rendering.losses.push({ field: `${field}.source.mediaType`, action: 'emulated', detail });
  }
  if (part.transformations !== undefined)
    drop(rendering, `${field}.transformations`, `${name} has no such field on images.`);
  return wire;
}

/** Tools may give documents; anywhere else they are told as text. */
function renderDocumentBlock(
  part: DocumentPart,
  { holder, field }: { readonly holder: Holder; readonly field: string },
  rendering: Rendering,
): Record<string, Json> | undefined {
  const text = documentText(part.source);
  if (text === undefined) return drop(rendering, field, `Only text can be a document in ${name}.`);
  for (const key of ['context', 'citable'] as const) {
    if (part[key] !== undefined)
      drop(rendering, `${field}.${key}`, `${name} has no such field on documents.`);
  }
  if (holder === 'tool' || rendering.isOwn) return renderDocument(part);
  rendering.losses.push({ field, action: 'emulated', detail: 'A text document is sent as a text part.' });
  return { type: 'text', text: part.title === undefined ? text : `${part.title}\n\n${text}` };
}
