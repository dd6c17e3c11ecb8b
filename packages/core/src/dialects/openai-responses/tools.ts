/** Tools, the choice among them, and the output format: the parts of a request that constrain the answer, both ways. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  type AllowedTool,
  applyAnnotations,
  type CustomTool,
  decodeName,
  type FunctionTool,
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
import { drop } from './rendering.ts';
import { renderToolName } from './tool-calls.ts';
import { name, toolNameRule } from './wire.ts';

interface ToolRendering {
  readonly losses: Loss[];
  readonly isOwn: boolean;
}

export function parseTool(value: Json, path: string): Tool {
  const wire = WireObject.open(value, path, 'strict');
  const isFunction = wire.constant('type', 'function');
  if (!isFunction && !wire.constant('type', 'custom'))
    return { type: 'native', dialect: name, value: isJsonObject(value) ? value : {} };
  const wireName = wire.required('name', wire.string('name'));
  const forms: Record<string, string> = known({ name: nameForm(wireName, toolNameRule) });
  const shared = known({
    description: wire.string('description'),
    deferLoading: wire.boolean('defer_loading'),
    allowedCallers: wire.strings('allowed_callers'),
    async: wire.boolean('async'),
  });
  const own = isFunction ? readFunction(wire, forms) : known({ format: wire.record('format') });
  return {
    type: isFunction ? 'function' : 'custom',
    name: decodeName(wireName),
    ...shared,
    ...own,
    ...wire.annotations(name, forms),
  } as Tool;
}

function readFunction(wire: WireObject, forms: Record<string, string>) {
  const strict = wire.boolean('strict');
  if (strict === undefined) forms.strict = 'absent';
  return known({
    parameters: wire.json('parameters'),
    strict: strict === false ? undefined : strict,
    outputSchema: wire.json('output_schema'),
  });
}

export function renderTool(
  tool: Tool,
  field: string,
  rendering: ToolRendering,
): Record<string, Json> | undefined {
  if (tool.type === 'native') {
    if (tool.dialect === name) return { ...tool.value };
    return drop(rendering, field, `A tool run by the provider of ${tool.dialect} has no counterpart here.`);
  }
  const wire = present({
    type: tool.type,
    name: renderToolName(tool.name, tool, rendering.losses, field),
    description: tool.description,
    defer_loading: tool.deferLoading,
    allowed_callers: fitCallers(tool, field, rendering),
    async: tool.async,
    ...(tool.type === 'custom' ? { format: tool.format } : renderFunction(tool, field, rendering)),
  });
  applyAnnotations(wire, tool, name);
  return wire;
}

const saidOnFunctions = ['strict', 'deferLoading', 'allowedCallers', 'async', 'outputSchema'] as const;

function renderFunction(tool: FunctionTool, field: string, rendering: ToolRendering) {
  reportToolExtras(tool, { field, dialect: name, said: saidOnFunctions }, rendering.losses);
  return {
    parameters: tool.parameters,
    strict: tool.strict ?? laxity(tool),
    output_schema: tool.outputSchema,
  };
}

/**
 * A function that says nothing is strict here and nowhere else, so the laxity of others is said, and read as theirs; what
 * this format leaves out stays left out.
 */
function laxity(tool: FunctionTool): boolean | undefined {
  return formOf(tool, name, 'strict') === 'absent' ? undefined : false;
}

const callers: ReadonlySet<string> = new Set(['direct', 'programmatic']);

/** Who may call is said in words of the vendor; those of another mean nothing here. */
function fitCallers(
  { allowedCallers }: FunctionTool | CustomTool,
  field: string,
  rendering: ToolRendering,
): readonly string[] | undefined {
  if (allowedCallers === undefined || rendering.isOwn) return allowedCallers;
  if (allowedCallers.every((caller) => callers.has(caller))) return allowedCallers;
  return drop(rendering, `${field}.allowedCallers`, `${name} has other words for callers.`);
}

const plainChoices: ReadonlySet<string> = new Set(['auto', 'none', 'required']);

