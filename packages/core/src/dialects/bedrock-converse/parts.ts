/**
 * Content blocks become parts, and parts blocks. A block is an object with one key that says its kind; a cache mark is a block
 * of its own behind what it marks. What this dialect does not know is carried whole as a native part.
 */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type CacheMark,
  decodeName,
  formOf,
  known,
  nameForm,
  type Part,
  renderName,
  type TextPart,
  type ToolResultPart,
  WireObject,
} from '../../message/index.ts';
import { parseCitation, renderCitation } from './citations.ts';
import { parseMedia, renderMedia } from './media.ts';
import { parseReasoning, renderReasoning } from './reasoning.ts';
import {
  cacheMarkOf,
  drop,
  lengthsOf,
  type Place,
  type Rendering,
  renderCachePoint,
  splitText,
  textsOf,
} from './rendering.ts';
import { parseToolUse, renderToolUse } from './tool-calls.ts';
import { name, nameRule } from './wire.ts';

export function parseParts(values: readonly Json[], place: Place): Part[] {
  const parts: Part[] = [];
  for (const [index, value] of values.entries()) {
    const cache = cacheMarkOf(value);
    const last = parts.at(-1);
    if (cache !== undefined && last !== undefined && isMarkable(last))
      parts[parts.length - 1] = { ...last, cache };
    else parts.push(parsePart(value, { ...place, path: `${place.path}[${index}]` }));
  }
  return parts;
}

type Markable = Extract<Part, { readonly cache?: CacheMark }>;
const unmarkable: ReadonlySet<string> = new Set(['reasoning', 'refusal', 'native']);

function isMarkable(part: Part): part is Markable {
  return !unmarkable.has(part.type) && (part as Markable).cache === undefined;
}

export function parsePart(value: Json, place: Place): Part {
  const block = WireObject.open(value, place.path, place.reading);
  return (
    parseKnown(block, place) ?? { type: 'native', dialect: name, value: isJsonObject(value) ? value : {} }
  );
}

function parseKnown(block: WireObject, place: Place): Part | undefined {
  if (block.has('text')) return parseText(block);
  if (block.has('toolUse')) return parseToolUse(block);
  // A result that the model tells comes from a tool that the provider runs.
  if (block.has('toolResult')) return place.isAnswer ? undefined : parseToolResult(block, place);
  if (block.has('reasoningContent')) return parseReasoning(block);
  if (block.has('citationsContent')) return parseCited(block);
  if (block.has('guardContent')) return parseGuarded(block);
  for (const type of ['image', 'document', 'audio', 'video'] as const)
    if (block.has(type)) return parseMedia(block, type);
  return undefined;
}

function parseText(block: WireObject): TextPart {
  const text = block.required('text', block.string('text'));
  return { type: 'text', text, ...block.annotations(name) };
}

function parseCited(block: WireObject): Part | undefined {
  const value = block.peek('citationsContent');
  if (!isJsonObject(value)) return undefined;
  const texts = textsOf(Array.isArray(value.content) ? (value.content as readonly Json[]) : []);
  if (texts === undefined) return undefined;
  const wire = block.object('citationsContent') as WireObject;
  const isAbsent = wire.list('content') === undefined;
  const citations = wire.list('citations')?.map(parseCitation);
  const forms = known({
    block: citations === undefined || citations.length === 0 ? 'citationsContent' : undefined,
    content: isAbsent ? 'absent' : lengthsOf(texts),
  }) as Record<string, string>;
  return { type: 'text', text: texts.join(''), ...known({ citations }), ...block.annotations(name, forms) };
}

/** Text that the guardrail should check, or check against; to a model it is text like any other. */
function parseGuarded(block: WireObject): Part | undefined {
  const content = block.peek('guardContent');
  if (!isJsonObject(content) || !isJsonObject(content.text)) return undefined;
  const wire = block.object('guardContent')?.object('text') as WireObject;
  const qualifiers = wire.strings('qualifiers');
  const forms = { block: 'guardContent', ...known({ qualifiers: qualifiers && JSON.stringify(qualifiers) }) };
  const text = wire.required('text', wire.string('text'));
  return { type: 'text', text, ...block.annotations(name, forms as Record<string, string>) };
}

function parseToolResult(block: WireObject, place: Place): ToolResultPart {
  const wire = block.required('toolResult', block.object('toolResult'));
  const wireId = wire.required('toolUseId', wire.string('toolUseId'));
  const status = wire.string('status');
  const content = wire.list('content');
  const forms = known({
    id: nameForm(wireId, nameRule),
    content: content === undefined ? 'absent' : undefined,
    type: wire.string('type'),
    status: status === undefined || status === 'error' || status === 'success' ? undefined : status,
  }) as Record<string, string>;
  return {
    type: 'tool-result',
    callId: decodeName(wireId),
    parts: (content ?? []).map((value, index) =>
      parseResultPart(value, { ...place, path: `${wire.fieldPath('content')}[${index}]` }),
    ),
    ...(status !== undefined && { isError: status === 'error' }),
    ...block.annotations(name, forms),
  };
}

