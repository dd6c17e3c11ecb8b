/**
 * An assistant message, both ways: the same object stands in requests (earlier turns) and in answers. Text and thinking
 * are blocks; the plan in front of tool calls is a field of its own, which everyone else knows as text.
 */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  type Citation,
  formOf,
  isSpelledBy,
  type Part,
  type Reading,
  type TextPart,
  type ToolCallPart,
  WireObject,
} from '../../message/index.ts';
import { parseCitation, placeOf, renderCitation } from './citations.ts';
import { parseContent, renderPart } from './parts.ts';
import type { Rendering } from './rendering.ts';
import { parseToolCall, renderToolCall } from './tool-calls.ts';
import { name } from './wire.ts';

/** The spelling of a plan; a stream says the same. */
export const planSpelling = { spelling: { dialect: name, forms: { field: 'tool_plan' } } } as const;

export function isPlan(node: Annotated): boolean {
  return formOf(node, name, 'field') === 'tool_plan';
}

export interface AssistantMessage {
  readonly parts: Part[];
  /** Spellings of the message; the caller joins them with its own and asks the wire object for annotations. */
  readonly forms: Record<string, string>;
}

export function parseAssistant(wire: WireObject, reading: Reading): AssistantMessage {
  wire.constant('role', 'assistant');
  const forms: Record<string, string> = {};
  const content = parseContent(wire, forms, reading);
  const parts = [...content];
  const plan = wire.string('tool_plan');
  if (plan === '') forms.tool_plan = 'empty';
  else if (plan !== undefined) parts.push({ type: 'text', text: plan, ...planSpelling });
  const calls = wire.list('tool_calls');
  if (calls?.length === 0) forms.tool_calls = 'empty';
  for (const [index, call] of (calls ?? []).entries()) {
    const path = `${wire.fieldPath('tool_calls')}[${index}]`;
    parts.push(parseToolCall(WireObject.open(call, path, reading)));
  }
  attachCitations(wire, parts, { content: content.length, forms });
  return { parts, forms };
}

interface Attaching {
  /** How many of the parts stood in the content. */
  readonly content: number;
  readonly forms: Record<string, string>;
}

/** Each citation goes to the text that it is about. Where there is no text they stay what they are on the wire. */
function attachCitations(wire: WireObject, parts: Part[], { content, forms }: Attaching): void {
  const list = wire.peek('citations');
  const isHomeless = Array.isArray(list) && list.length > 0 && !parts.some((part) => part.type === 'text');
  if (isHomeless) return;
  const citations = wire.list('citations');
  if (citations?.length === 0) forms.citations = 'empty';
  for (const citation of citations ?? []) {
    const at = textAt(parts, content, placeOf(citation));
    const part = parts[at] as TextPart;
    parts[at] = { ...part, citations: [...(part.citations ?? []), parseCitation(citation)] };
  }
}

function textAt(parts: readonly Part[], content: number, place: number | 'plan' | undefined): number {
  if (place === 'plan' && parts[content]?.type === 'text') return content;
  if (typeof place === 'number' && place < content && parts[place]?.type === 'text') return place;
  return parts.findIndex((part) => part.type === 'text');
}

