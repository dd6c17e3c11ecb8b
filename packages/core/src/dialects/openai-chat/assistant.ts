/**
 * An assistant message, both ways: the same object stands in requests (earlier turns) and in answers. The format keeps
 * text, refusal, reasoning and tool calls in separate fields, so their order among each other is fixed here.
 */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  type AudioPart,
  applyAnnotations,
  formOf,
  isSpelledBy,
  known,
  type Part,
  type Reading,
  type ReasoningPart,
  reportOrder,
  WireObject,
} from '../../message/index.ts';
import { attachCitations, parseAnnotations, renderAnnotations } from './citations.ts';
import { parsePart, renderPart } from './parts.ts';
import { isConventional, parseReasoning, renderDetail, renderReasoning } from './reasoning.ts';
import type { AssistantRendering } from './rendering.ts';
import { type AssistantDraft, parseToolCalls, renderToolCalls } from './tool-calls.ts';
import { name } from './wire.ts';

export interface AssistantMessage {
  readonly parts: Part[];
  /** Spellings of the message; the caller joins them with its own and asks the wire object for annotations. */
  readonly forms: Record<string, string>;
}

export function parseAssistant(wire: WireObject, reading: Reading): AssistantMessage {
  wire.constant('role', 'assistant');
  const forms: Record<string, string> = {};
  const parts: Part[] = parseReasoning(wire, forms);
  const draft = { wire, reading, forms, parts };
  parseContent(draft);
  parseRefusal(draft);
  parseAudio(draft);
  parseToolCalls(draft);
  const citations = parseAnnotations(wire, forms);
  return { parts: citations.length === 0 ? parts : attachCitations(parts, citations), forms };
}

function parseContent({ wire, reading, forms, parts }: AssistantDraft): void {
  const content = wire.peek('content');
  if (Array.isArray(content)) {
    wire.consume('content');
    forms.content = 'list';
    for (const [index, part] of (content as readonly Json[]).entries()) {
      parts.push(parsePart(part, `${wire.fieldPath('content')}[${index}]`, reading));
    }
    return;
  }
  if (content === undefined) forms.content = 'absent';
  const text = wire.string('content');
  if (text === '') forms.content = 'empty';
  else if (text !== undefined) parts.push({ type: 'text', text });
}

function parseRefusal({ wire, forms, parts }: AssistantDraft): void {
  const text = wire.string('refusal');
  if (text === undefined) return;
  if (text === '') forms.refusal = 'empty';
  else parts.push({ type: 'refusal', text, spelling: { dialect: name, forms: { field: 'refusal' } } });
}

function parseAudio({ wire, parts }: AssistantDraft): void {
  const audio = wire.record('audio');
  if (audio === undefined) return;
  const fields = WireObject.open(audio, wire.fieldPath('audio'), 'lenient');
  const id = fields.string('id');
  const data = fields.string('data');
  const source =
    data === undefined ? { kind: 'reference' as const, id: id ?? '' } : { kind: 'base64' as const, data };
  const facts = known({
    id,
    transcript: fields.string('transcript'),
    expiresAt: fields.number('expires_at'),
  });
  parts.push({ type: 'audio', source, ...facts, ...fields.annotations(name) });
}

/** Everything but the role, in the order in which the format lists it. */
export function renderAssistant(
  parts: readonly Part[],
  node: Annotated,
  rendering: AssistantRendering,
): Record<string, Json> {
  const form = (field: string): string | undefined => formOf(node, name, field);
  reportOrder(parts, rendering.path, rendering.losses);
  const wire: Record<string, Json> = {
    ...renderContent(parts, node, rendering),
    ...renderRefusal(parts, form('refusal'), form('content')),
    ...renderReasoningOf(parts, form, rendering),
    ...renderToolCalls(parts, form('tool_calls'), rendering),
    ...renderAudio(parts, rendering),
    ...renderAnnotations(parts, form('annotations'), rendering),
  };
  return wire;
}

const contentTypes: ReadonlySet<Part['type']> = new Set([
  'text',
  'refusal',
  'image',
  'document',
  'video',
  'native',
]);

function renderContent(
  parts: readonly Part[],
  node: Annotated,
  rendering: AssistantRendering,
): Record<string, Json> {
  const form = formOf(node, name, 'content');
  const content = parts.filter(
    (part) => contentTypes.has(part.type) && formOf(part, name, 'field') !== 'refusal',
  );
  if (form === 'list') {
    const list = content.map((part, index) =>
      renderPart(part, `${rendering.path}.parts[${index}]`, rendering),
    );
    return { content: list.filter((part) => part !== undefined) };
  }
  if (form === 'empty' && content.length === 0) return { content: '' };
  reportForeignContent(content, rendering);
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const isHollow = content.every((part) => part.type !== 'text' || part.text === '');
  if (!isHollow) return { content: text };
  // A message of this format says by its spelling whether an empty content was null or left out.
  return isSpelledBy(node, name) ? {} : { content: null };
}

