/** A canonical request becomes a chat request; what the format cannot say is reported. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  formOf,
  isSpelledBy,
  known,
  type Part,
  present,
  type Reasoning,
  type Rendered,
  refuseCounting,
  renderName,
  reportUnsaid,
  type ToolResultPart,
  type Turn,
  type WireCall,
  type WireField,
  writeFields,
} from '../../message/index.ts';
import { renderAssistant } from './assistant.ts';
import { type Holder, renderPart } from './parts.ts';
import { drop, type Rendering } from './rendering.ts';
import { renderOutputFormat, renderTools } from './tools.ts';
import { isVersion1, renderRequest1 } from './version-1-request.ts';
import {
  type CohereChatQuirks,
  maxStops,
  name,
  otherSaidPaths,
  path,
  ranges,
  requestFields,
  thinkingFields,
  toolNameRule,
  version1Path,
} from './wire.ts';

const saidPaths: ReadonlySet<string> = new Set([
  ...[...requestFields, ...thinkingFields].map(([, at]) => at),
  ...otherSaidPaths,
]);

export function renderRequest(request: ChatRequest, quirks: CohereChatQuirks): Rendered<WireCall> {
  refuseCounting(request, name);
  const rendering: Rendering = { quirks, losses: [], isOwn: request.dialect === name, isAnswer: false };
  const isEarly = rendering.isOwn && isVersion1(request);
  const body = isEarly ? renderRequest1(request, rendering) : renderBody(request, rendering);
  applyAnnotations(body, request, name);
  rendering.losses.push(...reportUnsaid(request, saidPaths, name));
  const at = isEarly ? version1Path : path;
  return { value: { method: 'POST', path: at, query: {}, headers: {}, body }, losses: rendering.losses };
}

function renderBody(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const { outputFormat } = request;
  return {
    model: request.model,
    messages: [...renderSystem(request, rendering), ...renderTurns(request.turns, rendering)],
    ...fitNumbers(writeFields(request, requestFields), rendering),
    ...renderThinking(request, rendering),
    ...renderTools(request, rendering),
    ...(outputFormat !== undefined && { response_format: renderOutputFormat(outputFormat, rendering) }),
  };
}

const pathOf: ReadonlyMap<string, WireField[1]> = new Map(requestFields.map(([field, at]) => [field, at]));

/** Other formats allow more than this one does: nearest value, and the first of the stop sequences. */
function fitNumbers(wire: Record<string, Json>, { losses, isOwn }: Rendering): Record<string, Json> {
  if (isOwn) return wire;
  const fitted = { ...wire };
  for (const [field, [min, max]] of Object.entries(ranges)) {
    const value = wire[field];
    if (typeof value !== 'number' || (value >= min && value <= max)) continue;
    fitted[field] = Math.min(Math.max(value, min), max);
    const detail = `${value} is sent as ${fitted[field]}, the nearest here.`;
    losses.push({ field: pathOf.get(field) as string, action: 'clamped', detail });
  }
  const { stop_sequences: stops } = wire;
  if (Array.isArray(stops) && stops.length > maxStops) {
    fitted.stop_sequences = (stops as readonly Json[]).slice(0, maxStops);
    losses.push({ field: 'stop', action: 'clamped', detail: `Only the first ${maxStops} are sent.` });
  }
  return fitted;
}

function renderThinking(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const { reasoning } = request;
  if (reasoning === undefined) return {};
  const fitted = rendering.isOwn ? reasoning : fitReasoning(reasoning, rendering);
  const thinking = known({ type: fitted?.mode, token_budget: fitted?.budgetTokens });
  return Object.keys(thinking).length === 0 ? {} : { thinking };
}

const budgetByEffort: Readonly<Record<string, number>> = {
  minimal: 512,
  low: 1024,
  medium: 4096,
  high: 16384,
  xhigh: 32768,
  max: 65536,
};

/** What another format asks of reasoning, in the words of this one: on or off, and a budget. */
function fitReasoning(reasoning: Reasoning, rendering: Rendering): Reasoning | undefined {
  const { effort, budgetTokens, mode } = reasoning;
  const emulate = (field: string, detail: string): void => {
    rendering.losses.push({ field: `reasoning.${field}`, action: 'emulated', detail });
  };
  if (effort === 'none' || mode === 'disabled') {
    if (effort !== undefined) emulate('effort', 'Thinking is disabled.');
    return { mode: 'disabled' };
  }
  if (mode !== undefined && mode !== 'enabled') emulate('mode', `\`${mode}\` is sent as \`enabled\`.`);
  if (budgetTokens !== undefined) {
    if (effort !== undefined) drop(rendering, 'reasoning.effort', 'The budget says it more exactly.');
    return { mode: 'enabled', budgetTokens };
  }
  if (effort === undefined) return mode === undefined ? undefined : { mode: 'enabled' };
  const budget = budgetByEffort[effort] ?? 4096;
  emulate('effort', `Sent as a budget of ${budget} tokens.`);
  return { mode: 'enabled', budgetTokens: budget };
}

