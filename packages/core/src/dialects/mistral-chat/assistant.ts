/**
 * An assistant message, both ways: the same object stands in requests (earlier turns) and in answers. Its content is a
 * text or a list of chunks; tool calls stand apart from it.
 */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  formOf,
  isSpelledBy,
  type Loss,
  type Part,
  type Reading,
  type ToolCallPart,
  WireObject,
} from '../../message/index.ts';
import { isPlain, parseChunks, renderChunks, renderPart } from './parts.ts';
import { parseToolCall, renderToolCall } from './tool-calls.ts';
import { name } from './wire.ts';

export interface ParsedMessage {
  readonly parts: Part[];
  /** Spellings of the message; the caller joins them with its own and asks the wire object for annotations. */
  readonly forms: Record<string, string>;
}

/** `content` of any message: a text, a list, null or left out. */
export function parseContent(wire: WireObject, reading: Reading): ParsedMessage {
  const forms: Record<string, string> = {};
  const content = wire.peek('content');
  if (Array.isArray(content)) {
    wire.consume('content');
    forms.content = 'list';
    return { parts: parseChunks(content as readonly Json[], wire.fieldPath('content'), reading), forms };
  }
  if (content === undefined) forms.content = 'absent';
  const text = wire.string('content');
  if (text === '') forms.content = 'empty';
  return { parts: text === undefined || text === '' ? [] : [{ type: 'text', text }], forms };
}

export function parseAssistant(wire: WireObject, reading: Reading): ParsedMessage {
  wire.constant('role', 'assistant');
  const { parts, forms } = parseContent(wire, reading);
  const calls = wire.list('tool_calls');
  if (calls?.length === 0) forms.tool_calls = 'empty';
  for (const [position, call] of (calls ?? []).entries()) {
    const path = `${wire.fieldPath('tool_calls')}[${position}]`;
    parts.push(parseToolCall(WireObject.open(call, path, reading), position));
  }
  return { parts, forms };
}

export interface MessageRendering {
  readonly losses: Loss[];
  readonly path: string;
  readonly isAnswer: boolean;
  readonly callIds: 'nine' | 'any';
}

/** `content` of any message: one text where that says it all, else a list. */
export function renderContent(
  parts: readonly Part[],
  node: Annotated,
  rendering: MessageRendering,
): Record<string, Json> {
  const { path, losses } = rendering;
  const form = formOf(node, name, 'content');
  const content = parts.filter((part) => part.type !== 'tool-call');
  if (form === 'list') return { content: renderChunks(content, path, rendering) };
  if (content.length === 0 && isSpelledBy(node, name)) return form === 'empty' ? { content: '' } : {};
  if (!isPlain(content)) return { content: collapsed(renderChunks(content, path, rendering)) };
  // Told for what a text cannot have, such as cache marks.
  for (const [index, part] of content.entries())
    renderPart(part, `${path}.parts[${index}]`, { ...rendering, losses });
  return { content: content.map((part) => (part.type === 'text' ? part.text : '')).join('') };
}

/** A refusal told as text needs no list. */
function collapsed(chunks: Json[]): Json {
  const [only] = chunks as { type: string; text?: string }[];
  const isText = chunks.length === 1 && only?.type === 'text' && Object.keys(only).length === 2;
  if (chunks.length === 0) return '';
  return isText ? (only.text as string) : chunks;
}

/** Everything but the role, in the order in which the format lists it. */
export function renderAssistant(
  parts: readonly Part[],
  node: Annotated,
  rendering: MessageRendering,
): Record<string, Json> {
  reportOrder(parts, rendering);
  const { content, ...rest } = renderContent(parts, node, rendering);
  const calls = parts.filter((part): part is ToolCallPart => part.type === 'tool-call');
  const wire = calls
    .map((call, position) =>
      renderToolCall(call, `${rendering.path}.parts[${parts.indexOf(call)}]`, { ...rendering, position }),
    )
    .filter((call) => call !== undefined);
  return {
    ...(content !== undefined && { content }),
    ...rest,
    ...(wire.length > 0 && { tool_calls: wire }),
    ...(wire.length === 0 && formOf(node, name, 'tool_calls') === 'empty' && { tool_calls: [] }),
  };
}

/** The format cannot say that something came after a tool call. */
function reportOrder(parts: readonly Part[], { losses, path }: MessageRendering): void {
  const first = parts.findIndex((part) => part.type === 'tool-call');
  if (first < 0 || parts.slice(first).every((part) => part.type === 'tool-call')) return;
  losses.push({
    field: `${path}.parts`,
    action: 'emulated',
    detail: 'Content and tool calls are told apart, not in order.',
  });
}
