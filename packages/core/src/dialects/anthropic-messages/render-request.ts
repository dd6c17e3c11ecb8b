/** A canonical request becomes a Messages request; what the format cannot say is reported. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  formOf,
  hoistSystem,
  type Part,
  present,
  type Rendered,
  reportUnsaid,
  type TextPart,
  type ToolResultPart,
  type Turn,
  type WireCall,
  writeFields,
} from '../../message/index.ts';
import { fitThinking } from '../claude-thinking.ts';
import { addressCall } from './host.ts';
import { type PartRendering, renderCache, renderParts, textOf } from './parts.ts';
import { allowedTools, renderTool, renderToolChoice } from './tools.ts';
import {
  type AnthropicMessagesQuirks,
  metadataFields,
  name,
  otherSaidPaths,
  outputConfigFields,
  requestFields,
  samplingFields,
  thinkingFields,
} from './wire.ts';

interface Rendering extends PartRendering {
  readonly quirks: AnthropicMessagesQuirks;
}

const rows = [
  ...requestFields,
  ...samplingFields,
  ...metadataFields,
  ...thinkingFields,
  ...outputConfigFields,
];
const saidPaths: ReadonlySet<string> = new Set([...rows.map(([, at]) => at), ...otherSaidPaths]);

export function renderRequest(request: ChatRequest, quirks: AnthropicMessagesQuirks): Rendered<WireCall> {
  const rendering: Rendering = { quirks, losses: [], isOwn: request.dialect === name, isAnswer: false };
  const { system, turns } = rendering.isOwn
    ? request
    : hoistSystem(request, quirks.systemTurns, rendering.losses);
  const body: Record<string, Json> = {
    model: request.model,
    ...renderSystem(system, request, rendering),
    messages: renderTurns(turns, rendering),
    ...writeFields(request, requestFields),
    ...renderSampling(request, rendering),
    ...renderGroup('metadata', writeFields(request, metadataFields)),
    ...renderEffort(request, rendering),
    ...renderTools(request, rendering),
  };
  finishLimits(body, request, rendering);
  finishService(body, rendering);
  if (request.cache?.mark !== undefined) renderCache(body, { cache: request.cache.mark }, 'cache', rendering);
  applyAnnotations(body, request, name);
  rendering.losses.push(...reportUnsaid(request, saidPaths, name));
  return { value: addressCall(body, request, quirks), losses: rendering.losses };
}

function renderGroup(field: string, fields: Record<string, Json>): Record<string, Json> {
  return Object.keys(fields).length === 0 ? {} : { [field]: fields };
}

function renderSystem(
  system: readonly Part[] | undefined,
  request: ChatRequest,
  rendering: Rendering,
): Record<string, Json> {
  if (system === undefined) return {};
  if (formOf(request, name, 'system') === 'text') return { system: textOf(system) };
  const [only] = system as readonly TextPart[];
  const isPlain = !rendering.isOwn && system.length === 1 && only?.cache === undefined;
  return { system: isPlain ? textOf(system) : renderParts(system, 'system', rendering) };
}

interface WireMessage {
  readonly role: string;
  content?: Json;
}

/**
 * Results and the words that follow them share a message, as do turns of one role: the API wants all results of a round
 * at the beginning of the next user message.
 */
function renderTurns(turns: readonly Turn[], rendering: Rendering): Json[] {
  const messages: WireMessage[] = [];
  for (const [index, turn] of turns.entries()) {
    const message = renderTurn(turn, `turns[${index}]`, rendering);
    const last = messages.at(-1);
    const joins = rendering.isOwn ? formOf(turn, name, 'message') === 'continued' : turn.role !== 'system';
    if (last !== undefined && joins && last.role === message.role) {
      last.content = [...asList(last.content), ...asList(message.content)];
    } else if (rendering.isOwn || asList(message.content).length > 0) messages.push(message);
  }
  return messages as unknown as Json[];
}

function asList(content: Json | undefined): readonly Json[] {
  if (Array.isArray(content)) return content as readonly Json[];
  return typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : [];
}

function renderTurn(turn: Turn, at: string, rendering: Rendering): WireMessage {
  reportNames(turn, at, rendering);
  const role = turn.role === 'tool' ? 'user' : turn.role;
  const form = formOf(turn, name, 'content');
  const content = form === 'text' ? textOf(turn.parts) : renderParts(turn.parts, at, rendering);
  const message = present({ role, content: form === 'absent' ? undefined : content });
  applyAnnotations(message, turn, name);
  return message as unknown as WireMessage;
}

/** Speakers and functions have no names here. */
function reportNames(turn: Turn, at: string, { losses }: Rendering): void {
  const drop = (field: string): void => {
    losses.push({ field, action: 'dropped', detail: `${name} has no names on messages.` });
  };
  if (turn.role !== 'tool') {
    if (turn.name !== undefined) drop(`${at}.name`);
    return;
  }
  for (const [index, part] of (turn.parts as readonly ToolResultPart[]).entries()) {
    if (part.name !== undefined) drop(`${at}.parts[${index}].name`);
  }
}

