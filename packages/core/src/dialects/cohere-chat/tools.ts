/** Tools, the choice among them, and the output format: the parts of a request that constrain the answer, both ways. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  decodeName,
  emptySchema,
  formOf,
  known,
  nameForm,
  type OutputFormat,
  present,
  renderName,
  reportToolExtras,
  type Tool,
  type ToolChoice,
  WireObject,
} from '../../message/index.ts';
import { drop, type Rendering } from './rendering.ts';
import { name, toolNameRule } from './wire.ts';

function parseTool(value: Json, path: string): Tool {
  const wire = WireObject.open(value, path, 'strict');
  const isFunction = wire.constant('type', 'function');
  if (!isFunction && !(wire.peek('type') === undefined && wire.has('function')))
    return { type: 'native', dialect: name, value: value as never };
  const inner = wire.required('function', wire.object('function'));
  const wireName = inner.required('name', inner.string('name'));
  const forms = known({
    type: isFunction ? undefined : 'absent',
    name: nameForm(wireName, toolNameRule),
  }) as Record<string, string>;
  return {
    type: 'function',
    name: decodeName(wireName),
    ...known({ description: inner.string('description'), parameters: inner.json('parameters') }),
    ...wire.annotations(name, forms),
  };
}

/** `strict_tools` speaks for all tools at once. */
export function parseTools(wire: WireObject, forms: Record<string, string>): Pick<ChatRequest, 'tools'> {
  const tools = wire.list('tools')?.map((tool, index) => parseTool(tool, `tools[${index}]`));
  const strict = wire.boolean('strict_tools');
  if (strict !== undefined) forms.strict_tools = String(strict);
  if (tools === undefined) return {};
  return { tools: strict === undefined ? tools : tools.map((tool) => withStrict(tool, strict)) };
}

function withStrict(tool: Tool, strict: boolean): Tool {
  return tool.type === 'function' ? { ...tool, strict } : tool;
}

export function renderTools(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const offered = allowedTools(request, rendering);
  const tools = offered
    ?.map(({ tool, index }) => renderTool(tool, `tools[${index}]`, rendering))
    .filter((tool) => tool !== undefined);
  return {
    ...(tools !== undefined && { tools }),
    ...renderStrict(request, offered ?? [], rendering),
    ...renderToolChoice(request, rendering),
  };
}

/** A tool that is sent, with its place among those of the request. */
interface Offered {
  readonly tool: Tool;
  readonly index: number;
}

/** The tools that the choice leaves: this format can demand a call, but not of whom. */
function allowedTools(
  { tools, toolChoice }: ChatRequest,
  { isOwn }: Rendering,
): readonly Offered[] | undefined {
  const indexed = tools?.map((tool, index) => ({ tool, index }));
  if (isOwn || toolChoice === undefined) return indexed;
  if (toolChoice.type === 'tool') {
    const named = indexed?.filter(({ tool }) => tool.type === 'function' && tool.name === toolChoice.name);
    return named !== undefined && named.length > 0 ? named : indexed;
  }
  if (toolChoice.type !== 'allowed') return indexed;
  const names = new Set(toolChoice.tools.map((tool) => tool.name));
  return indexed?.filter(({ tool }) => tool.type !== 'native' && names.has(tool.name));
}

function renderTool(tool: Tool, field: string, rendering: Rendering): Record<string, Json> | undefined {
  if (tool.type === 'native') {
    if (tool.dialect === name) return { ...tool.value };
    return drop(rendering, field, `A tool run by the provider of ${tool.dialect} has no counterpart here.`);
  }
  if (tool.type === 'custom') return drop(rendering, field, `${name} has no tools with free-text input.`);
  reportToolExtras(tool, { field, dialect: name, said: ['strict'] }, rendering.losses);
  const place = { form: formOf(tool, name, 'name'), rule: toolNameRule, field: `${field}.name` };
  const wire = present({
    type: formOf(tool, name, 'type') === 'absent' ? undefined : 'function',
    function: present({
      name: renderName(tool.name, place, rendering.losses),
      description: tool.description,
      parameters: tool.parameters ?? (rendering.isOwn ? undefined : emptySchema(field, rendering.losses)),
    }),
  });
  applyAnnotations(wire, tool, name);
  return wire;
}

