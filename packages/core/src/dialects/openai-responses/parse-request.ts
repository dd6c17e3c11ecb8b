/** A caller's Responses request becomes a canonical one. Everything wrong with it is refused by field name. */
import { KeelsonError } from '../../errors/index.ts';
import type { Json } from '../../json/index.ts';
import {
  attachCallState,
  type ChatRequest,
  checkBound,
  joinRequests,
  known,
  openBody,
  type Part,
  pairCalls,
  readFields,
  type ToolResultPart,
  type Turn,
  type WireCall,
  WireObject,
} from '../../message/index.ts';
import { parseItem } from './assistant.ts';
import { parseContentPart } from './parts.ts';
import { parseToolResult } from './tool-calls.ts';
import { parseOutputFormat, parseTool, parseToolChoice } from './tools.ts';
import { name, reasoningFields, requestFields, streamOptionFields, textFields } from './wire.ts';

export function parseRequest(call: WireCall): ChatRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const model = wire.required('model', wire.string('model'));
  const fields = joinRequests(
    readFields(wire, requestFields),
    readGroup(wire, 'stream_options', streamOptionFields),
    parseReasoning(wire, forms),
    parseText(wire),
    parseInclude(wire, forms),
    parseInstructions(wire),
    parseTools(wire),
    { turns: parseInput(wire, forms) },
  );
  return { dialect: name, turns: [], ...fields, model, ...wire.annotations(name, forms) };
}

function readGroup(wire: WireObject, field: string, rows: typeof requestFields): Partial<ChatRequest> {
  const group = wire.object(field);
  return group === undefined ? {} : readFields(group, rows);
}

/** `generate_summary` is the deprecated name of `summary`; with both, the new one counts. */
function parseReasoning(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const group = wire.object('reasoning');
  if (group === undefined) return {};
  const fields = readFields(group, reasoningFields);
  const early = group.string('generate_summary');
  if (early === undefined) return fields;
  forms.generate_summary = early;
  if (fields.reasoning?.summary !== undefined) return fields;
  forms.summary = 'generate_summary';
  return { reasoning: { ...fields.reasoning, summary: early } };
}

function parseText(wire: WireObject): Partial<ChatRequest> {
  const group = wire.object('text');
  if (group === undefined) return {};
  const format = group.record('format');
  return {
    ...readFields(group, textFields),
    ...(format && { outputFormat: parseOutputFormat(WireObject.open(format, 'text.format', 'strict')) }),
  };
}

/** What other formats ask for by fields of their own, or always give. */
export const logprobsInclude = 'message.output_text.logprobs';
export const stateInclude = 'reasoning.encrypted_content';

function parseInclude(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const list = wire.strings('include');
  if (list === undefined) return {};
  forms.include = JSON.stringify(list);
  const include = list.filter((entry) => entry !== logprobsInclude && entry !== stateInclude);
  return {
    ...(include.length > 0 && { service: { include } }),
    ...(list.includes(logprobsInclude) && { sampling: { logprobs: true } }),
  };
}

function parseInstructions(wire: WireObject): Partial<ChatRequest> {
  const text = wire.string('instructions');
  return text === undefined ? {} : { system: [{ type: 'text', text }] };
}

function parseTools(wire: WireObject): Partial<ChatRequest> {
  const tools = wire.list('tools');
  checkBound('tools', tools?.length ?? 0, 'tools');
  const choice = wire.json('tool_choice');
  return known({
    tools: tools?.map((tool, index) => parseTool(tool, `tools[${index}]`)),
    toolChoice: choice === undefined ? undefined : parseToolChoice(choice),
  });
}

function parseInput(wire: WireObject, forms: Record<string, string>): readonly Turn[] {
  if (!wire.has('input') || wire.peek('input') === null) {
    // A stored prompt or conversation may be all there is to answer.
    const isStored = ['prompt', 'conversation', 'previous_response_id'].some((field) => wire.has(field));
    if (!isStored) wire.required('input', wire.string('input'));
    forms.input = 'absent';
    wire.string('input');
    return [];
  }
  if (typeof wire.peek('input') === 'string') {
    forms.input = 'text';
    return [{ role: 'user', parts: [{ type: 'text', text: wire.string('input') as string }] }];
  }
  const items = wire.list('input') ?? [];
  checkBound('turns', items.length, 'input');
  const turns: Turn[] = [];
  for (const [index, item] of items.entries()) pushItem(turns, item, `input[${index}]`);
  return pairCalls(turns.map(settle));
}

const resultTypes: ReadonlySet<unknown> = new Set(['function_call_output', 'custom_tool_call_output']);
const roles: ReadonlySet<unknown> = new Set(['user', 'system', 'developer', 'assistant']);

/** What the model said and did in a row is one turn, and so are the results of a round. */
function pushItem(turns: Turn[], item: Json, path: string): void {
  const wire = WireObject.open(item, path, 'strict');
  const type = wire.peek('type');
  const role = wire.peek('role');
  if (type === 'message' || type === undefined) checkRole(wire, role);
  if (resultTypes.has(type)) {
    pushParts(turns, 'tool', [parseToolResult(wire, 'strict')]);
  } else if ((type === 'message' || type === undefined) && role !== 'assistant') {
    turns.push(parseMessage(wire, role === 'user' ? 'user' : 'system', String(role)));
  } else pushParts(turns, 'assistant', parseItem(item, path, 'strict'));
}

function checkRole(wire: WireObject, role: Json | undefined): void {
  if (roles.has(wire.required('role', role))) return;
  const field = wire.fieldPath('role');
  throw new KeelsonError('invalid_request', `\`${field}\` must be a known role.`, {
    details: { field, expected: 'user, assistant, system or developer' },
  });
}

function pushParts(turns: Turn[], role: 'tool' | 'assistant', parts: readonly Part[]): void {
  const last = turns.at(-1);
  if (last?.role === role) (last.parts as Part[]).push(...parts);
  else if (role === 'tool') turns.push({ role, parts: [...parts] as ToolResultPart[] });
  else turns.push({ role, parts: [...parts] });
  checkBound('parts', turns.at(-1)?.parts.length ?? 0, 'input');
}

function settle(turn: Turn): Turn {
  return turn.role === 'assistant' ? { ...turn, parts: attachCallState(turn.parts) } : turn;
}

function parseMessage(wire: WireObject, role: 'user' | 'system', wireRole: string): Turn {
  wire.consume('role');
  const forms: Record<string, string> = known({
    type: wire.constant('type', 'message') ? 'message' : undefined,
    item_id: wire.string('id'),
    item_status: wire.string('status'),
    item_phase: wire.string('phase'),
    role: wireRole === 'developer' ? undefined : wireRole,
  });
  if (role === 'user') delete forms.role;
  else if (wireRole === 'developer') forms.role = 'developer';
  const parts = parseContent(wire, forms);
  return { role, parts, ...wire.annotations(name, forms) };
}

function parseContent(wire: WireObject, forms: Record<string, string>): Part[] {
  const content = wire.peek('content');
  if (!Array.isArray(content)) {
    if (content === undefined) forms.content = 'absent';
    const text = wire.string('content');
    return text === undefined ? [] : [{ type: 'text', text }];
  }
  wire.consume('content');
  forms.content = 'list';
  const path = wire.fieldPath('content');
  checkBound('parts', content.length, path);
  return content.map((part, index) => parseContentPart(part, `${path}[${index}]`, 'strict', 'other'));
}
