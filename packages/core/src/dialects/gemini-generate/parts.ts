/**
 * The parts of a content become parts of a turn, and back. The same stand in requests and answers; what only this dialect has, such as
 * code that the provider ran, is carried whole as a native part.
 */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  formOf,
  isSpelledBy,
  isValidFor,
  known,
  type OpaqueState,
  openState,
  type Part,
  present,
  type Reading,
  type WireObject,
} from '../../message/index.ts';
import { type MediaPart, parseDetail, parseFile, parseInline, renderDetail, renderSource } from './media.ts';
import { finishNode, type Opened, openNode } from './names.ts';
import { drop, type PartRendering, signatureOf } from './rendering.ts';
import { parseCall, parseResult, renderCall, renderResult } from './tool-calls.ts';
import { name } from './wire.ts';

export function parseParts(values: readonly Json[], path: string, reading: Reading): Part[] {
  return values.map((value, index) => parsePart(value, `${path}[${index}]`, reading));
}

type Words = Extract<Part, { type: 'text' | 'reasoning' }>;

/**
 * What a model said, as one part where it was handed back in the pieces of a stream: the signature at the end covers the
 * whole thought, and no other format would take it for the last piece alone. How long each was is remembered.
 */
export function joinPieces(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (isPiece(part) && isPiece(last) && last.type === part.type && last.opaque === undefined)
      joined[joined.length - 1] = joinPiece(last, part);
    else joined.push(part);
  }
  return joined;
}

function isPiece(part: Part | undefined): part is Words {
  if (part?.type !== 'text' && !(part?.type === 'reasoning' && !part.redacted)) return false;
  const { forms = {}, nulls, empty } = part.spelling ?? {};
  const isPlain = Object.keys(forms).every((form) => form === 'pieces');
  return isPlain && part.extensions === undefined && nulls === undefined && empty === undefined;
}

function joinPiece(last: Words, next: Words): Words {
  const pieces = `${formOf(last, name, 'pieces') ?? last.text.length},${next.text.length}`;
  return { ...last, ...next, text: last.text + next.text, spelling: { dialect: name, forms: { pieces } } };
}

function splitPieces(wire: Record<string, Json>, part: Part): Record<string, Json>[] {
  const { text, thoughtSignature: _end, ...rest } = wire;
  const pieces = 'spelling' in part ? formOf(part, name, 'pieces') : undefined;
  const lengths = pieces?.split(',').map(Number) ?? [];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (typeof text !== 'string' || lengths.length === 0 || total !== text.length) return [wire];
  let at = 0;
  return lengths.map((length, index) => {
    const piece = text.slice(at, at + length);
    at += length;
    return index === lengths.length - 1 ? { ...wire, text: piece } : { ...rest, text: piece };
  });
}

/** Kinds of parts that only this dialect has. */
const nativeKinds = [
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
  'audioTranscription',
];

export function parsePart(value: Json, path: string, reading: Reading): Part {
  const opened = openNode(value, path, reading);
  const { wire } = opened;
  const is = (kind: string): boolean => isJsonObject(wire.peek(kind));
  const isThought = wire.peek('thought') === true;
  if (is('functionCall') && !isThought) return parseCall(opened, parseSignature(wire));
  if (is('functionResponse') && !isThought)
    return parseResult(opened, (values, at) => parseParts(values, at, reading));
  if ((is('inlineData') || is('fileData')) && !isThought) return parseMedia(opened);
  const isWords = ['text', 'thought', 'thoughtSignature'].some((field) => wire.has(field));
  if (isWords && !nativeKinds.some(is) && !is('inlineData') && !is('functionCall')) return parseWords(opened);
  return { type: 'native', dialect: name, value: isJsonObject(value) ? value : {} };
}

function parseSignature(wire: WireObject): { opaque?: OpaqueState } {
  const signature = wire.string('thoughtSignature');
  return signature === undefined ? {} : { opaque: openState(signature, name) };
}

function parseWords({ wire, forms }: Opened): Part {
  const thought = wire.boolean('thought');
  const text = wire.string('text');
  const opaque = parseSignature(wire);
  if (thought === true) {
    const hidden = text === undefined ? { redacted: true } : {};
    return { type: 'reasoning', text: text ?? '', ...hidden, ...opaque, ...wire.annotations(name, forms) };
  }
  if (thought === false) forms.thought = 'false';
  if (text === undefined) forms.text = 'absent';
  return { type: 'text', text: text ?? '', ...opaque, ...wire.annotations(name, forms) };
}