/** All tools are strict or none is. */
function renderStrict(
  request: ChatRequest,
  offered: readonly Offered[],
  rendering: Rendering,
): Record<string, Json> {
  const functions = offered.flatMap(({ tool, index }) => (tool.type === 'function' ? [{ tool, index }] : []));
  const [first] = functions;
  if (first === undefined) {
    const form = formOf(request, name, 'strict_tools');
    return form === undefined ? {} : { strict_tools: form === 'true' };
  }
  const { strict } = first.tool;
  if (functions.every(({ tool }) => tool.strict === strict)) return present({ strict_tools: strict });
  for (const { tool, index } of functions) {
    if (tool.strict !== undefined)
      drop(rendering, `tools[${index}].strict`, 'All tools are strict here or none is.');
  }
  return {};
}

const choiceByWire = { REQUIRED: 'required', NONE: 'none' } as const;
const wireByChoice = { required: 'REQUIRED', none: 'NONE', auto: undefined } as const;

export function parseToolChoice(value: Json): ToolChoice {
  const isKnown = typeof value === 'string' && Object.hasOwn(choiceByWire, value);
  if (isKnown) return { type: choiceByWire[value as keyof typeof choiceByWire] };
  return { type: 'native', dialect: name, value };
}

function renderToolChoice(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const { toolChoice, parallelTools } = request;
  if (parallelTools === false && toolChoice?.type !== 'none')
    drop(rendering, 'parallelTools', `${name} cannot forbid several calls at once.`);
  const choice = toolChoice === undefined ? undefined : choiceToWire(toolChoice, request, rendering);
  return choice === undefined ? {} : { tool_choice: choice };
}

function choiceToWire(
  choice: ToolChoice,
  { tools = [] }: ChatRequest,
  rendering: Rendering,
): Json | undefined {
  switch (choice.type) {
    case 'tool': {
      const isOffered = tools.some((tool) => tool.type === 'function' && tool.name === choice.name);
      if (!isOffered) return drop(rendering, 'toolChoice', `\`${choice.name}\` is not among the tools sent.`);
      const detail = `Only \`${choice.name}\` is sent, and a call demanded.`;
      rendering.losses.push({ field: 'toolChoice', action: 'emulated', detail });
      return 'REQUIRED';
    }
    case 'allowed':
      rendering.losses.push({
        field: 'toolChoice',
        action: 'emulated',
        detail: 'Only the allowed tools are sent.',
      });
      return wireByChoice[choice.mode];
    case 'native':
      if (choice.dialect === name) return choice.value;
      return drop(rendering, 'toolChoice', `Only ${choice.dialect} knows this choice.`);
    default:
      // Without a word the model decides.
      return wireByChoice[choice.type];
  }
}

/** `json_object` promises any JSON, or what a schema says; version 1 and its users call the schema `schema`. */
export function parseOutputFormat(wire: WireObject): OutputFormat {
  const type = wire.required('type', wire.string('type'));
  if (type === 'text') return { type: 'text', ...wire.annotations(name) };
  // Any other type keeps its own word beside the plain text that it is to others.
  if (type !== 'json_object') return { type: 'text', ...wire.annotations(name, { type }) };
  const schema = wire.json('json_schema');
  const early = schema === undefined ? wire.json('schema') : undefined;
  if (schema === undefined && early === undefined) return { type: 'json', ...wire.annotations(name) };
  const forms = early === undefined ? undefined : { schema: 'schema' };
  return { type: 'json-schema', ...known({ schema: schema ?? early }), ...wire.annotations(name, forms) };
}

export function renderOutputFormat(
  format: OutputFormat,
  rendering: Rendering,
  field = 'json_schema',
): Record<string, Json> {
  const wire = formatToWire(format, rendering, field);
  applyAnnotations(wire, format, name);
  return wire;
}

function formatToWire(format: OutputFormat, rendering: Rendering, field: string): Record<string, Json> {
  if (format.type === 'text') return { type: formOf(format, name, 'type') ?? 'text' };
  if (format.type === 'json') return { type: 'json_object' };
  for (const key of ['name', 'description'] as const) {
    if (format[key] !== undefined) drop(rendering, `outputFormat.${key}`, 'Schemas carry no label here.');
  }
  if (format.strict === false) drop(rendering, 'outputFormat.strict', 'Schemas are always strict here.');
  return present({ type: 'json_object', [formOf(format, name, 'schema') ?? field]: format.schema });
}
