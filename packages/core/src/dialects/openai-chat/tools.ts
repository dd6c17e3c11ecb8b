/** Tools, the choice among them, and the output format: the parts of a request that constrain the answer, both ways. */
import type { Json } from '../../json/index.ts';
import {
  type AllowedTool,
  applyAnnotations,
  decodeName,
  formOf,
  known,
  type Loss,
  type OutputFormat,
  reportToolExtras,
  type Tool,
  type ToolChoice,
  WireObject,
} from '../../message/index.ts';
import { parseCacheMark, renderCacheMark } from './parts.ts';
import { renderToolName, spelledName } from './tool-calls.ts';
import { name, type OpenAiChatQuirks } from './wire.ts';

export function parseTool(value: Json, path: string): Tool {
  const wire = WireObject.open(value, path, 'strict');
  const type = wire.peek('type');
  if (type === 'custom') return parseCustomTool(wire);
  if (type === 'function' || (type === undefined && wire.has('function'))) return parseFunctionTool(wire);
  return { type: 'native', dialect: name, value: value as never };
}

function parseFunctionTool(wire: WireObject): Tool {
  const { cache, forms } = parseCacheMark(wire);
  if (!wire.constant('type', 'function')) forms.type = 'absent';
  const inner = wire.required('function', wire.object('function'));
  return { type: 'function', ...readFunction(inner, forms), ...cache, ...wire.annotations(name, forms) };
}

/** `functions[]`, the deprecated form: the definition without its wrapper. */
export function parseLegacyFunction(value: Json, path: string): Tool {
  const wire = WireObject.open(value, path, 'strict');
  const forms: Record<string, string> = { field: 'functions' };
  return { type: 'function', ...readFunction(wire, forms), ...wire.annotations(name, forms) };
}

function readFunction(wire: WireObject, forms: Record<string, string>) {
  const wireName = wire.required('name', wire.string('name'));
  const form = spelledName(wireName);
  if (form !== undefined) forms.name = form;
  return {
    name: decodeName(wireName),
    ...known({
      description: wire.string('description'),
      parameters: wire.json('parameters'),
      strict: wire.boolean('strict'),
    }),
  };
}

function parseCustomTool(wire: WireObject): Tool {
  wire.constant('type', 'custom');
  const custom = wire.required('custom', wire.object('custom'));
  const wireName = custom.required('name', custom.string('name'));
  const forms = known({ name: spelledName(wireName) }) as Record<string, string>;
  const fields = known({ description: custom.string('description'), format: custom.record('format') });
  return { type: 'custom', name: decodeName(wireName), ...fields, ...wire.annotations(name, forms) };
}

export interface ToolRendering {
  readonly quirks: OpenAiChatQuirks;
  readonly losses: Loss[];
}

export function renderTool(
  tool: Tool,
  index: number,
  rendering: ToolRendering,
): Record<string, Json> | undefined {
  const path = `tools[${index}]`;
  if (tool.type === 'native') return renderNativeTool(tool, path, rendering.losses);
  const wireName = renderToolName(tool.name, tool, rendering.losses, path);
  const wire: Record<string, Json> =
    tool.type === 'custom'
      ? {
          type: 'custom',
          custom: known({ name: wireName, description: tool.description, format: tool.format }),
        }
      : { type: 'function', function: renderFunction(tool, wireName) };
  if (formOf(tool, name, 'type') === 'absent') delete wire.type;
  if (tool.type === 'function') {
    if (tool.cache !== undefined) renderCacheMark(wire, tool, { path, ...withoutBreakpoint(rendering) });
    reportToolExtras(tool, { field: path, dialect: name, said: ['strict', 'cache'] }, rendering.losses);
  }
  applyAnnotations(wire, tool, name);
  return wire;
}

/** Tools take `cache_control` where a host knows it, but never the official breakpoint. */
function withoutBreakpoint({ quirks, losses }: ToolRendering) {
  const cacheMark = quirks.cacheMark === 'cache_control' ? quirks.cacheMark : 'none';
  return { quirks: { cacheMark } as const, losses };
}

function renderNativeTool(tool: Extract<Tool, { type: 'native' }>, field: string, losses: Loss[]) {
  if (tool.dialect === name) return { ...tool.value };
  losses.push({
    field,
    action: 'dropped',
    detail: `A tool run by the provider of ${tool.dialect} has no counterpart here.`,
  });
  return undefined;
}

export function renderFunction(
  tool: Extract<Tool, { type: 'function' }>,
  wireName: string,
): Record<string, Json> {
  return known({
    name: wireName,
    description: tool.description,
    parameters: tool.parameters,
    strict: tool.strict,
  });
}

const plainChoices: ReadonlySet<string> = new Set(['auto', 'none', 'required']);

