/**
 * An assistant message, both ways: the same object stands in requests (earlier turns) and in answers. Reasoning, text and
 * calls have fields of their own, so their order among each other is fixed here.
 */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  formOf,
  type Loss,
  type Part,
  type Reading,
  reportOrder,
  type ToolCallPart,
  type WireObject,
} from '../../message/index.ts';
import { reportReasoning } from '../ollama-parts.ts';
import { parseContent, renderContent } from './parts.ts';
import { parseToolCalls, renderToolCall } from './tool-calls.ts';
import { name } from './wire.ts';

export function parseAssistant(wire: WireObject, forms: Record<string, string>, reading: Reading): Part[] {
  const thinking = wire.string('thinking');
  if (thinking === '') forms.thinking = 'empty';
  return [
    ...(thinking ? [{ type: 'reasoning', text: thinking } as const] : []),
    ...parseContent(wire, forms),
    ...parseToolCalls(wire, forms, reading),
  ];
}

export interface AssistantRendering {
  readonly losses: Loss[];
  readonly path: string;
  /** Answers number their calls. */
  readonly isAnswer: boolean;
  readonly hasCallIds: boolean;
}

export function renderAssistant(
  parts: readonly Part[],
  node: Annotated | undefined,
  rendering: AssistantRendering,
): Record<string, Json> {
  const form = (field: string): string | undefined => formOf(node, name, field);
  reportOrder(parts, rendering.path, rendering.losses);
  const calls = renderCalls(parts, rendering);
  return {
    ...renderContent(parts, form, { ...rendering, isAssistant: true }),
    ...renderThinking(parts, form('thinking'), rendering),
    ...((calls.length > 0 || form('tool_calls') === 'empty') && { tool_calls: calls }),
  };
}

function renderCalls(
  parts: readonly Part[],
  { losses, path, isAnswer, hasCallIds }: AssistantRendering,
): Json[] {
  const calls: Json[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.type !== 'tool-call') continue;
    const field = `${path}.parts[${index}]`;
    if (part.hosted !== undefined) reportHosted(part, field, losses);
    else {
      const position = isAnswer ? { position: calls.length } : {};
      calls.push(renderToolCall(part, { losses, field, hasId: hasCallIds, ...position }));
    }
  }
  return calls;
}

export function reportHosted(
  { name: called }: Pick<ToolCallPart, 'name'>,
  field: string,
  losses: Loss[],
): void {
  losses.push({ field, action: 'dropped', detail: `The call of \`${called}\` was run by the provider.` });
}

function renderThinking(
  parts: readonly Part[],
  form: string | undefined,
  { losses, path }: AssistantRendering,
): Record<string, Json> {
  let thinking = '';
  for (const [index, part] of parts.entries()) {
    if (part.type !== 'reasoning') continue;
    reportReasoning(part, `${path}.parts[${index}]`, losses);
    thinking += part.text;
  }
  if (thinking !== '') return { thinking };
  return form === 'empty' ? { thinking: '' } : {};
}
