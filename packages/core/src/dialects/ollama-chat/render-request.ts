/** A canonical request becomes a chat of Ollama; what the format cannot say is reported. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  formOf,
  type Loss,
  type Part,
  present,
  type Rendered,
  refuseCounting,
  reportNews,
  reportResultExtras,
  reportUnsaid,
  type ToolResultPart,
  type Turn,
  type WireCall,
  withoutMedia,
  writeFields,
} from '../../message/index.ts';
import { reportText } from '../ollama-parts.ts';
import { optionFields, renderFormat, renderOptions, renderStream, renderThink } from '../ollama-request.ts';
import { renderAssistant } from './assistant.ts';
import { renderContent } from './parts.ts';
import { renderTools } from './tools.ts';
import { name, type OllamaChatQuirks, otherSaidPaths, path, requestFields } from './wire.ts';

interface Rendering {
  readonly quirks: OllamaChatQuirks;
  readonly losses: Loss[];
  /** Whether the request was written in this format, so that its spellings are repeated. */
  readonly isOwn: boolean;
  /** Names of the tools that were called so far, by the id of the call. */
  readonly called: Map<string, string>;
}

const saidPaths: ReadonlySet<string> = new Set([
  ...[...requestFields, ...optionFields].map(([, at]) => at),
  ...otherSaidPaths,
]);

export function renderRequest(request: ChatRequest, quirks: OllamaChatQuirks): Rendered<WireCall> {
  refuseCounting(request, name);
  const losses: Loss[] = [];
  const isOwn = request.dialect === name;
  const rendering: Rendering = { quirks, losses, isOwn, called: new Map() };
  const messages = [
    ...renderSystem(request, rendering),
    ...request.turns.flatMap((turn, index) => renderTurn(turn, `turns[${index}]`, rendering)),
  ];
  const isLoading = messages.length === 0 && formOf(request, name, 'messages') === 'absent';
  const body: Record<string, Json> = present({
    model: request.model,
    messages: isLoading ? undefined : messages,
    stream: renderStream(request, name),
    ...writeFields(request, requestFields),
    options: renderOptions(request),
    think: renderThink(request, { thinkLevels: quirks.thinkLevels, losses, isOwn }),
    format: renderFormat(request, losses) ?? (formOf(request, name, 'format') === 'empty' ? '' : undefined),
    ...renderTools(request, losses),
  });
  applyAnnotations(body, request, name);
  reportNews(losses, reportUnsaid(request, saidPaths, name));
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses };
}

function renderSystem({ system }: ChatRequest, { losses, isOwn }: Rendering): Json[] {
  if (system === undefined || (system.length === 0 && !isOwn)) return [];
  for (const [index, part] of system.entries()) reportText(part, `system[${index}]`, losses, name);
  return [{ role: 'system', content: system.map((part) => part.text).join('') }];
}

function renderTurn(turn: Turn, at: string, rendering: Rendering): Json[] {
  if (turn.role === 'tool') return renderResults(turn.parts, at, rendering);
  const { losses, quirks } = rendering;
  if (turn.name !== undefined)
    losses.push({ field: `${at}.name`, action: 'dropped', detail: `${name} has no names on messages.` });
  const place = { losses, path: at };
  const form = (field: string): string | undefined => formOf(turn, name, field);
  if (turn.role === 'assistant') noteCalls(turn.parts, rendering);
  const said =
    turn.role === 'assistant'
      ? renderAssistant(turn.parts, turn, { ...place, isAnswer: false, hasCallIds: quirks.callIds })
      : renderContent(turn.parts, form, place);
  const wire: Record<string, Json> = { role: turn.role, ...said };
  applyAnnotations(wire, turn, name);
  return [wire];
}

function noteCalls(parts: readonly Part[], { called }: Rendering): void {
  for (const part of parts) if (part.type === 'tool-call') called.set(part.id, part.name);
}

/** Each result is a message of its own; media, which it cannot hold, follow in a user message. */
function renderResults(results: readonly ToolResultPart[], at: string, rendering: Rendering): Json[] {
  const moved: Part[] = [];
  const messages = results.map((result, index) =>
    renderResult(result, `${at}.parts[${index}]`, rendering, moved),
  );
  if (moved.length === 0) return messages;
  const place = { losses: rendering.losses, path: at };
  return [...messages, { role: 'user', ...renderContent(moved, () => undefined, place) }];
}

function renderResult(result: ToolResultPart, at: string, rendering: Rendering, moved: Part[]): Json {
  const { losses, quirks, called, isOwn } = rendering;
  reportResultExtras(result, at, name, losses);
  const form = (field: string): string | undefined => formOf(result, name, field);
  const kept = isOwn ? result.parts : withoutMedia(result, at, moved, losses);
  const wire = present({
    role: 'tool',
    ...renderContent(kept, form, { losses, path: at }),
    // Templates know a result by its tool; other formats know it by its call.
    tool_name: form('name') === 'absent' ? undefined : (result.name ?? called.get(result.callId)),
    tool_call_id: quirks.callIds && form('callId') !== 'absent' ? result.callId : undefined,
  });
  applyAnnotations(wire, result, name);
  return wire;
}
