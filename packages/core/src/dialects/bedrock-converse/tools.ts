/** Tools and the choice among them, both ways. Tools that the provider runs are carried whole. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  decodeName,
  emptySchema,
  type FunctionTool,
  formOf,
  known,
  nameForm,
  present,
  renderName,
  reportToolExtras,
  type Tool,
  type ToolChoice,
  WireObject,
} from '../../message/index.ts';
import { cacheMarkOf, drop, type Rendering, renderCachePoint } from './rendering.ts';
import { name, nameRule } from './wire.ts';

export function parseTools(values: readonly Json[], path: string): Tool[] {
  const tools: Tool[] = [];
  for (const [index, value] of values.entries()) {
    const cache = cacheMarkOf(value);
    const last = tools.at(-1);
    const isMarked = cache !== undefined && last?.type === 'function' && last.cache === undefined;
    if (isMarked) tools[tools.length - 1] = { ...last, cache };
    else tools.push(parseTool(value, `${path}[${index}]`));
  }
  return tools;
}

function parseTool(value: Json, path: string): Tool {
  const element = WireObject.open(value, path, 'strict');
  const wire = element.object('toolSpec');
  if (wire === undefined) return { type: 'native', dialect: name, value: value as never };
  const wireName = wire.required('name', wire.string('name'));
  const forms = known({ name: nameForm(wireName, nameRule) }) as Record<string, string>;
  return {
    type: 'function',
    name: decodeName(wireName),
    ...known({
      description: wire.string('description'),
      parameters: wire.object('inputSchema')?.json('json'),
      strict: wire.boolean('strict'),
    }),
    ...element.annotations(name, forms),
  };
}

type ToolRendering = Pick<Rendering, 'losses' | 'isOwn'>;

function renderTool(tool: Tool, field: string, rendering: ToolRendering): Json[] {
  if (tool.type === 'native') {
    if (tool.dialect === name) return [{ ...tool.value }];
    drop(rendering, field, `A tool run by the provider of ${tool.dialect} has no counterpart here.`);
    return [];
  }
  if (tool.type === 'custom') {
    drop(rendering, field, `${name} has no tools with free-text input.`);
    return [];
  }
  const element: Record<string, Json> = { toolSpec: renderSpec(tool, field, rendering) };
  applyAnnotations(element, tool, name);
  if (tool.cache === undefined) return [element];
  return [element, renderCachePoint(tool.cache, field, rendering)];
}

function renderSpec(tool: FunctionTool, field: string, rendering: ToolRendering): Record<string, Json> {
  const { losses, isOwn } = rendering;
  reportToolExtras(tool, { field, dialect: name, said: ['strict', 'cache'] }, losses);
  const place = { form: formOf(tool, name, 'name'), rule: nameRule, field: `${field}.name` };
  // Descriptions may not be empty here.
  const description = tool.description === '' && !isOwn ? undefined : tool.description;
  const spec = { name: renderName(tool.name, place, losses), description, strict: tool.strict };
  if (tool.parameters !== undefined || isOwn)
    return present({
      ...spec,
      inputSchema: tool.parameters === undefined ? undefined : { json: tool.parameters },
    });
  return present({ ...spec, inputSchema: { json: emptySchema(field, losses) } });
}

const choiceByWire = { auto: 'auto', any: 'required' } as const;
const wireByChoice = { auto: 'auto', required: 'any' } as const;

export function parseToolChoice(value: Json): ToolChoice {
  const wire = WireObject.open(value, 'toolConfig.toolChoice', 'strict');
  const tool = wire.object('tool');
  if (tool !== undefined) {
    const wireName = tool.required('name', tool.string('name'));
    const forms = known({ name: nameForm(wireName, nameRule) }) as Record<string, string>;
    return { type: 'tool', name: decodeName(wireName), ...wire.annotations(name, forms) };
  }
  for (const key of ['auto', 'any'] as const) {
    const choice = wire.peek(key);
    if (!isJsonObject(choice) || Object.keys(choice).length > 0) continue;
    wire.consume(key);
    return { type: choiceByWire[key], ...wire.annotations(name) };
  }
  return { type: 'native', dialect: name, value };
}

/** `toolConfig`: the tools and the choice, or nothing when there is nothing to choose from. */
export function renderToolConfig(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const { toolChoice } = request;
  const isTold = request.turns.some(({ parts }) =>
    (parts as readonly { readonly type: string }[]).some(({ type }) => type.startsWith('tool-')),
  );
  if (toolChoice?.type === 'none' && !isTold) {
    const detail = 'There is no such choice; the tools are left out.';
    rendering.losses.push({ field: 'toolChoice', action: 'emulated', detail });
    if ((request.tools ?? []).length > 0) drop(rendering, 'tools', 'None may be called.');
    return {};
  }
  const offered = allowedTools(request)?.flatMap((tool, index) =>
    renderTool(tool, `tools[${index}]`, rendering),
  );
  const isMissing = !rendering.isOwn && isTold && (offered ?? []).length === 0;
  const tools = isMissing ? calledTools(request, rendering) : offered;
  if (rendering.isOwn) {
    const config = known({ tools, toolChoice: renderChoice(toolChoice, rendering) });
    return Object.keys(config).length === 0 ? {} : { toolConfig: config as Record<string, Json> };
  }
  if (tools === undefined || tools.length === 0) {
    if (toolChoice !== undefined && toolChoice.type !== 'auto')
      drop(rendering, 'toolChoice', 'There are no tools to choose from.');
    return {};
  }
  const choice = renderChoice(toolChoice, rendering);
  return { toolConfig: { tools, ...(choice !== undefined && { toolChoice: choice }) } };
}

