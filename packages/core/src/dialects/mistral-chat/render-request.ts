/** A canonical request becomes one in Mistral's format; what the format cannot say is reported. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  formOf,
  hoistSystem,
  known,
  type Loss,
  type Part,
  type Rendered,
  refuseCounting,
  reportUnsaid,
  type ToolResultPart,
  type Turn,
  type WireCall,
  writeFields,
} from '../../message/index.ts';
import { renderAssistant, renderContent } from './assistant.ts';
import { isPlain, renderChunks } from './parts.ts';
import { renderCallId, renderToolName } from './tool-calls.ts';
import { renderOutputFormat, renderTools } from './tools.ts';
import { efforts, type MistralChatQuirks, name, otherSaidPaths, path, requestFields, tiers } from './wire.ts';

interface Rendering {
  readonly quirks: MistralChatQuirks;
  readonly losses: Loss[];
  /** Whether the request was written in this format, so that its spellings are repeated. */
  readonly isOwn: boolean;
}

const saidPaths: ReadonlySet<string> = new Set([
  ...requestFields.map(([, at]) => at),
  ...otherSaidPaths,
  'reasoning.mode',
  'reasoning.budgetTokens',
]);

export function renderRequest(request: ChatRequest, quirks: MistralChatQuirks): Rendered<WireCall> {
  refuseCounting(request, name);
  const rendering: Rendering = { quirks, losses: [], isOwn: request.dialect === name };
  const { losses, isOwn } = rendering;
  const { system, turns } = isOwn ? request : hoistSystem(request, quirks.systemTurns, losses);
  const body: Record<string, Json> = {
    model: request.model,
    messages: [...renderSystem(system, request, rendering), ...renderTurns(turns, request, rendering)],
    ...writeFields(request, requestFields),
    ...renderStop(request),
    ...renderTools(request, rendering),
    ...(request.outputFormat && { response_format: renderOutputFormat(request.outputFormat, rendering) }),
  };
  if (!isOwn) {
    fitTier(body, losses);
    fitEffort(body, request, losses);
  }
  applyAnnotations(body, request, name);
  losses.push(...reportUnsaid(request, saidPaths, name));
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses };
}

function renderStop(request: ChatRequest): Record<string, Json> {
  const { stop } = request;
  if (stop === undefined) return {};
  return { stop: formOf(request, name, 'stop') === 'text' ? (stop[0] ?? '') : [...stop] };
}

/** A tier of another format means nothing here. */
function fitTier(body: Record<string, Json>, losses: Loss[]): void {
  const tier = body.service_tier;
  if (typeof tier !== 'string' || tiers.has(tier)) return;
  delete body.service_tier;
  losses.push({ field: 'service.tier', action: 'dropped', detail: `\`${tier}\` is no tier of ${name}.` });
}

/** Effort is the only measure here: others become the nearest one. */
function fitEffort(body: Record<string, Json>, { reasoning }: ChatRequest, losses: Loss[]): void {
  const { effort, budgetTokens, mode } = reasoning ?? {};
  const tell = (field: string, action: Loss['action'], detail: string): void => {
    losses.push({ field, action, detail });
  };
  if (effort !== undefined) {
    if (mode !== undefined) tell('reasoning.mode', 'dropped', 'The effort says it here.');
    if (budgetTokens !== undefined) tell('reasoning.budgetTokens', 'dropped', 'The effort says it here.');
    if (efforts.has(effort)) return;
    body.reasoning_effort = 'xhigh';
    tell('reasoning.effort', 'clamped', `\`${effort}\` is sent as \`xhigh\`.`);
    return;
  }
  const emulated = effortFor(mode, budgetTokens);
  if (emulated === undefined) return;
  body.reasoning_effort = emulated;
  const field = budgetTokens === undefined ? 'reasoning.mode' : 'reasoning.budgetTokens';
  tell(field, 'emulated', `Sent as \`reasoning_effort: "${emulated}"\`.`);
  if (budgetTokens !== undefined && mode !== undefined)
    tell('reasoning.mode', 'dropped', 'The effort says it here.');
}

