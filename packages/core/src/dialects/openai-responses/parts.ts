/** Content parts, both ways: text, refusals, images and files. Which item they stand in is the business of `assistant.ts`. */
import { isJsonObject, type Json, parseJson } from '../../json/index.ts';
import {
  type Annotated,
  applyAnnotations,
  type CacheMark,
  formOf,
  isSpelledBy,
  known,
  type Part,
  present,
  type Reading,
  type TextPart,
  WireObject,
} from '../../message/index.ts';
import { parseCitation, renderCitation } from './citations.ts';
import {
  fallbackImageType,
  parseFileSource,
  parseImageSource,
  parseTitle,
  renderFile,
  renderImage,
} from './media.ts';
import { drop, type PartRendering } from './rendering.ts';
import { name } from './wire.ts';

/** Text of the model and text for it have different types; `text` is what some clients write for both. */
export type Speaker = 'assistant' | 'other';

export function parseContentPart(value: Json, path: string, reading: Reading, speaker: Speaker): Part {
  const wire = WireObject.open(value, path, reading);
  switch (wire.peek('type')) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return parseText(wire, speaker, reading);
    case 'refusal':
      wire.constant('type', 'refusal');
      return {
        type: 'refusal',
        text: wire.required('refusal', wire.string('refusal')),
        ...wire.annotations(name),
      };
    case 'input_image':
      return parseImage(wire) ?? nativePart(value);
    case 'input_file':
      return parseFile(wire) ?? nativePart(value);
    default:
      return nativePart(value);
  }
}

export function nativePart(value: Json): Part {
  return { type: 'native', dialect: name, value: isJsonObject(value) ? value : {} };
}

function typeFor(speaker: Speaker): string {
  return speaker === 'assistant' ? 'output_text' : 'input_text';
}

function parseText(wire: WireObject, speaker: Speaker, reading: Reading): TextPart {
  const type = wire.string('type');
  const annotations = wire.list('annotations');
  const forms: Record<string, string> = {};
  if (type !== undefined && type !== typeFor(speaker)) forms.type = type;
  // An empty list is what this format writes when there is nothing to cite.
  if (annotations?.length === 0) forms.annotations = 'empty';
  const logprobs = wire.list('logprobs');
  // Of an answer they are told with it; in a request they only come back.
  if (logprobs !== undefined && reading === 'lenient') forms.logprobs = String(logprobs.length);
  else if (logprobs !== undefined) forms.logprobs = JSON.stringify(logprobs);
  const citations =
    annotations !== undefined && annotations.length > 0 ? annotations.map(parseCitation) : undefined;
  const text = wire.required('text', wire.string('text'));
  return {
    type: 'text',
    text,
    ...known({ citations, cache: parseCache(wire) }),
    ...wire.annotations(name, forms),
  };
}

function parseCache(wire: WireObject): CacheMark | undefined {
  const mark = wire.object('prompt_cache_breakpoint');
  mark?.constant('mode', 'explicit');
  return mark && known({ ttl: mark.string('ttl') });
}

function parseImage(wire: WireObject): Part | undefined {
  const source = parseImageSource(wire);
  if (source === undefined) return undefined;
  wire.constant('type', 'input_image');
  const fields = known({ detail: wire.string('detail'), cache: parseCache(wire) });
  return { type: 'image', source, ...fields, ...wire.annotations(name) };
}

function parseFile(wire: WireObject): Part | undefined {
  const source = parseFileSource(wire);
  if (source === undefined) return undefined;
  wire.constant('type', 'input_file');
  const detail = wire.string('detail');
  const forms: Record<string, string> = known({ detail });
  const fields = known({ title: parseTitle(wire, forms), cache: parseCache(wire) });
  return { type: 'document', source, ...fields, ...wire.annotations(name, forms) };
}

export function renderContentParts(parts: readonly Part[], at: string, rendering: PartRendering): Json[] {
  return parts
    .map((part, index) => renderContentPart(part, `${at}.parts[${index}]`, rendering, 'other'))
    .filter((part) => part !== undefined);
}

/** One content part, or undefined (with a loss) when the format has none for it. */
export function renderContentPart(
  part: Part,
  field: string,
  rendering: PartRendering,
  speaker: Speaker,
): Record<string, Json> | undefined {
  if (part.type === 'native') {
    if (part.dialect === name) return { ...part.value };
    return drop(rendering, field, `A block of ${part.dialect} has no counterpart here.`);
  }
  const wire = renderContent(part, field, rendering, speaker);
  if (wire === undefined)
    return drop(rendering, field, `A ${part.type} part with this source has no counterpart in ${name}.`);
  if ('cache' in part && part.cache !== undefined) renderCache(wire, part, field, { ...rendering, speaker });
  applyAnnotations(wire, part, name);
  return wire;
}

