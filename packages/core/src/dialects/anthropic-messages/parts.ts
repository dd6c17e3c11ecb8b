/**
 * Content blocks become parts, and parts blocks. The same blocks stand in requests and answers, in any order; what this dialect does not know
 * is carried whole as a native part.
 */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  type Annotated,
  applyAnnotations,
  type CacheMark,
  decodeName,
  formOf,
  isSpelledBy,
  isValidFor,
  known,
  type Loss,
  nameForm,
  type OpaqueState,
  openState,
  type Part,
  present,
  type Reading,
  renderName,
  sealState,
  type TextPart,
  type ToolCallPart,
  type ToolResultPart,
  toolInput,
  WireObject,
} from '../../message/index.ts';
import { parseCitation, renderCitation } from './citations.ts';
import { parseSource, portableSource, renderSource, unsupportedMedia } from './media.ts';
import { callIdRule, hostedCallTypes, name, toolNameRule } from './wire.ts';

export function parseParts(values: readonly Json[], path: string, reading: Reading): Part[] {
  return values.map((value, index) => parsePart(value, `${path}[${index}]`, reading));
}

export function parsePart(value: Json, path: string, reading: Reading): Part {
  const wire = WireObject.open(value, path, reading);
  const type = wire.peek('type');
  switch (type) {
    case 'text':
      return parseText(wire);
    case 'image':
    case 'document':
      return parseMedia(wire, type, reading) ?? native(value);
    case 'thinking':
      return parseThinking(wire);
    case 'redacted_thinking':
      return parseRedacted(wire);
    case 'tool_use':
      return parseToolUse(wire, undefined);
    case 'tool_result':
      return parseToolResult(wire, reading);
    default:
      if (typeof type === 'string' && hostedCallTypes.has(type)) return parseToolUse(wire, type);
      return native(value);
  }
}

function native(value: Json): Part {
  return { type: 'native', dialect: name, value: isJsonObject(value) ? value : {} };
}

function parseText(wire: WireObject): Part {
  wire.constant('type', 'text');
  const text = wire.required('text', wire.string('text'));
  const citations = wire.list('citations')?.map(parseCitation);
  return { type: 'text', text, ...known({ citations, cache: parseCache(wire) }), ...wire.annotations(name) };
}

/** `cache_control`, wherever it stands. */
export function parseCache(wire: WireObject): CacheMark | undefined {
  const control = wire.object('cache_control');
  if (control === undefined) return undefined;
  control.constant('type', 'ephemeral');
  return known({ ttl: control.string('ttl') });
}

function parseMedia(wire: WireObject, type: 'image' | 'document', reading: Reading): Part | undefined {
  const parsed = parseSource(wire, parseParts, reading);
  if (parsed === undefined) return undefined;
  wire.constant('type', type);
  const { source, forms } = parsed;
  const cache = parseCache(wire);
  if (type === 'image') {
    const fields = known({ transformations: wire.json('transformations'), cache });
    return { type, source, ...fields, ...wire.annotations(name, forms) };
  }
  const citable = wire.object('citations')?.boolean('enabled');
  const fields = known({ title: wire.string('title'), context: wire.string('context'), citable, cache });
  return { type, source, ...fields, ...wire.annotations(name, forms) };
}

function parseThinking(wire: WireObject): Part {
  wire.constant('type', 'thinking');
  const text = wire.string('thinking') ?? '';
  const signature = wire.string('signature');
  const forms = signature === '' ? { signature: 'empty' } : undefined;
  const opaque = signature ? { opaque: openState(signature, name) } : {};
  return { type: 'reasoning', text, ...opaque, ...wire.annotations(name, forms) };
}

function parseRedacted(wire: WireObject): Part {
  wire.constant('type', 'redacted_thinking');
  const value = wire.required('data', wire.string('data'));
  return {
    type: 'reasoning',
    text: '',
    redacted: true,
    opaque: openState(value, name),
    ...wire.annotations(name),
  };
}

/** A call by the model; `hosted` is its wire type when the provider runs the tool itself. */
function parseToolUse(wire: WireObject, hosted: string | undefined): ToolCallPart {
  wire.constant('type', hosted ?? 'tool_use');
  const wireId = wire.required('id', wire.string('id'));
  const wireName = wire.required('name', wire.string('name'));
  const input = wire.json('input');
  const forms = known({
    name: nameForm(wireName, toolNameRule),
    id: nameForm(wireId, callIdRule),
    input: input === undefined ? 'absent' : undefined,
  }) as Record<string, string>;
  return {
    type: 'tool-call',
    id: decodeName(wireId),
    name: decodeName(wireName),
    arguments: input === undefined ? '' : JSON.stringify(input),
    ...known({
      hosted,
      caller: wire.json('caller'),
      toolset: wire.string('toolset_name'),
      cache: parseCache(wire),
    }),
    ...wire.annotations(name, forms),
  };
}