/** Everything but the role, in the order in which the format lists it. */
export function renderAssistant(
  parts: readonly Part[],
  { node, field }: { readonly node: Annotated; readonly field: string },
  rendering: Rendering,
): Record<string, Json> {
  const form = (key: string): string | undefined => formOf(node, name, key);
  const placed = parts.map((part, index) => ({ part, at: `${field}.parts[${index}]` }));
  const plans = placed.filter(({ part }) => isPlanHere(part, parts, rendering));
  const calls = placed.filter((entry): entry is Placed<ToolCallPart> => entry.part.type === 'tool-call');
  const content = placed.filter((entry) => entry.part.type !== 'tool-call' && !plans.includes(entry));
  reportOrder(parts, field, rendering);
  const wireCalls = calls
    .map(({ part, at }) => renderToolCall(part, at, rendering))
    .filter((call) => call !== undefined);
  const plan = plans.map(({ part }) => (part as TextPart).text).join('');
  for (const { part, at } of plans) {
    if ((part as TextPart).cache !== undefined)
      rendering.losses.push({
        field: `${at}.cache`,
        action: 'dropped',
        detail: `${name} has no cache marks.`,
      });
  }
  return {
    ...renderContent(content, { node, hasCalls: wireCalls.length > 0 || plan !== '' }, rendering),
    ...(plan !== '' && { tool_plan: plan }),
    ...(plan === '' && form('tool_plan') === 'empty' && { tool_plan: '' }),
    ...((wireCalls.length > 0 || form('tool_calls') === 'empty') && { tool_calls: wireCalls }),
    ...renderCitations([...content, ...plans], form('citations'), rendering),
  };
}

interface Placed<Of extends Part = Part> {
  readonly part: Of;
  readonly at: string;
}

/**
 * What stood in the plan goes there again. In front of calls of another format's turn it is where this format expects
 * text; an answer does not know yet whether calls will follow.
 */
function isPlanHere(part: Part, parts: readonly Part[], { isOwn, isAnswer, quirks }: Rendering): boolean {
  if (part.type !== 'text') return false;
  if (isPlan(part)) return true;
  const wantsPlan = !isOwn && !isAnswer && quirks.textBesideCalls === 'tool_plan' && part.text !== '';
  return wantsPlan && parts.some(({ type }) => type === 'tool-call');
}

function renderContent(
  content: readonly Placed[],
  { node, hasCalls }: { readonly node: Annotated; readonly hasCalls: boolean },
  rendering: Rendering,
): Record<string, Json> {
  const form = formOf(node, name, 'content');
  const isSaid = content.length > 0 || form === 'list' || form === 'text';
  if (!isSaid) {
    // A message of this format says by its spelling whether an empty content was null or left out.
    if (isSpelledBy(node, name) || hasCalls || rendering.isAnswer) return {};
    return { content: '' };
  }
  const list = content
    .filter(({ part }) => rendering.isOwn || part.type !== 'text' || part.text !== '')
    .map(({ part, at }) => renderPart(part, { holder: 'assistant', field: at }, rendering))
    .filter((block) => block !== undefined);
  const isPlain = form === undefined && !rendering.isAnswer && list.length <= 1;
  const text = list.map((block) => (block.type === 'text' ? block.text : undefined));
  if ((form === 'text' || isPlain) && text.every((piece) => typeof piece === 'string')) {
    const isHollow = text.length === 0 && hasCalls && form === undefined;
    return isHollow ? {} : { content: text.join('') };
  }
  return list.length === 0 && form === undefined && !rendering.isOwn ? {} : { content: list };
}

function renderCitations(
  placed: readonly Placed[],
  form: string | undefined,
  { losses }: Rendering,
): Record<string, Json> {
  const citations = placed.flatMap(({ part, at }) =>
    part.type !== 'text'
      ? []
      : (part.citations ?? []).map((citation): readonly [Citation, string] => [citation, `${at}.citations`]),
  );
  const wire = citations
    .map(([citation, at]) => renderCitation(citation, at, losses))
    .filter((citation) => citation !== undefined);
  if (wire.length > 0) return { citations: wire };
  return form === 'empty' ? { citations: [] } : {};
}

/** The format cannot say that text came after tool calls. */
function reportOrder(parts: readonly Part[], field: string, { losses }: Rendering): void {
  const firstCall = parts.findIndex(({ type }) => type === 'tool-call');
  if (firstCall < 0 || parts.slice(firstCall).every(({ type }) => type === 'tool-call')) return;
  const detail = 'Text and tool calls are told apart, not in order.';
  losses.push({ field: `${field}.parts`, action: 'emulated', detail });
}