/** The nearest effort for a budget, in the steps by which hosts translate effort into budgets. */
function effortFor(mode: string | undefined, budgetTokens: number | undefined): string | undefined {
  if (mode === 'disabled') return 'none';
  if (budgetTokens === undefined) return mode === undefined ? undefined : 'medium';
  if (budgetTokens <= 2048) return 'low';
  return budgetTokens <= 8192 ? 'medium' : 'high';
}

function renderSystem(
  system: readonly Part[] | undefined,
  request: ChatRequest,
  { losses, quirks, isOwn }: Rendering,
): Json[] {
  if (system === undefined || (system.length === 0 && !isOwn)) return [];
  const form = formOf(request, name, 'system');
  if (form === 'absent') return [{ role: 'system' }];
  if (form === 'empty') return [{ role: 'system', content: '' }];
  const rendering = { losses, path: 'system', isAnswer: false, callIds: quirks.callIds };
  const spelling = { dialect: name, forms: { content: 'list' } };
  const isText = form !== 'list' && system.length === 1 && isPlain(system);
  return [{ role: 'system', ...renderContent(system, isText ? {} : { spelling }, rendering) }];
}

function renderTurns(turns: readonly Turn[], request: ChatRequest, rendering: Rendering): Json[] {
  return turns.flatMap((turn) => {
    const at = `turns[${request.turns.indexOf(turn)}]`;
    const isLast = turn === turns.at(-1);
    return renderTurn(turn, at, { ...rendering, isLast });
  });
}

interface TurnRendering extends Rendering {
  readonly isLast: boolean;
}

function renderTurn(turn: Turn, at: string, rendering: TurnRendering): Json[] {
  const { losses, quirks } = rendering;
  if (turn.role === 'tool')
    return turn.parts.map((result, index) => renderResult(result, `${at}.parts[${index}]`, rendering));
  if (turn.name !== undefined)
    losses.push({ field: `${at}.name`, action: 'dropped', detail: `${name} has no names on messages.` });
  const message = { losses, path: at, isAnswer: false, callIds: quirks.callIds };
  const wire: Record<string, Json> =
    turn.role === 'assistant'
      ? {
          role: 'assistant',
          ...renderAssistant(turn.parts, turn, message),
          ...renderPrefix(turn, rendering),
        }
      : { role: turn.role, ...renderTurnContent(turn, at, message) };
  applyAnnotations(wire, turn, name);
  return [wire];
}

/** Words of a user that came in several parts stay apart. */
function renderTurnContent(
  turn: Turn,
  at: string,
  message: { losses: Loss[]; path: string; isAnswer: boolean; callIds: 'nine' | 'any' },
): Record<string, Json> {
  const isList = turn.parts.length > 1 && formOf(turn, name, 'content') === undefined;
  return isList
    ? { content: renderChunks(turn.parts, at, message) }
    : renderContent(turn.parts, turn, message);
}

/** A conversation may end with the assistant only if the answer continues its words, which is what it means elsewhere. */
function renderPrefix(
  turn: Extract<Turn, { role: 'assistant' }>,
  { isOwn, isLast }: TurnRendering,
): Record<string, Json> {
  if (isOwn || turn.prefix !== undefined) return known({ prefix: turn.prefix });
  return isLast && turn.parts.every((part) => part.type !== 'tool-call') ? { prefix: true } : {};
}

/** Each result is a message of its own, and may hold whatever a user's message may. */
function renderResult(result: ToolResultPart, at: string, { losses, quirks }: Rendering): Json {
  const drop = (field: string, detail: string): void => {
    losses.push({ field: `${at}.${field}`, action: 'dropped', detail });
  };
  if (result.isError) drop('isError', `${name} cannot mark a result as failed.`);
  for (const key of ['cache', 'toolset'] as const)
    if (result[key] !== undefined) drop(key, `${name} has no such field on results.`);
  const rendering = { losses, path: at, isAnswer: false, callIds: quirks.callIds };
  const hasId = formOf(result, name, 'callId') !== 'absent';
  const wire: Record<string, Json> = {
    role: 'tool',
    ...renderContent(result.parts, result, rendering),
    ...(hasId && { tool_call_id: renderCallId(result.callId, `${at}.callId`, rendering) }),
    ...(result.name !== undefined && { name: renderToolName(result.name, result, `${at}.name`, losses) }),
  };
  applyAnnotations(wire, result, name);
  return wire;
}
