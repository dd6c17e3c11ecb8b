/** Tools and the choice among them, both ways. Versioned tools of the provider are carried whole. */
import type { Json, JsonObject } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  decodeName,
  emptySchema,
  formOf,
  known,
  type Loss,
  nameForm,
  present,
  renderName,
  reportToolExtras,
  type Tool,
  type ToolChoice,
  WireObject,
} from '../../message/index.ts';
import { parseCache, renderCache } from './parts.ts';
import { name, toolNameRule } from './wire.ts';

export function parseTool(value: Json, path: string): Tool {
  const wire = WireObject.open(value, path, 'strict');
  const type = wire.peek('type');
  const isOurs = type === undefined || type === null || type === 'custom';
  if (!isOurs) return { type: 'native', dialect: name, value: value as never };
  const wireName = wire.required('name', wire.string('name'));
  const forms = known({
    type: wire.constant('type', 'custom') ? 'custom' : undefined,
    name: nameForm(wireName, toolNameRule),
  }) as Record<string, string>;
  return {
    type: 'function',
    name: decodeName(wireName),
    ...known({
      description: wire.string('description'),
      parameters: wire.json('input_schema'),
      strict: wire.boolean('strict'),
      deferLoading: wire.boolean('defer_loading'),
      eagerInput: wire.boolean('eager_input_streaming'),
      allowedCallers: wire.strings('allowed_callers'),
      inputExamples: wire.list('input_examples'),
      cache: parseCache(wire),
    }),
    ...wire.annotations(name, forms),
  };
}

export interface ToolRendering {
  readonly losses: Loss[];
  readonly isOwn: boolean;
}

const saidOnTools = [
  'strict',
  'cache',
  'deferLoading',
  'eagerInput',
  'allowedCallers',
  'inputExamples',
] as const;

export function renderTool(
  tool: Tool,
  field: string,
  rendering: ToolRendering,
): Record<string, Json> | undefined {
  const { losses } = rendering;
  if (tool.type === 'native') {
    if (tool.dialect === name) return { ...tool.value };
    losses.push({
      field,
      action: 'dropped',
      detail: `A tool run by the provider of ${tool.dialect} has no counterpart here.`,
    });
    return undefined;
  }
  if (tool.type === 'custom') {
    losses.push({ field, action: 'dropped', detail: `${name} has no tools with free-text input.` });
    return undefined;
  }
  const place = { form: formOf(tool, name, 'name'), rule: toolNameRule, field: `${field}.name` };
  const wire = present({
    type: tool.spelling?.dialect === name ? tool.spelling.forms?.type : undefined,
    name: renderName(tool.name, place, losses),
    description: tool.description,
    // A schema is demanded here, and must be of an object.
    input_schema: tool.parameters ?? (rendering.isOwn ? undefined : emptySchema(field, losses)),
    strict: tool.strict,
    defer_loading: tool.deferLoading,
    eager_input_streaming: tool.eagerInput,
    allowed_callers: tool.allowedCallers,
    input_examples: tool.inputExamples,
  });
  reportToolExtras(tool, { field, dialect: name, said: saidOnTools }, losses);
  if (tool.cache !== undefined) renderCache(wire, tool, field, rendering);
  applyAnnotations(wire, tool, name);
  return wire;
}

const choiceByWire = { auto: 'auto', any: 'required', none: 'none' } as const;
const wireByChoice = { auto: 'auto', required: 'any', none: 'none' } as const;

/** `tool_choice` also says whether calls may be parallel, which is a field of its own in the canonical request. */
export function parseToolChoice(choice: JsonObject): Pick<ChatRequest, 'toolChoice' | 'parallelTools'> {
  const wire = WireObject.open(choice, 'tool_choice', 'strict');
  const type = wire.required('type', wire.string('type'));
  const isSequential = wire.boolean('disable_parallel_tool_use');
  const parallel = isSequential === undefined ? {} : { parallelTools: !isSequential };
  if (type === 'tool') {
    const wireName = wire.required('name', wire.string('name'));
    const forms = known({ name: nameForm(wireName, toolNameRule) }) as Record<string, string>;
    return {
      ...parallel,
      toolChoice: { type, name: decodeName(wireName), ...wire.annotations(name, forms) },
    };
  }
  if (Object.hasOwn(choiceByWire, type)) {
    const unified = choiceByWire[type as keyof typeof choiceByWire];
    return { ...parallel, toolChoice: { type: unified, ...wire.annotations(name) } };
  }
  return {
    ...parallel,
    toolChoice: { type: 'native', dialect: name, value: nativeChoice(choice, parallel) },
  };
}

/** The choice as it stands, but for what is a field of its own here. */
function nativeChoice(choice: JsonObject, { parallelTools }: Pick<ChatRequest, 'parallelTools'>): Json {
  const { disable_parallel_tool_use: _read, ...rest } = choice;
  return parallelTools === undefined ? choice : rest;
}

export function renderToolChoice(
  request: ChatRequest,
  { losses, isOwn }: ToolRendering,
): Record<string, Json> {
  const wire = renderChoice(request.toolChoice, losses);
  const { parallelTools } = request;
  if (parallelTools !== undefined && (isOwn || !parallelTools))
    return withParallel(wire, parallelTools, request);
  return wire === undefined ? {} : { tool_choice: wire };
}

/** Forbidding parallel calls needs a choice to hang on; without tools there is nothing to forbid. */
function withParallel(wire: Record<string, Json> | undefined, parallelTools: boolean, request: ChatRequest) {
  const hasTools = (request.tools ?? []).length > 0;
  if (wire === undefined && !hasTools) return {};
  if (wire?.type === 'none' && request.dialect !== name) return { tool_choice: wire };
  return { tool_choice: { ...(wire ?? { type: 'auto' }), disable_parallel_tool_use: !parallelTools } };
}

function renderChoice(choice: ToolChoice | undefined, losses: Loss[]): Record<string, Json> | undefined {
  if (choice === undefined) return undefined;
  const wire = choiceToWire(choice, losses);
  if (wire !== undefined) applyAnnotations(wire, choice, name);
  return wire;
}

function choiceToWire(choice: ToolChoice, losses: Loss[]): Record<string, Json> | undefined {
  switch (choice.type) {
    case 'tool': {
      if (choice.custom) {
        losses.push({ field: 'toolChoice', action: 'dropped', detail: `\`${choice.name}\` cannot be sent.` });
        return undefined;
      }
      const place = { form: formOf(choice, name, 'name'), rule: toolNameRule, field: 'toolChoice.name' };
      return { type: 'tool', name: renderName(choice.name, place, losses) };
    }
    case 'allowed':
      losses.push({ field: 'toolChoice', action: 'emulated', detail: 'Only the allowed tools are sent.' });
      return { type: wireByChoice[choice.mode] };
    case 'native':
      if (choice.dialect === name) return { ...(choice.value as Record<string, Json>) };
      losses.push({
        field: 'toolChoice',
        action: 'dropped',
        detail: `Only ${choice.dialect} knows this choice.`,
      });
      return undefined;
    default:
      return { type: wireByChoice[choice.type] };
  }
}

/** The tools that the choice leaves: this format cannot allow some tools and still show all. */
export function allowedTools(request: ChatRequest): readonly Tool[] | undefined {
  const { tools, toolChoice } = request;
  if (toolChoice?.type !== 'allowed' || tools === undefined) return tools;
  const names = new Set(toolChoice.tools.map((tool) => tool.name));
  return tools.filter((tool) => tool.type !== 'native' && names.has(tool.name));
}