function renderSampling(request: ChatRequest, { quirks, losses, isOwn }: Rendering): Record<string, Json> {
  const wire = writeFields(request, samplingFields);
  if (!quirks.sampling && !isOwn) {
    for (const [field, at] of samplingFields) {
      if (wire[field] !== undefined)
        losses.push({ field: at, action: 'dropped', detail: 'This API version has no sampling.' });
    }
    return {};
  }
  const { temperature } = wire;
  if (!isOwn && typeof temperature === 'number' && temperature > 1) {
    losses.push({
      field: 'sampling.temperature',
      action: 'clamped',
      detail: `${temperature} is sent as 1, the highest here.`,
    });
    return { ...wire, temperature: 1 };
  }
  return wire;
}

/** Thinking, effort and the output format, which share an object on the wire. */
function renderEffort(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const { isOwn, quirks, losses } = rendering;
  const asked = request.reasoning;
  const takesEffort = quirks.effort === 'output_config';
  const reasoning = isOwn || asked === undefined ? asked : fitThinking(asked, takesEffort, losses);
  const fitted = reasoning === undefined ? withoutReasoning(request) : { ...request, reasoning };
  const format = renderFormat(request, rendering);
  const isEarly = formOf(request, name, 'output_format') === 'output_format' || isEarlyHost(rendering);
  const config = { ...writeFields(fitted, outputConfigFields), ...(format && !isEarly && { format }) };
  return {
    ...renderGroup('thinking', writeFields(fitted, thinkingFields)),
    ...renderGroup('output_config', config),
    ...(format && isEarly && { output_format: format }),
  };
}

function withoutReasoning({ reasoning: _reasoning, ...request }: ChatRequest): ChatRequest {
  return request;
}

function isEarlyHost({ isOwn, quirks }: Rendering): boolean {
  return !isOwn && quirks.outputFormatField === 'output_format';
}

function renderFormat(
  { outputFormat }: ChatRequest,
  { losses, isOwn }: Rendering,
): Record<string, Json> | undefined {
  if (outputFormat === undefined || outputFormat.type === 'text') return undefined;
  if (outputFormat.type === 'json') {
    losses.push({
      field: 'outputFormat',
      action: 'dropped',
      detail: `${name} promises JSON only for a schema.`,
    });
    return undefined;
  }
  if (!isOwn) {
    for (const key of ['name', 'description'] as const) {
      if (outputFormat[key] === undefined) continue;
      losses.push({
        field: `outputFormat.${key}`,
        action: 'dropped',
        detail: 'Schemas carry no label here.',
      });
    }
    if (outputFormat.strict === false) {
      losses.push({
        field: 'outputFormat.strict',
        action: 'dropped',
        detail: 'Schemas are always strict here.',
      });
    }
  }
  const wire = present({ type: 'json_schema', schema: outputFormat.schema });
  applyAnnotations(wire, outputFormat, name);
  return wire;
}

function renderTools(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const tools = allowedTools(request)
    ?.map((tool, index) => renderTool(tool, `tools[${index}]`, rendering))
    .filter((tool) => tool !== undefined);
  return { ...(tools !== undefined && { tools }), ...renderToolChoice(request, rendering) };
}

/** `max_tokens` is demanded, and must exceed a thinking budget. */
function finishLimits(
  body: Record<string, Json>,
  request: ChatRequest,
  { quirks, losses, isOwn }: Rendering,
): void {
  if (request.purpose === 'count-tokens') {
    if (!isOwn) delete body.max_tokens;
    return;
  }
  if (body.max_tokens === undefined) {
    body.max_tokens = quirks.defaultMaxTokens;
    losses.push({
      field: 'maxOutputTokens',
      action: 'emulated',
      detail: `The format demands it; ${quirks.defaultMaxTokens} is sent.`,
    });
  }
  const { thinking } = body as { thinking?: { budget_tokens?: number } };
  const budget = thinking?.budget_tokens ?? 0;
  if (isOwn || budget < (body.max_tokens as number)) return;
  const raised = budget + (body.max_tokens as number);
  losses.push({
    field: 'maxOutputTokens',
    action: 'emulated',
    detail: `It must exceed the budget; ${raised} is sent.`,
  });
  body.max_tokens = raised;
}

const tiers: ReadonlySet<Json> = new Set(['auto', 'standard_only']);

function finishService(body: Record<string, Json>, { losses, isOwn }: Rendering): void {
  const tier = body.service_tier;
  if (isOwn || tier === undefined || tiers.has(tier)) return;
  delete body.service_tier;
  losses.push({
    field: 'service.tier',
    action: 'dropped',
    detail: `\`${String(tier)}\` is no tier of ${name}.`,
  });
}