function reportForeignContent(content: readonly Part[], { losses, path }: AssistantRendering): void {
  for (const part of content) {
    if (part.type === 'refusal') continue;
    if (part.type === 'text') {
      if (part.cache !== undefined)
        losses.push({
          field: `${path}.parts.cache`,
          action: 'dropped',
          detail: 'No cache marks in plain text.',
        });
      continue;
    }
    losses.push({
      field: `${path}.parts`,
      action: 'dropped',
      detail: `${name} has no ${part.type} in assistant messages.`,
    });
  }
}

function renderRefusal(
  parts: readonly Part[],
  form: string | undefined,
  content: string | undefined,
): Record<string, Json> {
  if (form === 'empty') return { refusal: '' };
  const refusals = parts.filter((part) => part.type === 'refusal');
  const own =
    content === 'list' ? refusals.filter((part) => formOf(part, name, 'field') === 'refusal') : refusals;
  return own.length === 0 ? {} : { refusal: own.map((part) => part.text).join('') };
}

function renderReasoningOf(
  parts: readonly Part[],
  form: (field: string) => string | undefined,
  rendering: AssistantRendering,
): Record<string, Json> {
  const reasoning = parts.filter((part): part is ReasoningPart => part.type === 'reasoning');
  const own = withoutForeignState(
    reasoning.filter((part) => isSpelledBy(part, name)),
    rendering,
  );
  const foreign = reasoning.filter((part) => !isSpelledBy(part, name));
  const wire = renderReasoning(own, { form }, 'reasoning_content');
  if (foreign.length === 0) return wire;
  return { ...wire, ...renderForeignReasoning(foreign, rendering) };
}

/**
 * A caller hands back whatever state it was given, its provider's or another's. Only a host that reads the details may be
 * sent them, and of those only what it can tell whose it is.
 */
function withoutForeignState(
  parts: readonly ReasoningPart[],
  { losses, path, quirks, isAnswer }: AssistantRendering,
): readonly ReasoningPart[] {
  if (isAnswer) return parts;
  const readsDetails = quirks.reasoningField === 'reasoning_details';
  const kept = parts.filter(({ opaque }) => opaque === undefined || (readsDetails && isConventional(opaque)));
  if (kept.length < parts.length) {
    const detail = 'Its state is valid only where it was made.';
    losses.push({ field: `${path}.reasoning.opaque`, action: 'dropped', detail });
  }
  return kept;
}

function renderForeignReasoning(
  parts: readonly ReasoningPart[],
  rendering: AssistantRendering,
): Record<string, Json> {
  const { losses, path, quirks, isAnswer } = rendering;
  const field = `${path}.reasoning`;
  if (!isAnswer && quirks.reasoningField !== 'reasoning_details') {
    return renderPlainReasoning(parts, rendering, field);
  }
  const kept = withoutForeignState(parts, rendering);
  if (kept.length === 0) return {};
  losses.push({
    field,
    action: 'emulated',
    detail: 'Reasoning is given in `reasoning_content` and `reasoning_details`.',
  });
  const text = kept.map((part) => part.text).join('');
  return {
    ...(isAnswer && text !== '' && { reasoning_content: text }),
    reasoning_details: kept.map((part, index) => ({ ...renderDetail(part), index })),
  };
}

function renderPlainReasoning(
  parts: readonly ReasoningPart[],
  { losses, quirks }: AssistantRendering,
  field: string,
): Record<string, Json> {
  if (parts.some((part) => part.opaque !== undefined)) {
    losses.push({
      field: `${field}.opaque`,
      action: 'dropped',
      detail: 'Its state is valid only where it was made.',
    });
  }
  const text = parts.map((part) => part.text).join('');
  if (text === '') return {};
  if (quirks.reasoningField === 'none') {
    losses.push({ field, action: 'dropped', detail: `${name} takes no reasoning of earlier turns.` });
    return {};
  }
  return { [quirks.reasoningField]: text };
}

function renderAudio(parts: readonly Part[], { isAnswer }: AssistantRendering): Record<string, Json> {
  const audio = parts.find((part): part is AudioPart => part.type === 'audio');
  if (audio === undefined) return {};
  const { source, id, transcript, expiresAt } = audio;
  const data = source.kind === 'base64' ? source.data : undefined;
  const wire: Record<string, Json> =
    isAnswer || isSpelledBy(audio, name) || data === undefined
      ? known({
          id: id ?? (source.kind === 'reference' ? source.id : undefined),
          data,
          expires_at: expiresAt,
          transcript,
        })
      : known({ id });
  applyAnnotations(wire, audio, name);
  return { audio: wire };
}
