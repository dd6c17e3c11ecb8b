/** A canonical request becomes a Responses request; what the format cannot say is reported. */
import { type Json, parseJson } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
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
import { renderItems } from './assistant.ts';
import { logprobsInclude, stateInclude } from './parse-request.ts';
import { renderContentParts } from './parts.ts';
import { drop, type PartRendering } from './rendering.ts';
import { renderToolResult } from './tool-calls.ts';
import { renderOutputFormat, renderTool, renderToolChoice } from './tools.ts';
import {
  name,
  type OpenAiResponsesQuirks,
  otherSaidPaths,
  path,
  reasoningFields,
  requestFields,
  streamOptionFields,
  textFields,
} from './wire.ts';

interface Rendering extends PartRendering {
  readonly quirks: OpenAiResponsesQuirks;
  /** Ids of the calls of custom tools, whose results have a type of their own. */
  readonly customCalls: ReadonlySet<string>;
}

const rows = [...requestFields, ...streamOptionFields, ...reasoningFields, ...textFields];
const saidPaths: ReadonlySet<string> = new Set([...rows.map(([, at]) => at), ...otherSaidPaths]);

export function renderRequest(request: ChatRequest, quirks: OpenAiResponsesQuirks): Rendered<WireCall> {
  refuseCounting(request, name);
  const rendering: Rendering = {
    quirks,
    losses: [],
    isOwn: request.dialect === name,
    isAnswer: false,
    cacheMark: quirks.cacheMark,
    customCalls: customCallsOf(request),
  };
  const { system, turns } = rendering.isOwn ? request : hoistSystem(request, true, rendering.losses);
  const body: Record<string, Json> = {
    model: request.model,
    ...renderInstructions(system, request, rendering),
    ...renderInput(turns, request, rendering),
    ...writeFields(request, requestFields),
    ...renderGroup('stream_options', writeFields(request, streamOptionFields)),
    ...renderReasoning(request, rendering),
    ...renderText(request, rendering),
    ...renderTools(request, rendering),
  };
  Object.assign(body, renderInclude(request, body, rendering));
  finish(body, rendering);
  applyAnnotations(body, request, name);
  reportRest(request, rendering);
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses: rendering.losses };
}

function customCallsOf({ turns }: ChatRequest): ReadonlySet<string> {
  const parts = turns.flatMap((turn): readonly Part[] => turn.parts);
  return new Set(parts.flatMap((part) => (part.type === 'tool-call' && part.custom ? [part.id] : [])));
}

function renderGroup(field: string, fields: Record<string, Json>): Record<string, Json> {
  return Object.keys(fields).length === 0 ? {} : { [field]: fields };
}

/** Instructions are one plain text. */
function renderInstructions(
  system: readonly Part[] | undefined,
  { dialect }: ChatRequest,
  rendering: Rendering,
): Record<string, Json> {
  if (system === undefined || (system.length === 0 && dialect !== name)) return {};
  for (const [index, part] of system.entries()) {
    const field = `system[${index}]`;
    if (part.type !== 'text') drop(rendering, field, 'Instructions are text here.');
    else {
      if (part.cache !== undefined) drop(rendering, `${field}.cache`, 'No cache marks in instructions.');
      if (part.citations !== undefined)
        drop(rendering, `${field}.citations`, 'No citations in instructions.');
    }
  }
  return { instructions: system.map((part) => (part.type === 'text' ? part.text : '')).join('') };
}

function renderInput(
  turns: readonly Turn[],
  request: ChatRequest,
  rendering: Rendering,
): Record<string, Json> {
  const form = formOf(request, name, 'input');
  const [only] = turns;
  if (form === 'absent' && only === undefined) return {};
  const isText = form === 'text' && turns.length === 1 && only?.role === 'user';
  const part = isText ? only.parts[0] : undefined;
  if (part?.type === 'text') return { input: part.text };
  return { input: turns.flatMap((turn, index) => renderTurn(turn, `turns[${index}]`, rendering)) };
}

function renderTurn(turn: Turn, at: string, rendering: Rendering): Json[] {
  if (turn.role === 'tool') return renderResults(turn.parts, at, rendering);
  if (turn.name !== undefined) drop(rendering, `${at}.name`, `${name} has no names on messages.`);
  if (turn.role === 'assistant') return renderItems(turn.parts, at, rendering);
  const form = (field: string): string | undefined => formOf(turn, name, field);
  const role = turn.role === 'user' ? 'user' : (form('role') ?? rendering.quirks.systemRole);
  const wire = present({
    type: form('type'),
    id: form('item_id'),
    role,
    content: renderContent(turn, at, rendering),
    status: form('item_status'),
    phase: form('item_phase'),
  });
  applyAnnotations(wire, turn, name);
  return [wire];
}

function renderContent(turn: Turn, at: string, rendering: Rendering): Json | undefined {
  const form = formOf(turn, name, 'content');
  if (form === 'absent' || (turn.spelling?.dialect === name && turn.spelling.nulls?.includes('content')))
    return undefined;
  const parts = renderContentParts(turn.parts, at, rendering);
  const [only] = parts as readonly Readonly<Record<string, Json>>[];
  const isPlain = parts.length === 1 && only?.type === 'input_text' && Object.keys(only).length === 2;
  return form !== 'list' && isPlain ? (only.text as Json) : parts;
}