function parseResultPart(value: Json, place: Place): Part {
  const block = WireObject.open(value, place.path, place.reading);
  const json = block.json('json');
  if (json === undefined) return parsePart(value, place);
  return { type: 'text', text: JSON.stringify(json), ...block.annotations(name, { block: 'json' }) };
}

export function renderParts(
  parts: readonly Part[],
  at: string,
  rendering: Rendering,
): Record<string, Json>[] {
  return parts.flatMap((part, index) => {
    const field = `${at}.parts[${index}]`;
    const block = renderPart(part, field, rendering);
    if (block === undefined) return [];
    const cache = 'cache' in part ? part.cache : undefined;
    return cache === undefined ? [block] : [block, renderCachePoint(cache, field, rendering)];
  });
}

export function renderPart(
  part: Part,
  field: string,
  rendering: Rendering,
): Record<string, Json> | undefined {
  const block = renderBlock(part, field, rendering);
  if (block !== undefined && part.type !== 'native') applyAnnotations(block, part, name);
  return block;
}

function renderBlock(part: Part, field: string, rendering: Rendering): Record<string, Json> | undefined {
  switch (part.type) {
    case 'text':
      return renderText(part, field, rendering);
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
      return renderMedia(part, field, rendering);
    case 'reasoning':
      return renderReasoning(part, field, rendering);
    case 'tool-call':
      return renderToolUse(part, field, rendering);
    case 'tool-result':
      return renderToolResult(part, field, rendering);
    case 'refusal':
      rendering.losses.push({ field, action: 'emulated', detail: 'A refusal is told as text.' });
      return part.text === '' ? undefined : { text: part.text };
    case 'native':
      if (part.dialect === name) return { ...part.value };
      return drop(rendering, field, `A block of ${part.dialect} has no counterpart here.`);
  }
}

function renderText(
  part: TextPart,
  field: string,
  { losses, isOwn }: Rendering,
): Record<string, Json> | undefined {
  const { text, citations = [] } = part;
  const form = formOf(part, name, 'block');
  if (form === 'guardContent') {
    const qualifiers = formOf(part, name, 'qualifiers');
    const marks = qualifiers === undefined ? {} : { qualifiers: JSON.parse(qualifiers) as Json };
    return { guardContent: { text: { text, ...marks } } };
  }
  if (citations.length > 0 || form === 'citationsContent') return renderCited(part, field, losses);
  // The API refuses blank text; other formats send it beside tool calls.
  return text === '' && !isOwn ? undefined : { text };
}

function renderCited(part: TextPart, field: string, losses: Rendering['losses']): Record<string, Json> {
  const citations = part.citations
    ?.map((citation) => renderCitation(citation, losses, `${field}.citations`))
    .filter((citation) => citation !== undefined);
  const form = formOf(part, name, 'content');
  const content = form === 'absent' ? undefined : (splitText(part.text, form) as unknown as Json);
  return { citationsContent: known({ content, citations }) as Record<string, Json> };
}

function renderToolResult(part: ToolResultPart, field: string, rendering: Rendering): Record<string, Json> {
  const { losses } = rendering;
  const place = { form: formOf(part, name, 'id'), rule: nameRule, field: `${field}.callId` };
  if (part.toolset !== undefined)
    drop(rendering, `${field}.toolset`, `${name} has no such field on results.`);
  if (part.name !== undefined) drop(rendering, `${field}.name`, 'The id of the call says it here.');
  const isAbsent = formOf(part, name, 'content') === 'absent';
  const status = part.isError === undefined ? undefined : statusOf(part.isError);
  return {
    toolResult: known({
      toolUseId: renderName(part.callId, place, losses),
      content: isAbsent ? undefined : renderResultContent(part, field, rendering),
      status: formOf(part, name, 'status') ?? status,
      type: formOf(part, name, 'type'),
    }) as Record<string, Json>,
  };
}

function statusOf(isError: boolean): string {
  return isError ? 'error' : 'success';
}

function renderResultContent(part: ToolResultPart, field: string, rendering: Rendering): Json {
  return part.parts.flatMap((nested, index): Json[] => {
    const at = `${field}.parts[${index}]`;
    if ('cache' in nested && nested.cache !== undefined)
      drop(rendering, `${at}.cache`, 'Cache marks stand behind whole results here.');
    const json = formOf(nested, name, 'block') === 'json' && nested.type === 'text' ? nested.text : undefined;
    const block = json === undefined ? renderPart(nested, at, rendering) : renderJson(json, nested);
    return block === undefined ? [] : [block];
  });
}

function renderJson(text: string, part: Part): Record<string, Json> {
  const block: Record<string, Json> = { json: JSON.parse(text) as Json };
  applyAnnotations(block, part, name);
  return block;
}