function parseMedia({ wire, forms }: Opened): Part {
  const isInline = isJsonObject(wire.peek('inlineData'));
  const { type, source, title } = isInline ? parseInline(wire) : parseFile(wire, forms);
  if (wire.boolean('thought') === false) forms.thought = 'false';
  const detail = type === 'audio' ? undefined : parseDetail(wire);
  const clip = type === 'video' ? wire.record('videoMetadata') : undefined;
  const fields = {
    ...known({ title, detail, clip }),
    ...parseSignature(wire),
    ...wire.annotations(name, forms),
  };
  return { type, source, ...fields } as Part;
}

export function renderParts(
  parts: readonly Part[],
  at: string,
  rendering: PartRendering,
): Record<string, Json>[] {
  return parts.flatMap((part, index) => renderPart(part, `${at}.parts[${index}]`, rendering));
}

/** A part as this format has it: usually one, none when it cannot be said, several when media follow a result. */
export function renderPart(part: Part, field: string, rendering: PartRendering): Record<string, Json>[] {
  if (part.type === 'tool-result') return renderResult(part, field, rendering, renderPart);
  if ('cache' in part && part.cache !== undefined)
    drop(rendering, `${field}.cache`, `${name} has no cache marks.`);
  const wire = renderContent(part, field, rendering);
  if (wire === undefined) return [];
  if (part.type === 'native') return [wire];
  if (formOf(part, name, 'thought') === 'false') wire.thought = false;
  finishNode(wire, part);
  return splitPieces(wire, part);
}

function renderContent(
  part: Part,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  switch (part.type) {
    case 'text':
      return renderText(part, field, rendering);
    case 'reasoning':
      return renderReasoning(part, field, rendering);
    case 'tool-call':
      return renderCall(part, field, rendering);
    case 'refusal':
      rendering.losses.push({ field, action: 'emulated', detail: 'A refusal is told as text.' });
      return part.text === '' ? undefined : { text: part.text };
    case 'native':
      if (part.dialect === name) return { ...part.value };
      return drop(rendering, field, `A block of ${part.dialect} has no counterpart here.`);
    case 'tool-result':
      return undefined;
    default:
      return renderMedia(part, field, rendering);
  }
}

function renderText(
  part: Extract<Part, { type: 'text' }>,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const { isOwn, isAnswer } = rendering;
  const thoughtSignature = signatureOf(part, field, rendering);
  if (part.citations !== undefined && !isAnswer)
    drop(rendering, `${field}.citations`, 'Earlier answers cannot cite here.');
  // An empty part is refused unless it carries a signature.
  if (part.text === '' && !isOwn && thoughtSignature === undefined) return undefined;
  const text = formOf(part, name, 'text') === 'absent' && part.text === '' ? undefined : part.text;
  return present({ text, thoughtSignature });
}

function renderReasoning(
  part: Extract<Part, { type: 'reasoning' }>,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const { opaque, redacted, text } = part;
  const isForeign = opaque !== undefined && !isValidFor(opaque, { dialect: name });
  const isOurs = rendering.isOwn || isSpelledBy(part, name) || opaque !== undefined;
  if (!rendering.isAnswer && (isForeign || !isOurs))
    return drop(rendering, field, `${name} takes back only its own reasoning.`);
  const thoughtSignature = signatureOf(part, field, rendering);
  if (text === '' && thoughtSignature === undefined && !rendering.isOwn) return undefined;
  return present({ text: redacted ? undefined : text, thought: true, thoughtSignature });
}

function renderMedia(
  part: MediaPart,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const rendered = renderSource(part);
  if (rendered === undefined)
    return drop(rendering, field, `A ${part.type} part with this source has no counterpart in ${name}.`);
  const { wire, emulated } = rendered;
  if (emulated !== undefined) {
    const [at, detail] = emulated;
    rendering.losses.push({ field: `${field}.${at}`, action: 'emulated', detail });
  }
  reportMediaExtras(part, field, rendering);
  const detail = 'detail' in part && part.detail !== undefined ? part.detail : undefined;
  const mediaResolution = detail === undefined ? undefined : renderDetail(detail);
  if (detail !== undefined && mediaResolution === undefined)
    drop(rendering, `${field}.detail`, `\`${detail}\` is no resolution here.`);
  const videoMetadata = part.type === 'video' ? part.clip : undefined;
  return present({
    ...wire,
    mediaResolution,
    videoMetadata,
    thoughtSignature: signatureOf(part, field, rendering),
  });
}

function reportMediaExtras(part: MediaPart, field: string, rendering: PartRendering): void {
  const extras: Readonly<Record<string, unknown>> = { ...part };
  for (const key of ['transformations', 'context', 'citable', 'id', 'transcript', 'expiresAt'])
    if (extras[key] !== undefined) drop(rendering, `${field}.${key}`, `${name} has no such field on media.`);
}