function renderResults(results: readonly ToolResultPart[], at: string, rendering: Rendering): Json[] {
  return results.map((result, index) =>
    renderToolResult(result, `${at}.parts[${index}]`, rendering.customCalls.has(result.callId), rendering),
  );
}

function renderReasoning(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const { reasoning } = request;
  if (reasoning === undefined) return {};
  const fitted = rendering.isOwn ? reasoning : fitReasoning(reasoning, rendering);
  const { summary, ...fields } = writeFields({ ...request, reasoning: fitted }, reasoningFields);
  const field = formOf(request, name, 'summary') ?? 'summary';
  const early = formOf(request, name, 'generate_summary');
  return renderGroup('reasoning', {
    ...fields,
    ...(early !== undefined && { generate_summary: early }),
    ...(summary !== undefined && { [field]: summary }),
  });
}

/** What another format asks of reasoning, in the words of this one. */
function fitReasoning(reasoning: Reasoning, { losses }: Rendering): Reasoning {
  const { effort, budgetTokens, mode, display, summary, context } = reasoning;
  const level = effort ?? effortFor(mode, budgetTokens);
  const said = present({
    effort: level,
    summary: summary ?? (display === 'summarized' ? 'auto' : undefined),
    context,
  });
  const tell = (field: string, isEmulated: boolean, how: string): void => {
    const action = isEmulated ? 'emulated' : 'dropped';
    losses.push({ field: `reasoning.${field}`, action, detail: how });
  };
  const told =
    effort === undefined ? `Sent as \`reasoning.effort: "${level}"\`.` : 'The effort says it here.';
  if (budgetTokens !== undefined) tell('budgetTokens', effort === undefined, told);
  if (mode !== undefined) tell('mode', effort === undefined, told);
  if (display !== undefined)
    tell('display', said.summary !== undefined, 'What is shown here is a digest, when one is asked for.');
  return said;
}

/** The nearest effort for a budget, in the steps by which hosts translate effort into budgets. */
function effortFor(mode: string | undefined, budgetTokens: number | undefined): string | undefined {
  if (mode === 'disabled') return 'none';
  if (budgetTokens === undefined) return mode === undefined ? undefined : 'medium';
  if (budgetTokens <= 2048) return 'low';
  return budgetTokens <= 8192 ? 'medium' : 'high';
}

function renderText(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const { outputFormat } = request;
  return renderGroup('text', {
    ...writeFields(request, textFields),
    ...(outputFormat && { format: renderOutputFormat(outputFormat, rendering) }),
  });
}

function renderTools(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const tools = request.tools
    ?.map((tool, index) => renderTool(tool, `tools[${index}]`, rendering))
    .filter((tool) => tool !== undefined);
  const choice = request.toolChoice && renderToolChoice(request.toolChoice, rendering);
  return present({ tools, tool_choice: choice });
}

/** Log probabilities and hidden reasoning are asked for by name here. */
function renderInclude(
  request: ChatRequest,
  body: Readonly<Record<string, Json>>,
  { isOwn, quirks }: Rendering,
): Record<string, Json> {
  const own = formOf(request, name, 'include');
  if (own !== undefined) return { include: parseJson(own) };
  const effort = (body.reasoning as { effort?: string } | undefined)?.effort;
  const wantsState = !isOwn && quirks.encryptedReasoning && effort !== undefined && effort !== 'none';
  const include = [
    ...(request.service?.include ?? []),
    ...(request.sampling?.logprobs ? [logprobsInclude] : []),
    ...(wantsState ? [stateInclude] : []),
  ];
  return include.length === 0 ? {} : { include };
}

/** Tiers of this format (SDK types, October 2026). */
const tiers: ReadonlySet<string> = new Set([
  'auto',
  'default',
  'flex',
  'scale',
  'priority',
  'fast',
  'ultrafast',
]);
/** The API refuses less (observed 2025). */
const smallestLimit = 16;

/** What the format demands of values that came from another. */
function finish(body: Record<string, Json>, rendering: Rendering): void {
  if (rendering.isOwn) return;
  const { service_tier: tier, max_output_tokens: limit } = body;
  if (typeof tier === 'string' && !tiers.has(tier)) {
    delete body.service_tier;
    drop(rendering, 'service.tier', `\`${tier}\` is no tier of ${name}.`);
  }
  const isTooSmall = typeof limit === 'number' && limit < smallestLimit;
  if (!isTooSmall) return;
  body.max_output_tokens = smallestLimit;
  const detail = `${limit} is sent as ${smallestLimit}, the smallest here.`;
  rendering.losses.push({ field: 'maxOutputTokens', action: 'clamped', detail });
}

/** Everything the request says that no function above has said. Reasoning reports its own emulation. */
function reportRest(request: ChatRequest, { losses }: Rendering): void {
  const reported = new Set(losses.map((loss) => loss.field));
  for (const loss of reportUnsaid(request, saidPaths, name)) {
    if (!reported.has(loss.field)) losses.push(loss);
  }
}