function renderContent(
  part: Part,
  field: string,
  rendering: PartRendering,
  speaker: Speaker,
): Record<string, Json> | undefined {
  switch (part.type) {
    case 'text':
      return renderText(part, field, rendering, speaker);
    case 'refusal':
      return renderRefusal(part.text, field, rendering, speaker);
    case 'image':
      if (speaker === 'assistant' && !isSpelledBy(part, name)) return undefined;
      reportImage(part, field, rendering);
      return renderImage(part);
    case 'document':
      if (speaker === 'assistant' && !isSpelledBy(part, name)) return undefined;
      reportDocument(part, field, rendering);
      return renderFile(part);
    default:
      return undefined;
  }
}

function renderRefusal(
  text: string,
  field: string,
  { losses, isOwn }: PartRendering,
  speaker: Speaker,
): Record<string, Json> {
  if (speaker === 'assistant' || isOwn) return { type: 'refusal', refusal: text };
  losses.push({ field, action: 'emulated', detail: 'A refusal that the model did not say is told as text.' });
  return { type: 'input_text', text };
}

function renderText(
  part: TextPart,
  field: string,
  rendering: PartRendering,
  speaker: Speaker,
): Record<string, Json> {
  const type = formOf(part, name, 'type') ?? typeFor(speaker);
  const takesCitations = speaker === 'assistant' || isSpelledBy(part, name);
  if (!takesCitations && part.citations !== undefined)
    drop(rendering, `${field}.citations`, `${name} cites in the text of the model only.`);
  const citations = takesCitations
    ? part.citations
        ?.map((citation) => renderCitation(citation, `${field}.citations`, rendering.losses))
        .filter((citation) => citation !== undefined)
    : undefined;
  const kept = rendering.isAnswer ? undefined : formOf(part, name, 'logprobs');
  return present({
    type,
    text: part.text,
    annotations: annotationsOf(part, citations, rendering),
    // Of an answer that is handed back only their number is known.
    logprobs: kept?.startsWith('[') ? parseJson(kept) : undefined,
  });
}

function annotationsOf(
  part: TextPart,
  citations: readonly Json[] | undefined,
  { isAnswer }: PartRendering,
): Json | undefined {
  if (citations !== undefined && citations.length > 0) return citations;
  if (isSpelledBy(part, name)) return formOf(part, name, 'annotations') === 'empty' ? [] : undefined;
  return isAnswer ? [] : undefined;
}

const lifeTimes: ReadonlySet<string> = new Set(['30m', '12h']);

function renderCache(
  wire: Record<string, Json>,
  node: Annotated & { readonly cache?: CacheMark },
  field: string,
  { losses, isOwn, cacheMark, speaker }: PartRendering & { readonly speaker: Speaker },
): void {
  if (!isOwn && (speaker === 'assistant' || !cacheMark)) {
    losses.push({
      field: `${field}.cache`,
      action: 'dropped',
      detail: 'There is no cache mark in this place.',
    });
    return;
  }
  const ttl = node.cache?.ttl;
  const isKnown = ttl === undefined || isOwn || lifeTimes.has(ttl);
  if (!isKnown)
    losses.push({
      field: `${field}.cache.ttl`,
      action: 'dropped',
      detail: 'Its life times are 30m and 12h.',
    });
  wire.prompt_cache_breakpoint = present({ mode: 'explicit', ttl: isKnown ? ttl : undefined });
}

function reportImage(part: Extract<Part, { type: 'image' }>, field: string, rendering: PartRendering): void {
  if (part.transformations !== undefined)
    drop(rendering, `${field}.transformations`, `${name} has no such field on images.`);
  if (part.source.kind === 'base64' && part.source.mediaType === undefined) {
    const detail = `A media type is demanded; \`${fallbackImageType}\` is sent.`;
    rendering.losses.push({ field: `${field}.source.mediaType`, action: 'emulated', detail });
  }
}

function reportDocument(
  part: Extract<Part, { type: 'document' }>,
  field: string,
  rendering: PartRendering,
): void {
  for (const key of ['context', 'citable'] as const) {
    if (part[key] !== undefined) drop(rendering, `${field}.${key}`, `${name} has no such field on files.`);
  }
  const { source } = part;
  if (source.kind === 'text')
    rendering.losses.push({ field, action: 'emulated', detail: 'A text document is sent as a text part.' });
  if (source.kind === 'base64' && source.mediaType === undefined && !rendering.isOwn) {
    const detail = 'A media type is demanded; `application/pdf` is sent.';
    rendering.losses.push({ field: `${field}.source.mediaType`, action: 'emulated', detail });
  }
}