function parseToolResult(wire: WireObject, reading: Reading): ToolResultPart {
  wire.constant('type', 'tool_result');
  const wireId = wire.required('tool_use_id', wire.string('tool_use_id'));
  const { parts, form } = parseContent(wire, reading);
  const forms = known({ content: form, id: nameForm(wireId, callIdRule) }) as Record<string, string>;
  return {
    type: 'tool-result',
    callId: decodeName(wireId),
    parts,
    ...known({
      isError: wire.boolean('is_error'),
      toolset: wire.string('toolset_name'),
      cache: parseCache(wire),
    }),
    ...wire.annotations(name, forms),
  };
}

/** `content` as text, as a list of blocks or left out; which of them is told as a form. */
export function parseContent(
  wire: WireObject,
  reading: Reading,
): { parts: Part[]; form: string | undefined } {
  if (!wire.has('content')) return { parts: [], form: 'absent' };
  if (typeof wire.peek('content') === 'string') {
    return { parts: [{ type: 'text', text: wire.string('content') as string }], form: 'text' };
  }
  return {
    parts: parseParts(wire.list('content') ?? [], wire.fieldPath('content'), reading),
    form: undefined,
  };
}

export interface PartRendering {
  readonly losses: Loss[];
  /** Whether request or answer came in this format, so that nothing has to be made to fit. */
  readonly isOwn: boolean;
  /** Whether the blocks are an answer to a caller rather than a request to a provider. */
  readonly isAnswer: boolean;
  readonly provider?: string | undefined;
}

export function renderParts(
  parts: readonly Part[],
  at: string,
  rendering: PartRendering,
): Record<string, Json>[] {
  return parts
    .map((part, index) => renderPart(part, `${at}.parts[${index}]`, rendering))
    .filter((part) => part !== undefined);
}

export function renderPart(
  part: Part,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const wire = renderBlock(part, field, rendering);
  if (wire === undefined || part.type === 'native') return wire;
  if ('cache' in part && part.cache !== undefined) renderCache(wire, part, field, rendering);
  applyAnnotations(wire, part, name);
  return wire;
}

function renderBlock(part: Part, field: string, rendering: PartRendering): Record<string, Json> | undefined {
  switch (part.type) {
    case 'text':
      return renderText(part, field, rendering);
    case 'image':
    case 'document':
      return renderMedia(part, field, rendering);
    case 'reasoning':
      return renderReasoning(part, field, rendering);
    case 'tool-call':
      return renderToolUse(part, field, rendering);
    case 'tool-result':
      return renderToolResult(part, field, rendering);
    case 'refusal':
      rendering.losses.push({ field, action: 'emulated', detail: 'A refusal is told as text.' });
      return part.text === '' ? undefined : { type: 'text', text: part.text };
    case 'native':
      if (part.dialect === name) return { ...part.value };
      return drop(rendering, field, `A block of ${part.dialect} has no counterpart here.`);
    default:
      return drop(rendering, field, unsupportedMedia(part));
  }
}

function drop({ losses }: PartRendering, field: string, detail: string): undefined {
  losses.push({ field, action: 'dropped', detail });
  return undefined;
}

function renderText(
  part: TextPart,
  field: string,
  { losses, isOwn }: PartRendering,
): Record<string, Json> | undefined {
  // The API refuses empty text blocks; other formats send them beside tool calls.
  if (part.text === '' && !isOwn && part.citations === undefined) return undefined;
  const citations = part.citations
    ?.map((citation) => renderCitation(citation, losses, `${field}.citations`))
    .filter((citation) => citation !== undefined);
  return present({ type: 'text', text: part.text, citations });
}

/** `cache_control` with a life time this format knows. */
export function renderCache(
  wire: Record<string, Json>,
  node: Annotated & { readonly cache?: CacheMark },
  field: string,
  { losses, isOwn }: Pick<PartRendering, 'losses' | 'isOwn'>,
): void {
  const ttl = node.cache?.ttl;
  const isKnown = ttl === undefined || isOwn || ttl === '5m' || ttl === '1h';
  if (!isKnown)
    losses.push({ field: `${field}.cache.ttl`, action: 'dropped', detail: 'Its life times are 5m and 1h.' });
  wire.cache_control = present({ type: 'ephemeral', ttl: isKnown ? ttl : undefined });
}

