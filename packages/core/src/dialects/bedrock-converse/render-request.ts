/** A canonical request becomes a Converse request; what the format cannot say is reported. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  encodePathSegment,
  formOf,
  hoistSystem,
  type Part,
  present,
  type Reasoning,
  type Rendered,
  refuseCounting,
  reportUnsaid,
  type ToolResultPart,
  type Turn,
  type WireCall,
  writeFields,
} from '../../message/index.ts';
import { fitEffort, fitThinking } from '../claude-thinking.ts';
import { renderParts } from './parts.ts';
import { drop, type Rendering, renderCachePoint } from './rendering.ts';
import { renderToolConfig } from './tools.ts';
import {
  type BedrockConverseQuirks,
  inferenceFields,
  name,
  otherSaidPaths,
  outputFields,
  performanceFields,
  requestFields,
  streamPath,
  textBesideDocument,
  thinkingFields,
  tierFields,
  wholePath,
} from './wire.ts';

interface RequestRendering extends Rendering {
  readonly quirks: BedrockConverseQuirks;
}

const rows = [
  ...requestFields,
  ...inferenceFields,
  ...performanceFields,
  ...tierFields,
  ...outputFields,
  ...thinkingFields,
];
const saidPaths: ReadonlySet<string> = new Set([...rows.map(([, at]) => at), ...otherSaidPaths]);

export function renderRequest(request: ChatRequest, quirks: BedrockConverseQuirks): Rendered<WireCall> {
  refuseCounting(request, name);
  const isOwn = request.dialect === name;
  const rendering: RequestRendering = { quirks, losses: [], isOwn, isAnswer: false, documents: new Set() };
  const { system, turns } = isOwn ? request : hoistSystem(request, quirks.systemTurns, rendering.losses);
  const messages = renderTurns(turns, rendering);
  if (request.cache?.mark !== undefined) markLast(messages, request.cache.mark, rendering);
  const reasoning = isOwn ? request.reasoning : fitReasoning(request.reasoning, rendering);
  const fitted = { ...request, ...(reasoning === undefined ? { reasoning: {} } : { reasoning }) };
  const isWithout = formOf(request, name, 'messages') === 'absent' && messages.length === 0;
  const body: Record<string, Json> = {
    ...(formOf(request, name, 'model') === 'body' && { modelId: request.model }),
    ...(!isWithout && { messages }),
    ...(system !== undefined && { system: renderParts(system, 'system', rendering) }),
    ...renderGroup('inferenceConfig', renderInference(request, rendering)),
    ...renderToolConfig(request, rendering),
    ...writeFields(request, requestFields),
    ...renderModelFields(fitted, rendering),
    ...renderGroup('performanceConfig', writeFields(request, performanceFields)),
    ...renderGroup('serviceTier', renderTier(request, rendering)),
    ...renderGroup('outputConfig', {
      ...writeFields(fitted, outputFields),
      ...renderFormat(request, rendering),
    }),
  };
  if (!isOwn) finish(body, rendering);
  applyAnnotations(body, request, name);
  reportRest(request, body.toolConfig !== undefined && request.toolChoice?.type !== 'none', rendering);
  const template = request.stream ? streamPath : wholePath;
  const path = template.replace('{model}', () => encodeModel(request.model));
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses: rendering.losses };
}

/** Half a character has no place in an address. */
function encodeModel(model: string): string {
  return encodePathSegment(model);
}

function renderGroup(field: string, fields: Record<string, Json>): Record<string, Json> {
  return Object.keys(fields).length === 0 ? {} : { [field]: fields };
}

interface WireMessage {
  readonly role: string;
  readonly content: Json[];
}

