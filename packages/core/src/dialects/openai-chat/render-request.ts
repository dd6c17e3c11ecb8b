/** A canonical request becomes a chat completion request; what the format cannot say is reported. */
import { type Json, parseJson } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  formOf,
  isSpelledBy,
  known,
  type Loss,
  type Part,
  present,
  type Rendered,
  refuseCounting,
  reportNews,
  reportResultExtras,
  reportUnsaid,
  type TextPart,
  type Tool,
  type ToolResultPart,
  type Turn,
  type WireCall,
  withoutMedia,
  writeFields,
} from '../../message/index.ts';
import { renderAssistant } from './assistant.ts';
import { renderPart } from './parts.ts';
import { renderId, renderToolName } from './tool-calls.ts';
import { renderFunction, renderOutputFormat, renderTool, renderToolChoice } from './tools.ts';
import {
  name,
  type OpenAiChatQuirks,
  otherSaidPaths,
  path,
  requestFields,
  streamOptionFields,
} from './wire.ts';

interface Rendering {
  readonly quirks: OpenAiChatQuirks;
  readonly losses: Loss[];
  /** Whether the request was written in this format, so that its spellings are repeated. */
  readonly isOwn: boolean;
}

const saidPaths: ReadonlySet<string> = new Set([...requestFields.map(([, path]) => path), ...otherSaidPaths]);

export function renderRequest(request: ChatRequest, quirks: OpenAiChatQuirks): Rendered<WireCall> {
  refuseCounting(request, name);
  const rendering: Rendering = { quirks, losses: [], isOwn: request.dialect === name };
  const body: Record<string, Json> = {
    ...(formOf(request, name, 'model') !== 'path' && { model: request.model }),
    messages: [...renderSystem(request, rendering), ...renderTurns(request, rendering)],
    ...writeFields(request, requestFields),
    ...renderStreamOptions(request, rendering),
    ...renderLimits(request, rendering),
    ...renderReasoning(request, rendering),
    ...renderTools(request, rendering),
    ...(request.outputFormat && {
      response_format: renderOutputFormat(request.outputFormat, rendering.losses),
    }),
  };
  fitTier(body, rendering);
  applyAnnotations(body, request, name);
  reportRest(request, rendering);
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses: rendering.losses };
}

/** Tiers of this format (SDK types, October 2026). */
const tiers: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);

/** A tier of another format means nothing here. */
function fitTier(body: Record<string, Json>, { losses, isOwn }: Rendering): void {
  const tier = body.service_tier;
  if (isOwn || typeof tier !== 'string' || tiers.has(tier)) return;
  delete body.service_tier;
  losses.push({ field: 'service.tier', action: 'dropped', detail: `\`${tier}\` is no tier of ${name}.` });
}

function renderStreamOptions(request: ChatRequest, { quirks, isOwn }: Rendering): Record<string, Json> {
  const options = writeFields(
    request,
    streamOptionFields.map(([wire, at, kind]) => [wire, at, kind]),
  );
  if (!isOwn && request.stream && quirks.askForUsage) options.include_usage = true;
  return Object.keys(options).length === 0 ? {} : { stream_options: options };
}

function renderLimits(request: ChatRequest, { quirks, losses, isOwn }: Rendering): Record<string, Json> {
  const limitField =
    formOf(request, name, 'max_output') ?? (isOwn ? 'max_completion_tokens' : quirks.maxTokensField);
  const stop =
    formOf(request, name, 'stop') === 'text' ? request.stop?.[0] : fitStop(request.stop, losses, isOwn);
  const besides = formOf(request, name, 'max_tokens');
  const topK = request.sampling?.topK;
  const takesTopK = quirks.topK || formOf(request, name, 'top_k') === 'present';
  if (topK !== undefined && !takesTopK) {
    losses.push({ field: 'sampling.topK', action: 'dropped', detail: `${name} has no such field.` });
  }
  return present({
    [limitField]: request.maxOutputTokens,
    ...(besides !== undefined && { max_tokens: Number(besides) }),
    stop: stop as Json | undefined,
    top_k: takesTopK ? topK : undefined,
  });
}