function renderMedia(
  part: Extract<Part, { type: 'image' | 'document' }>,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const portable = portableSource(part, rendering.isOwn);
  const nested = (parts: readonly Part[]): Json[] => renderParts(parts, field, rendering);
  const source = portable && renderSource(portable, formOf(part, name, 'source'), nested);
  if (source === undefined) return drop(rendering, field, unsupportedMedia(part));
  if (
    portable?.kind === 'base64' &&
    part.source.kind === 'base64' &&
    portable.mediaType !== part.source.mediaType
  ) {
    const detail = `A media type is demanded; \`${portable.mediaType}\` is sent.`;
    rendering.losses.push({ field: `${field}.source.mediaType`, action: 'emulated', detail });
  }
  if (part.type === 'image') {
    if (part.detail !== undefined) drop(rendering, `${field}.detail`, `${name} has no such field on images.`);
    return present({ type: 'image', source, transformations: part.transformations });
  }
  const citations = part.citable === undefined ? undefined : { enabled: part.citable };
  return present({ type: 'document', source, title: part.title, context: part.context, citations });
}

/** Thinking may return only with the signature that its maker gave it. */
function renderReasoning(
  part: Extract<Part, { type: 'reasoning' }>,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const { opaque } = part;
  const state = opaque && stateFor(opaque, rendering);
  if (part.redacted) {
    if (state !== undefined) return { type: 'redacted_thinking', data: state };
    return drop(rendering, field, 'Hidden reasoning is valid only where it was made.');
  }
  if (state !== undefined) return { type: 'thinking', thinking: part.text, signature: state };
  if (opaque === undefined && (isSpelledBy(part, name) || rendering.isOwn)) {
    const signature = formOf(part, name, 'signature') === 'empty' ? '' : undefined;
    return present({ type: 'thinking', thinking: part.text, signature });
  }
  if (!rendering.isAnswer) return drop(rendering, field, `${name} takes only reasoning that it signed.`);
  return part.text === '' ? undefined : { type: 'thinking', thinking: part.text, signature: '' };
}

/** What stands for the state on the wire: a caller keeps anybody's for us, a provider sees only its own. */
function stateFor(opaque: OpaqueState, { isAnswer, provider }: PartRendering): string | undefined {
  if (isAnswer) return sealState(opaque, name);
  return isValidFor(opaque, { dialect: name, provider }) ? opaque.value : undefined;
}

function renderToolUse(
  part: ToolCallPart,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  if (part.hosted !== undefined && !hostedCallTypes.has(part.hosted)) {
    return drop(rendering, field, `The call of \`${part.name}\` was run by the provider.`);
  }
  if (part.opaque !== undefined)
    drop(rendering, `${field}.opaque`, 'Its state is valid only where it was made.');
  return present({
    type: part.hosted ?? 'tool_use',
    id: renderName(
      part.id,
      { form: formOf(part, name, 'id'), rule: callIdRule, field: `${field}.id` },
      rendering.losses,
    ),
    name: renderName(
      part.name,
      { form: formOf(part, name, 'name'), rule: toolNameRule, field: `${field}.name` },
      rendering.losses,
    ),
    input: formOf(part, name, 'input') === 'absent' ? undefined : toolInput(part, field, rendering.losses),
    caller: part.caller,
    toolset_name: part.toolset,
  });
}

function renderToolResult(
  part: ToolResultPart,
  field: string,
  rendering: PartRendering,
): Record<string, Json> {
  const place = { form: formOf(part, name, 'id'), rule: callIdRule, field: `${field}.callId` };
  return present({
    type: 'tool_result',
    tool_use_id: renderName(part.callId, place, rendering.losses),
    content: renderResultContent(part, field, rendering),
    is_error: part.isError,
    toolset_name: part.toolset,
  });
}

function renderResultContent(
  part: ToolResultPart,
  field: string,
  rendering: PartRendering,
): Json | undefined {
  const form = formOf(part, name, 'content');
  if (form === 'absent') return undefined;
  const isPlain = !rendering.isOwn && part.parts.length === 1 && isPlainText(part.parts[0]);
  return form === 'text' || isPlain ? textOf(part.parts) : renderParts(part.parts, field, rendering);
}

function isPlainText(part: Part | undefined): boolean {
  return part?.type === 'text' && part.cache === undefined && part.citations === undefined;
}

export function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