function renderSystem(request: ChatRequest, rendering: Rendering): Json[] {
  const { system } = request;
  if (system === undefined || (system.length === 0 && !rendering.isOwn)) return [];
  const form = formOf(request, name, 'system');
  if (form === 'absent') return [{ role: 'system' }];
  return [
    { role: 'system', content: renderContent(system, { holder: 'system', at: 'system', form }, rendering) },
  ];
}

function renderTurns(turns: readonly Turn[], rendering: Rendering): Json[] {
  return turns.flatMap((turn, index) => renderTurn(turn, `turns[${index}]`, rendering));
}

function renderTurn(turn: Turn, at: string, rendering: Rendering): Json[] {
  if (turn.role === 'tool') return renderResults(turn.parts, at, rendering);
  if (turn.name !== undefined) drop(rendering, `${at}.name`, `${name} has no names on messages.`);
  const form = formOf(turn, name, 'content');
  const isUnsaid =
    form === 'absent' || (isSpelledBy(turn, name) && turn.parts.length === 0 && form === undefined);
  const wire: Record<string, Json> =
    turn.role === 'assistant'
      ? { role: turn.role, ...renderAssistant(turn.parts, { node: turn, field: at }, rendering) }
      : {
          role: turn.role,
          ...(!isUnsaid && {
            content: renderContent(turn.parts, { holder: turn.role, at, form }, rendering),
          }),
        };
  applyAnnotations(wire, turn, name);
  return [wire];
}

interface ContentPlace {
  readonly holder: Holder;
  readonly at: string;
  readonly form: string | undefined;
}

/** Text alone is written plainly, as most clients do; anything more as a list. */
function renderContent(
  parts: readonly Part[],
  { holder, at, form }: ContentPlace,
  rendering: Rendering,
): Json {
  const list = parts
    .map((part, index) => renderPart(part, { holder, field: `${at}.parts[${index}]` }, rendering))
    .filter((block) => block !== undefined);
  const [only, ...others] = list;
  const isPlain = form === 'text' || (form === undefined && others.length === 0 && !rendering.isOwn);
  if (!isPlain || (only !== undefined && only.type !== 'text')) return list;
  return list.map(({ text }) => (typeof text === 'string' ? text : '')).join('');
}

/** Each result is a message of its own; images, which they cannot hold, follow in a user message. */
function renderResults(results: readonly ToolResultPart[], at: string, rendering: Rendering): Json[] {
  const moved: Part[] = [];
  const messages = results.map((result, index) =>
    renderResult(result, { at: `${at}.parts[${index}]`, moved }, rendering),
  );
  if (moved.length === 0) return messages;
  const content = moved
    .map((part) => renderPart(part, { holder: 'user', field: `${at}.parts` }, rendering))
    .filter((block) => block !== undefined);
  return content.length === 0 ? messages : [...messages, { role: 'user', content }];
}

function renderResult(
  result: ToolResultPart,
  { at, moved }: { readonly at: string; readonly moved: Part[] },
  rendering: Rendering,
): Json {
  reportResultExtras(result, at, rendering);
  const form = formOf(result, name, 'content');
  const kept = keptParts(result, { at, moved }, rendering);
  const place = { form: formOf(result, name, 'name'), rule: toolNameRule, field: `${at}.name` };
  const isUnsaid =
    form === 'absent' || (isSpelledBy(result, name) && kept.length === 0 && form === undefined);
  const wire = present({
    role: 'tool',
    tool_call_id: formOf(result, name, 'callId') === 'absent' ? undefined : result.callId,
    name:
      result.name !== undefined && rendering.isOwn
        ? renderName(result.name, place, rendering.losses)
        : undefined,
    content: isUnsaid ? undefined : renderContent(kept, { holder: 'tool', at, form }, rendering),
  });
  applyAnnotations(wire, result, name);
  return wire;
}

function reportResultExtras(result: ToolResultPart, at: string, rendering: Rendering): void {
  if (result.isError) drop(rendering, `${at}.isError`, `${name} cannot mark a result as failed.`);
  if (result.cache !== undefined) drop(rendering, `${at}.cache`, `${name} has no cache marks.`);
  if (result.toolset !== undefined) drop(rendering, `${at}.toolset`, `${name} has no such field on results.`);
  if (result.name !== undefined && !rendering.isOwn)
    drop(rendering, `${at}.name`, `${name} has no names on results.`);
}

const resultTypes: ReadonlySet<Part['type']> = new Set(['text', 'document']);

function keptParts(
  result: ToolResultPart,
  { at, moved }: { readonly at: string; readonly moved: Part[] },
  { losses, isOwn }: Rendering,
): readonly Part[] {
  if (isOwn || result.parts.every(({ type }) => resultTypes.has(type))) return result.parts;
  moved.push(...result.parts.filter(({ type }) => !resultTypes.has(type)));
  const detail = 'Media of a tool result follow in a user message.';
  losses.push({ field: `${at}.parts`, action: 'emulated', detail });
  const kept = result.parts.filter(({ type }) => resultTypes.has(type));
  return kept.length > 0 ? kept : [{ type: 'text', text: `The result of call ${result.callId} follows.` }];
}