/** Calls in the conversation demand that tools are offered, even where the request has none. */
function calledTools({ turns }: ChatRequest, { losses }: Rendering): Json[] {
  const called = new Map<string, Json>();
  for (const turn of turns) {
    if (turn.role !== 'assistant') continue;
    for (const part of turn.parts) {
      if (part.type !== 'tool-call' || part.hosted !== undefined) continue;
      const wireName = renderName(part.name, { form: undefined, rule: nameRule, field: 'tools' }, []);
      called.set(part.name, {
        toolSpec: { name: wireName, inputSchema: { json: { type: 'object', properties: {} } } },
      });
    }
  }
  if (called.size > 0) {
    const detail = 'Tools are demanded where calls are told; those that were called are offered.';
    losses.push({ field: 'tools', action: 'emulated', detail });
  }
  return [...called.values()];
}

function renderChoice(choice: ToolChoice | undefined, rendering: ToolRendering): Json | undefined {
  if (choice === undefined) return undefined;
  const wire = choiceToWire(choice, rendering);
  if (wire !== undefined) applyAnnotations(wire, choice, name);
  return wire;
}

function choiceToWire(choice: ToolChoice, rendering: ToolRendering): Record<string, Json> | undefined {
  const { losses } = rendering;
  switch (choice.type) {
    case 'tool': {
      if (choice.custom) return drop(rendering, 'toolChoice', `\`${choice.name}\` cannot be sent.`);
      const place = { form: formOf(choice, name, 'name'), rule: nameRule, field: 'toolChoice.name' };
      return { tool: { name: renderName(choice.name, place, losses) } };
    }
    case 'allowed':
      losses.push({ field: 'toolChoice', action: 'emulated', detail: 'Only the allowed tools are sent.' });
      return { [wireByChoice[choice.mode]]: {} };
    case 'native':
      if (choice.dialect === name) return { ...(choice.value as Record<string, Json>) };
      return drop(rendering, 'toolChoice', `Only ${choice.dialect} knows this choice.`);
    case 'none':
      return drop(rendering, 'toolChoice', 'There is no such choice, and the calls told demand tools.');
    default:
      return { [wireByChoice[choice.type]]: {} };
  }
}

/** The tools that the choice leaves: this format cannot allow some tools and still show all. */
function allowedTools({ tools, toolChoice }: ChatRequest): readonly Tool[] | undefined {
  if (toolChoice?.type !== 'allowed' || tools === undefined) return tools;
  const names = new Set(toolChoice.tools.map((tool) => tool.name));
  return tools.filter((tool) => tool.type !== 'native' && names.has(tool.name));
}