const stopsMax = 4;

function fitStop(stop: readonly string[] | undefined, losses: Loss[], isOwn: boolean) {
  if (isOwn || stop === undefined || stop.length <= stopsMax) return stop;
  losses.push({ field: 'stop', action: 'clamped', detail: `Only the first ${stopsMax} are sent.` });
  return stop.slice(0, stopsMax);
}

function renderReasoning(request: ChatRequest, { losses }: Rendering): Record<string, Json> {
  const { effort, budgetTokens, mode } = request.reasoning ?? {};
  const drop = (field: string): void => {
    losses.push({ field, action: 'dropped', detail: 'The effort says it here.' });
  };
  const form = formOf(request, name, 'reasoning');
  if (form === 'reasoning') {
    const enabled = mode === undefined ? undefined : mode === 'enabled';
    return { reasoning: known({ effort, max_tokens: budgetTokens, enabled }) };
  }
  if (form === 'thinking') return { thinking: known({ type: mode, budget_tokens: budgetTokens }) };
  if (effort !== undefined) {
    if (mode !== undefined) drop('reasoning.mode');
    if (budgetTokens !== undefined) drop('reasoning.budgetTokens');
    return { reasoning_effort: effort };
  }
  const emulated = effortFor(mode, budgetTokens);
  if (emulated === undefined) return {};
  const field = budgetTokens === undefined ? 'reasoning.mode' : 'reasoning.budgetTokens';
  losses.push({ field, action: 'emulated', detail: `Sent as \`reasoning_effort: "${emulated}"\`.` });
  return { reasoning_effort: emulated };
}

/** The nearest effort for a budget, in the steps by which hosts translate effort into budgets. */
function effortFor(mode: string | undefined, budgetTokens: number | undefined): string | undefined {
  if (mode === 'disabled') return 'none';
  if (budgetTokens === undefined) return mode === undefined ? undefined : 'medium';
  if (budgetTokens <= 2048) return 'low';
  return budgetTokens <= 8192 ? 'medium' : 'high';
}

function renderTools(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const { tools, toolChoice } = request;
  const form = formOf(request, name, 'tools');
  const besides = formOf(request, name, 'function_call');
  const wire = tools
    ?.filter((tool) => !isLegacyFunction(tool))
    .map((tool, index) => renderTool(tool, index, rendering))
    .filter((tool) => tool !== undefined);
  return {
    ...(wire !== undefined && form !== 'functions' && { tools: wire }),
    ...(form !== undefined && {
      functions: (tools ?? []).filter(isLegacyFunction).map(renderLegacyFunction),
    }),
    ...(toolChoice !== undefined && renderToolChoice(toolChoice, rendering.losses)),
    ...(besides !== undefined && { function_call: parseJson(besides) }),
  };
}

function isLegacyFunction(tool: Tool): boolean {
  return formOf(tool, name, 'field') === 'functions';
}

function renderLegacyFunction(tool: Tool): Json {
  if (tool.type !== 'function') return {};
  const wire = renderFunction(tool, tool.name);
  applyAnnotations(wire, tool, name);
  return wire;
}

function renderSystem(request: ChatRequest, rendering: Rendering): Json[] {
  const { system } = request;
  if (system === undefined || (system.length === 0 && !rendering.isOwn)) return [];
  const role =
    formOf(request, name, 'system_role') ?? (rendering.isOwn ? 'system' : rendering.quirks.systemRole);
  const message: Record<string, Json> = { role, ...renderSystemContent(system, request, rendering) };
  return [message];
}

function renderSystemContent(
  system: readonly TextPart[],
  request: ChatRequest,
  rendering: Rendering,
): Record<string, Json> {
  const form = formOf(request, name, 'system');
  if (form === 'absent') return {};
  const isPlain = system.length === 1 && system[0]?.cache === undefined;
  if (form === 'text' || (form === undefined && isPlain))
    return { content: system.map((part) => part.text).join('') };
  return { content: renderParts(system, 'system', rendering) };
}