/** Results and the words that follow them share a message, as do turns of one role. */
function renderTurns(turns: readonly Turn[], rendering: Rendering): Json[] {
  const messages: { readonly message: WireMessage; readonly at: string }[] = [];
  for (const [index, turn] of turns.entries()) {
    const at = `turns[${index}]`;
    const message = renderTurn(turn, at, rendering);
    const last = messages.at(-1)?.message;
    const joins = rendering.isOwn ? formOf(turn, name, 'message') === 'continued' : turn.role !== 'system';
    if (last !== undefined && joins && last.role === message.role) last.content.push(...message.content);
    else if (rendering.isOwn || message.content.length > 0) messages.push({ message, at });
  }
  if (!rendering.isOwn) for (const { message, at } of messages) addMissingText(message, at, rendering);
  return messages.map(({ message }) => message as unknown as Json);
}

/** A message with a document is refused unless it holds text as well (documented, October 2026). */
function addMissingText({ content }: WireMessage, at: string, { losses }: Rendering): void {
  const has = (kind: string): boolean => content.some((block) => isJsonObject(block) && kind in block);
  if (!has('document') || has('text')) return;
  // Results of tools must stay in front.
  const first = content.findIndex((block) => isJsonObject(block) && 'document' in block);
  content.splice(first, 0, { text: textBesideDocument });
  const detail = `Documents need text beside them; \`${textBesideDocument}\` is sent.`;
  losses.push({ field: `${at}.parts`, action: 'emulated', detail });
}

function renderTurn(turn: Turn, at: string, rendering: Rendering): WireMessage {
  if (turn.role !== 'tool' && turn.name !== undefined)
    drop(rendering, `${at}.name`, `${name} has no names on messages.`);
  const role = turn.role === 'tool' ? 'user' : turn.role;
  const content =
    turn.role === 'tool' ? renderResults(turn.parts, at, rendering) : renderParts(turn.parts, at, rendering);
  const message: Record<string, Json> = { role, content };
  applyAnnotations(message, turn, name);
  return message as unknown as WireMessage;
}

/** Results hold text, images, documents and video; what else they held follows them in the same message. */
function renderResults(results: readonly ToolResultPart[], at: string, rendering: Rendering): Json[] {
  const moved: Part[] = [];
  const kept = results.map((result, index): ToolResultPart => {
    const strangers = result.parts.filter((part) => part.type === 'audio');
    if (strangers.length === 0) return result;
    moved.push(...strangers);
    const field = `${at}.parts[${index}].parts`;
    const detail = 'Sound of a tool result follows behind the results.';
    rendering.losses.push({ field, action: 'emulated', detail });
    return { ...result, parts: result.parts.filter((part) => part.type !== 'audio') };
  });
  return [...renderParts(kept, at, rendering), ...renderParts(moved, at, rendering)];
}

/** A mark for the request as a whole stands behind its last message. */
function markLast(
  messages: readonly Json[],
  mark: NonNullable<NonNullable<ChatRequest['cache']>['mark']>,
  rendering: Rendering,
): void {
  const last = messages.at(-1) as unknown as WireMessage | undefined;
  if (last === undefined) {
    drop(rendering, 'cache.mark', 'There is no message to mark.');
    return;
  }
  const detail = 'The last message is marked.';
  rendering.losses.push({ field: 'cache.mark', action: 'emulated', detail });
  last.content.push(renderCachePoint(mark, 'cache', rendering));
}

function renderInference(request: ChatRequest, { losses, isOwn }: Rendering): Record<string, Json> {
  const wire = writeFields(request, inferenceFields);
  const { temperature } = wire;
  if (isOwn || typeof temperature !== 'number' || temperature <= 1) return wire;
  const detail = `${temperature} is sent as 1, the highest here.`;
  losses.push({ field: 'sampling.temperature', action: 'clamped', detail });
  return { ...wire, temperature: 1 };
}

/** What the format does not name goes among the fields of the model. */
function renderModelFields(request: ChatRequest, rendering: RequestRendering): Record<string, Json> {
  const { quirks, isOwn } = rendering;
  const given = request.service?.modelFields as Json | undefined;
  const topK = request.sampling?.topK;
  const { ...thinking } = writeFields(request, thinkingFields);
  const fields: Record<string, Json> = {};
  if (topK !== undefined) {
    const place = isOwn ? 'top_k' : quirks.topK;
    if (place === 'top_k') fields.top_k = topK;
    else if (place === 'inferenceConfig') fields.inferenceConfig = { topK };
    else drop(rendering, 'sampling.topK', 'The model has no such field.');
  }
  if (Object.keys(thinking).length > 0) fields.thinking = thinking;
  if (given === undefined) return renderGroup('additionalModelRequestFields', fields);
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  return { additionalModelRequestFields: isObject ? { ...fields, ...given } : given };
}