export function parseToolChoice(value: Json, path: string): ToolChoice {
  if (typeof value === 'string') {
    return plainChoices.has(value)
      ? { type: value as 'auto' | 'none' | 'required' }
      : { type: 'native', dialect: name, value };
  }
  const wire = WireObject.open(value, path, 'strict');
  if (wire.constant('type', 'allowed_tools')) return parseAllowedTools(wire);
  const isCustom = wire.constant('type', 'custom');
  const isFunction = wire.constant('type', 'function');
  const chosen = isCustom || isFunction ? wire.object(isCustom ? 'custom' : 'function') : undefined;
  if (chosen === undefined) return { type: 'native', dialect: name, value };
  const wireName = chosen.required('name', chosen.string('name'));
  const forms = known({ name: spelledName(wireName) }) as Record<string, string>;
  return {
    type: 'tool',
    name: decodeName(wireName),
    ...(isCustom && { custom: true }),
    ...wire.annotations(name, forms),
  };
}

function parseAllowedTools(wire: WireObject): ToolChoice {
  const allowed = wire.required('allowed_tools', wire.object('allowed_tools'));
  const mode = allowed.string('mode') === 'required' ? 'required' : 'auto';
  const tools = (allowed.list('tools') ?? []).map((value, index): AllowedTool => {
    const tool = WireObject.open(value, `${allowed.fieldPath('tools')}[${index}]`, 'strict');
    const isCustom = tool.constant('type', 'custom');
    if (!isCustom) tool.constant('type', 'function');
    const inner = tool.object(isCustom ? 'custom' : 'function');
    const wireName = tool.required('name', inner?.string('name'));
    const forms = known({ name: spelledName(wireName) }) as Record<string, string>;
    return {
      type: isCustom ? 'custom' : 'function',
      name: decodeName(wireName),
      ...tool.annotations(name, forms),
    };
  });
  return { type: 'allowed', mode, tools, ...wire.annotations(name) };
}

/** `function_call`, the deprecated form: `"auto"`, `"none"` or `{name}`. */
export function parseLegacyChoice(value: Json): ToolChoice {
  const spelling = { dialect: name, forms: { field: 'function_call' } };
  if (value === 'auto' || value === 'none') return { type: value, spelling };
  const wire = WireObject.open(value, 'function_call', 'strict');
  return { type: 'tool', name: wire.required('name', wire.string('name')), spelling };
}

export function renderToolChoice(choice: ToolChoice, losses: Loss[]): Record<string, Json> {
  if (formOf(choice, name, 'field') === 'function_call') {
    return { function_call: choice.type === 'tool' ? { name: choice.name } : choice.type };
  }
  if (choice.type === 'native') {
    if (choice.dialect === name) return { tool_choice: choice.value };
    losses.push({
      field: 'toolChoice',
      action: 'dropped',
      detail: `Only ${choice.dialect} knows this choice.`,
    });
    return {};
  }
  if (choice.type !== 'tool' && choice.type !== 'allowed') return { tool_choice: choice.type };
  const wire: Record<string, Json> =
    choice.type === 'tool'
      ? named(
          choice.custom ? 'custom' : 'function',
          renderToolName(choice.name, choice, losses, 'toolChoice'),
        )
      : {
          type: 'allowed_tools',
          allowed_tools: { mode: choice.mode, tools: renderAllowed(choice.tools, losses) },
        };
  applyAnnotations(wire, choice, name);
  return { tool_choice: wire };
}

function named(type: 'custom' | 'function', toolName: string): Record<string, Json> {
  return { type, [type]: { name: toolName } };
}

function renderAllowed(tools: readonly AllowedTool[], losses: Loss[]): Json[] {
  return tools.map((tool) => {
    const wire = named(tool.type, renderToolName(tool.name, tool, losses, 'toolChoice'));
    applyAnnotations(wire, tool, name);
    return wire;
  });
}

export function parseOutputFormat(wire: WireObject): OutputFormat {
  const type = wire.required('type', wire.string('type'));
  if (type === 'text') return { type: 'text', ...wire.annotations(name) };
  if (type === 'json_object') return { type: 'json', ...wire.annotations(name) };
  // Any other type, such as a grammar of one host, keeps its own word beside the plain text that it is to others.
  if (type !== 'json_schema') return { type: 'text', ...wire.annotations(name, { type }) };
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

export function renderOutputFormat(format: OutputFormat, losses: Loss[]): Record<string, Json> {
  const wire = renderFormat(format, losses);
  applyAnnotations(wire, format, name);
  return wire;
}

function renderFormat(format: OutputFormat, losses: Loss[]): Record<string, Json> {
  if (format.type === 'text') return { type: formOf(format, name, 'type') ?? 'text' };
  if (format.type === 'json') return { type: 'json_object' };
  if (formOf(format, name, 'json_schema') === 'absent') return { type: 'json_schema' };
  const isNamed = format.name !== undefined || format.spelling?.dialect === name;
  if (!isNamed) {
    losses.push({
      field: 'outputFormat.name',
      action: 'emulated',
      detail: 'The format demands a name; `answer` is sent.',
    });
  }
  const { schema, description, strict } = format;
  return {
    type: 'json_schema',
    json_schema: known({
      name: format.name ?? (isNamed ? undefined : 'answer'),
      description,
      schema,
      strict,
    }),
  };
}
