/** Tools, the choice among them, and the output format: the parts of a request that constrain the answer, both ways. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  decodeName,
  emptySchema,
  formOf,
  known,
  type Loss,
  nameForm,
  type OutputFormat,
  present,
  reportToolExtras,
  type Tool,
  type ToolChoice,
  WireObject,
} from '../../message/index.ts';
import { renderToolName } from './tool-calls.ts';
import { name, toolNameRule } from './wire.ts';

export function parseTool(value: Json, path: string): Tool {
  const wire = WireObject.open(value, path, 'strict');
  const type = wire.peek('type');
  if (type !== 'function' && (type !== undefined || !wire.has('function')))
    return { type: 'native', dialect: name, value: value as never };
  wire.constant('type', 'function');
  const inner = wire.required('function', wire.object('function'));
  const wireName = inner.required('name', inner.string('name'));
  const forms: Record<string, string> = known({
    name: nameForm(wireName, toolNameRule),
    type: type === undefined ? 'absent' : undefined,
  });
  return {
    type: 'function',
    name: decodeName(wireName),
    ...known({
      description: inner.string('description'),
      parameters: inner.json('parameters'),
      strict: inner.boolean('strict'),
    }),
    ...wire.annotations(name, forms),
  };
}

export interface ToolRendering {
  readonly losses: Loss[];
  readonly isOwn: boolean;
}

export function renderTools(request: ChatRequest, rendering: ToolRendering): Record<string, Json> {
  const tools = allowedTools(request)
    ?.map((tool, index) => renderTool(tool, `tools[${index}]`, rendering))
    .filter((tool) => tool !== undefined);
  return {
    ...(tools !== undefined && { tools }),
    ...(request.toolChoice !== undefined && renderToolChoice(request.toolChoice, rendering.losses)),
  };
}

/** The tools that the choice leaves: this format cannot allow some tools and still show all. */
function allowedTools({ tools, toolChoice }: ChatRequest): readonly Tool[] | undefined {
  if (toolChoice?.type !== 'allowed' || tools === undefined) return tools;
  const names = new Set(toolChoice.tools.map((tool) => tool.name));
  return tools.filter((tool) => tool.type !== 'native' && names.has(tool.name));
}

function renderTool(tool: Tool, field: string, rendering: ToolRendering): Record<string, Json> | undefined {
  const { losses } = rendering;
  if (tool.type === 'native') {
    if (tool.dialect === name) return { ...tool.value };
    const detail = `A tool run by the provider of ${tool.dialect} has no counterpart here.`;
    losses.push({ field, action: 'dropped', detail });
    return undefined;
  }
  if (tool.type === 'custom') {
    losses.push({ field, action: 'dropped', detail: `${name} has no tools with free-text input.` });
    return undefined;
  }
  reportToolExtras(tool, { field, dialect: name, said: ['strict'] }, losses);
  const wire = present({
    type: formOf(tool, name, 'type') === 'absent' ? undefined : 'function',
    function: known({
      name: renderToolName(tool.name, tool, `${field}.name`, losses),
      description: tool.description,
      // A schema is demanded here.
      parameters: tool.parameters ?? (rendering.isOwn ? undefined : emptySchema(field, losses)),
      strict: tool.strict,
    }) as Json,
  });
  applyAnnotations(wire, tool, name);
  return wire;
}

const choiceByWire: Readonly<Record<string, 'auto' | 'none' | 'required'>> = {
  auto: 'auto',
  none: 'none',
  any: 'required',
  required: 'required',
};

export function parseToolChoice(value: Json): ToolChoice {
  if (typeof value === 'string') {
    const type = Object.hasOwn(choiceByWire, value) ? choiceByWire[value] : undefined;
    if (type === undefined) return { type: 'native', dialect: name, value };
    return value === 'required' ? { type, spelling: { dialect: name, forms: { word: value } } } : { type };
  }
  const wire = WireObject.open(value, 'tool_choice', 'strict');
  const type = wire.peek('type');
  const chosen = wire.object('function');
  if (chosen === undefined) return { type: 'native', dialect: name, value };
  wire.constant('type', 'function');
  const wireName = chosen.required('name', chosen.string('name'));
  const forms: Record<string, string> = known({
    name: nameForm(wireName, toolNameRule),
    type: type === undefined ? 'absent' : undefined,
  });
  return { type: 'tool', name: decodeName(wireName), ...wire.annotations(name, forms) };
}

function renderToolChoice(choice: ToolChoice, losses: Loss[]): Record<string, Json> {
  switch (choice.type) {
    case 'native':
      if (choice.dialect === name) return { tool_choice: choice.value };
      losses.push({
        field: 'toolChoice',
        action: 'dropped',
        detail: `Only ${choice.dialect} knows this choice.`,
      });
      return {};
    case 'allowed':
      losses.push({ field: 'toolChoice', action: 'emulated', detail: 'Only the allowed tools are sent.' });
      return { tool_choice: choice.mode === 'required' ? 'any' : 'auto' };
    case 'required':
      return { tool_choice: formOf(choice, name, 'word') ?? 'any' };
    case 'tool':
      return renderNamedChoice(choice, losses);
    default:
      return { tool_choice: choice.type };
  }
}

function renderNamedChoice(
  choice: Extract<ToolChoice, { type: 'tool' }>,
  losses: Loss[],
): Record<string, Json> {
  if (choice.custom) {
    losses.push({ field: 'toolChoice', action: 'dropped', detail: `\`${choice.name}\` cannot be sent.` });
    return {};
  }
  const wire: Record<string, Json> = present({
    type: formOf(choice, name, 'type') === 'absent' ? undefined : 'function',
    function: { name: renderToolName(choice.name, choice, 'toolChoice.name', losses) },
  });
  applyAnnotations(wire, choice, name);
  return { tool_choice: wire };
}

export function parseOutputFormat(wire: WireObject): OutputFormat {
  const type = wire.string('type') ?? 'text';
  if (type === 'json_object') return { type: 'json', ...wire.annotations(name) };
  if (type !== 'json_schema')
    return { type: 'text', ...wire.annotations(name, { type: wire.has('type') ? type : 'absent' }) };
  const inner = wire.object('json_schema');
  return {
    type: 'json-schema',
    ...known({
      schema: inner?.json('schema'),
      name: inner?.string('name'),
      description: inner?.string('description'),
      strict: inner?.boolean('strict'),
    }),
    ...wire.annotations(name, inner === undefined ? { json_schema: 'absent' } : undefined),
  };
}

export function renderOutputFormat(format: OutputFormat, rendering: ToolRendering): Record<string, Json> {
  const wire = renderFormat(format, rendering);
  applyAnnotations(wire, format, name);
  return wire;
}

function renderFormat(format: OutputFormat, { losses, isOwn }: ToolRendering): Record<string, Json> {
  if (format.type === 'json') return { type: 'json_object' };
  if (format.type === 'text') {
    const type = formOf(format, name, 'type') ?? 'text';
    return type === 'absent' ? {} : { type };
  }
  if (formOf(format, name, 'json_schema') === 'absent') return { type: 'json_schema' };
  if (format.name === undefined && !isOwn) {
    const detail = 'The format demands a name; `answer` is sent.';
    losses.push({ field: 'outputFormat.name', action: 'emulated', detail });
  }
  const { schema, description, strict } = format;
  return {
    type: 'json_schema',
    json_schema: known({ name: format.name ?? (isOwn ? undefined : 'answer'), description, schema, strict }),
  };
}