function renderTurns(request: ChatRequest, rendering: Rendering): Json[] {
  return request.turns.flatMap((turn, index) => renderTurn(turn, `turns[${index}]`, rendering));
}

function renderTurn(turn: Turn, at: string, rendering: Rendering): Json[] {
  if (turn.role === 'tool') return renderResults(turn.parts, at, rendering);
  const wire: Record<string, Json> =
    turn.role === 'assistant'
      ? {
          role: 'assistant',
          ...renderAssistant(turn.parts, turn, { ...rendering, path: at, isAnswer: false }),
          ...known({ name: turn.name }),
        }
      : {
          role: roleOf(turn, rendering),
          ...renderContent(turn, at, rendering),
          ...known({ name: turn.name }),
        };
  applyAnnotations(wire, turn, name);
  return [wire];
}

function roleOf(turn: Turn, { quirks, isOwn }: Rendering): string {
  if (turn.role !== 'system') return turn.role;
  return formOf(turn, name, 'role') ?? (isOwn ? 'system' : quirks.systemRole);
}

function renderContent(turn: Turn | ToolResultPart, at: string, rendering: Rendering): Record<string, Json> {
  const form = formOf(turn, name, 'content');
  const [only] = turn.parts;
  if (form === 'absent' || (turn.spelling?.dialect === name && turn.spelling.nulls?.includes('content')))
    return {};
  const isPlain = turn.parts.length === 1 && only?.type === 'text' && only.cache === undefined;
  if (form !== 'list' && isPlain) {
    renderPart(only, at, rendering);
    return { content: only.text };
  }
  return { content: renderParts(turn.parts, at, rendering) };
}

function renderParts(parts: readonly Part[], at: string, rendering: Rendering): Json[] {
  return parts
    .map((part, index) => renderPart(part, `${at}.parts[${index}]`, rendering))
    .filter((part) => part !== undefined);
}

/** Each result is a message of its own; images, which they cannot hold, follow in a user message. */
function renderResults(results: readonly ToolResultPart[], at: string, rendering: Rendering): Json[] {
  const moved: Part[] = [];
  const messages = results.map((result, index) =>
    renderResult(result, `${at}.parts[${index}]`, rendering, moved),
  );
  if (moved.length === 0) return messages;
  return [...messages, { role: 'user', content: renderParts(moved, at, rendering) }];
}

function renderResult(result: ToolResultPart, at: string, rendering: Rendering, moved: Part[]): Json {
  const { losses } = rendering;
  reportResultExtras(result, at, name, losses);
  const kept = keptParts(result, at, rendering, moved);
  const isFunction = formOf(result, name, 'role') === 'function';
  const wire: Record<string, Json> = {
    role: isFunction ? 'function' : 'tool',
    ...(!isFunction && renderId('tool_call_id', result.callId, formOf(result, name, 'callId'))),
    ...renderContent({ ...result, parts: kept }, at, rendering),
    ...(result.name !== undefined && { name: renderToolName(result.name, result, losses, at) }),
  };
  applyAnnotations(wire, result, name);
  return wire;
}

function keptParts(
  result: ToolResultPart,
  at: string,
  { quirks, losses }: Rendering,
  moved: Part[],
): readonly Part[] {
  const takesAll = quirks.imagesInToolResults || formOf(result, name, 'content') === 'list';
  const kept = takesAll ? result.parts : withoutMedia(result, at, moved, losses);
  return kept.length === 0 && !isSpelledBy(result, name) ? [{ type: 'text', text: '' }] : kept;
}

const reasoningGroup: ReadonlySet<string> = new Set(['reasoning.budgetTokens', 'reasoning.mode']);

/** Everything the request says that no function above has said. Reasoning reports its own emulation. */
function reportRest(request: ChatRequest, { losses }: Rendering): void {
  const unsaid = reportUnsaid(request, saidPaths, name).filter(
    ({ field }) => !reasoningGroup.has(field) && field !== 'sampling.topK',
  );
  reportNews(losses, unsaid);
}