export function parseToolChoice(value: Json): ToolChoice {
  const native: ToolChoice = { type: 'native', dialect: name, value };
  if (typeof value === 'string')
    return plainChoices.has(value) ? { type: value as 'auto' | 'none' | 'required' } : native;
  const wire = WireObject.open(value, 'tool_choice', 'strict');
  if (wire.constant('type', 'allowed_tools')) return parseAllowed(wire) ?? native;
  const isCustom = wire.constant('type', 'custom');
  if (!isCustom && !wire.constant('type', 'function')) return native;
  const named = readNamed(wire);
  return {
    type: 'tool',
    ...named.tool,
    ...(isCustom && { custom: true }),
    ...wire.annotations(name, named.forms),
  };
}

function readNamed(wire: WireObject) {
  const wireName = wire.required('name', wire.string('name'));
  const forms: Record<string, string> = known({ name: nameForm(wireName, toolNameRule) });
  return { tool: { name: decodeName(wireName) }, forms };
}

/** Undefined when the choice names a tool that the provider runs. */
function parseAllowed(wire: WireObject): ToolChoice | undefined {
  const mode = wire.required('mode', wire.string('mode'));
  const values = wire.required('tools', wire.list('tools'));
  if (mode !== 'auto' && mode !== 'required') return undefined;
  const tools: AllowedTool[] = [];
  for (const [index, value] of values.entries()) {
    const tool = WireObject.open(value, `tool_choice.tools[${index}]`, 'strict');
    const isCustom = tool.constant('type', 'custom');
    if (!isCustom && !tool.constant('type', 'function')) return undefined;
    const { tool: named, forms } = readNamed(tool);
    tools.push({ type: isCustom ? 'custom' : 'function', ...named, ...tool.annotations(name, forms) });
  }
  return { type: 'allowed', mode, tools, ...wire.annotations(name) };
}

export function renderToolChoice(choice: ToolChoice, rendering: ToolRendering): Json | undefined {
  const { losses } = rendering;
  if (choice.type === 'native') {
    if (choice.dialect === name) return choice.value;
    return drop(rendering, 'toolChoice', `Only ${choice.dialect} knows this choice.`);
  }
  if (choice.type !== 'tool' && choice.type !== 'allowed') return choice.type;
  const wire: Record<string, Json> =
    choice.type === 'tool'
      ? {
          type: choice.custom ? 'custom' : 'function',
          name: renderToolName(choice.name, choice, losses, 'toolChoice'),
        }
      : { type: 'allowed_tools', mode: choice.mode, tools: renderAllowed(choice.tools, losses) };
  applyAnnotations(wire, choice, name);
  return wire;
}

function renderAllowed(tools: readonly AllowedTool[], losses: Loss[]): Json[] {
  return tools.map((tool) => {
    const wire: Record<string, Json> = {
      type: tool.type,
      name: renderToolName(tool.name, tool, losses, 'toolChoice'),
    };
    applyAnnotations(wire, tool, name);
    return wire;
  });
}

/** Undefined for a format that has no name here, such as the grammar of one host. */
export function parseOutputFormat(wire: WireObject): OutputFormat {
  const type = wire.required('type', wire.string('type'));
  if (type === 'text') return { type: 'text', ...wire.annotations(name) };
  if (type === 'json_object') return { type: 'json', ...wire.annotations(name) };
  // Any other type keeps its own word beside the plain text that it is to others.
  if (type !== 'json_schema') return { type: 'text', ...wire.annotations(name, { type }) };
  const fields = known({
    schema: wire.json('schema'),
    name: wire.string('name'),
    description: wire.string('description'),
    strict: wire.boolean('strict'),
  });
  return { type: 'json-schema', ...fields, ...wire.annotations(name) };
}

export function renderOutputFormat(format: OutputFormat, rendering: ToolRendering): Record<string, Json> {
  const wire = renderFormat(format, rendering);
  applyAnnotations(wire, format, name);
  return wire;
}

function renderFormat(format: OutputFormat, { losses, isOwn }: ToolRendering): Record<string, Json> {
  if (format.type === 'text') {
    const own = format.spelling?.dialect === name ? format.spelling.forms?.type : undefined;
    return { type: own ?? 'text' };
  }
  if (format.type === 'json') return { type: 'json_object' };
  const isNamed = format.name !== undefined || isOwn;
  if (!isNamed) {
    const detail = 'The format demands a name; `answer` is sent.';
    losses.push({ field: 'outputFormat.name', action: 'emulated', detail });
  }
  return present({
    type: 'json_schema',
    name: format.name ?? (isNamed ? undefined : 'answer'),
    description: format.description,
    schema: format.schema,
    strict: format.strict,
  });
}