/** What another format asks of reasoning, in the words of this one. */
function fitReasoning(reasoning: Reasoning | undefined, rendering: RequestRendering): Reasoning | undefined {
  const { quirks, losses } = rendering;
  if (reasoning === undefined) return undefined;
  if (!quirks.thinking) return fitWithoutThinking(reasoning, rendering);
  return fitThinking(reasoning, quirks.effort === 'outputConfig', losses);
}

/** Models that take no thinking among their fields know at most an effort. */
function fitWithoutThinking(reasoning: Reasoning, rendering: RequestRendering): Reasoning | undefined {
  for (const key of ['budgetTokens', 'mode', 'display'] as const)
    if (reasoning[key] !== undefined) drop(rendering, `reasoning.${key}`, 'The model has no such field.');
  const { effort } = reasoning;
  if (effort === undefined) return undefined;
  if (rendering.quirks.effort === 'outputConfig' && effort !== 'none')
    return { effort: fitEffort(effort, rendering.losses) };
  return drop(rendering, 'reasoning.effort', 'The model has no such field.');
}

/** Tiers of this format (SDK types, October 2026). */
const tiers: ReadonlySet<string> = new Set(['default', 'flex', 'priority', 'reserved']);

function renderTier(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const tier = request.service?.tier;
  if (tier === undefined || rendering.isOwn || tiers.has(tier)) return writeFields(request, tierFields);
  drop(rendering, 'service.tier', `\`${tier}\` is no tier of ${name}.`);
  return {};
}

function renderFormat({ outputFormat }: ChatRequest, rendering: Rendering): Record<string, Json> {
  if (outputFormat === undefined || outputFormat.type === 'text') return {};
  if (outputFormat.type === 'json') {
    drop(rendering, 'outputFormat', `${name} promises JSON only for a schema.`);
    return {};
  }
  const { schema, name: label, description, strict } = outputFormat;
  if (strict !== undefined) {
    const action = strict ? 'emulated' : 'dropped';
    rendering.losses.push({ field: 'outputFormat.strict', action, detail: 'Every schema is strict here.' });
  }
  const text =
    formOf(outputFormat, name, 'schema') ?? (schema === undefined ? undefined : JSON.stringify(schema));
  const structure = { jsonSchema: present({ schema: text, name: label, description }) };
  const textFormat: Record<string, Json> = { type: 'json_schema', structure };
  applyAnnotations(textFormat, outputFormat, name);
  return { textFormat };
}

/** The limit must exceed a thinking budget. */
function finish(body: Record<string, Json>, { losses }: Rendering): void {
  const { inferenceConfig, additionalModelRequestFields: fields } = body as {
    inferenceConfig?: Record<string, Json>;
    additionalModelRequestFields?: { thinking?: { budget_tokens?: number } };
  };
  const budget = fields?.thinking?.budget_tokens ?? 0;
  const limit = inferenceConfig?.maxTokens;
  if (inferenceConfig === undefined || typeof limit !== 'number' || budget < limit) return;
  inferenceConfig.maxTokens = budget + limit;
  const detail = `It must exceed the budget; ${budget + limit} is sent.`;
  losses.push({ field: 'maxOutputTokens', action: 'emulated', detail });
}

/** Everything the request says that no function above has said. Parallel calls are what happens anyway. */
function reportRest(request: ChatRequest, mayCall: boolean, rendering: Rendering): void {
  if (request.parallelTools === false && mayCall)
    drop(rendering, 'parallelTools', `${name} has no such field.`);
  rendering.losses.push(...reportUnsaid(request, saidPaths, name));
}
