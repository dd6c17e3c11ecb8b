/** Tools of a request, both ways; there is no choice among them, so what a choice means is said by the tools that are sent. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  emptySchema,
  formOf,
  known,
  type Loss,
  present,
  reportToolExtras,
  type Tool,
  WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

export function parseTool(value: Json, path: string): Tool {
  const wire = WireObject.open(value, path, 'strict');
  const type = wire.peek('type');
  if (type !== undefined && type !== null && type !== 'function')
    return { type: 'native', dialect: name, value: value as never };
  const forms: Record<string, string> = wire.constant('type', 'function') ? {} : { type: 'absent' };
  const described = wire.required('function', wire.object('function'));
  return {
    type: 'function',
    name: described.required('name', described.string('name')),
    ...known({
      description: described.string('description'),
      parameters: described.json('parameters'),
    }),
    ...wire.annotations(name, forms),
  };
}

export function renderTools(request: ChatRequest, losses: Loss[]): Record<string, Json> {
  const tools = chosenTools(request, losses);
  if (request.parallelTools === false)
    losses.push({ field: 'parallelTools', action: 'dropped', detail: `${name} has no such field.` });
  if (tools === undefined) return {};
  const all = request.tools ?? [];
  const wire = tools
    .map((tool) =>
      renderTool(tool, `tools[${all.indexOf(tool)}]`, { losses, isOwn: request.dialect === name }),
    )
    .filter((tool) => tool !== undefined);
  return wire.length === 0 && all.length > 0 ? {} : { tools: wire };
}

function chosenTools({ tools, toolChoice }: ChatRequest, losses: Loss[]): readonly Tool[] | undefined {
  const tell = (action: Loss['action'], detail: string): void => {
    losses.push({ field: 'toolChoice', action, detail });
  };
  switch (toolChoice?.type) {
    case undefined:
    case 'auto':
      return tools;
    case 'none':
      tell('emulated', 'No tools are sent, so that none is called.');
      return undefined;
    case 'allowed': {
      tell('emulated', 'Only the allowed tools are sent.');
      const allowed = new Set(toolChoice.tools.map((tool) => tool.name));
      return tools?.filter((tool) => tool.type !== 'native' && allowed.has(tool.name));
    }
    default:
      tell('dropped', `${name} cannot force a call.`);
      return tools;
  }
}

interface ToolRendering {
  readonly losses: Loss[];
  /** Whether the request was written in this format. */
  readonly isOwn: boolean;
}

function renderTool(tool: Tool, field: string, rendering: ToolRendering): Record<string, Json> | undefined {
  const { losses } = rendering;
  if (tool.type === 'native' && tool.dialect === name) return { ...tool.value };
  if (tool.type !== 'function') {
    losses.push({ field, action: 'dropped', detail: `${name} has only functions as tools.` });
    return undefined;
  }
  reportToolExtras(tool, { field, dialect: name, said: [] }, losses);
  const wire = present({
    type: formOf(tool, name, 'type') === 'absent' ? undefined : 'function',
    function: present({
      name: tool.name,
      description: tool.description,
      // Templates of models read the properties, so there must be some place for them.
      parameters: tool.parameters ?? (rendering.isOwn ? undefined : emptySchema(field, losses)),
    }),
  });
  applyAnnotations(wire, tool, name);
  return wire;
}
