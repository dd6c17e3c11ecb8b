/**
 * Requests of version 1, both ways: one message with a history beside it, tools with a list of parameters instead of a
 * schema, and results without ids. What only this version knows comes out again in it alone.
 */
import { KeelsonError } from '../../errors/index.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatRequest,
  checkBound,
  decodeName,
  type FunctionTool,
  formOf,
  joinRequests,
  known,
  nameForm,
  type Part,
  pairCalls,
  present,
  readFields,
  renderName,
  type Tool,
  type ToolCallPart,
  type ToolResultPart,
  type Turn,
  WireObject,
  writeFields,
} from '../../message/index.ts';
import { drop, type Rendering } from './rendering.ts';
import { parseOutputFormat, renderOutputFormat } from './tools.ts';
import { name, samplingFields, toolNameRule } from './wire.ts';

export function isVersion1(request: ChatRequest): boolean {
  return formOf(request, name, 'version') === '1';
}

export function parseRequest1(wire: WireObject): ChatRequest {
  const forms: Record<string, string> = { version: '1' };
  const model = wire.required('model', wire.string('model'));
  const preamble = wire.string('preamble');
  const format = wire.record('response_format');
  const tools = wire.list('tools');
  checkBound('tools', tools?.length ?? 0, 'tools');
  const fields = joinRequests(readFields(wire, samplingFields), {
    turns: pairCalls(parseTurns(wire, forms)),
    ...(preamble !== undefined && { system: [{ type: 'text' as const, text: preamble }] }),
    ...(tools !== undefined && { tools: tools.map((tool, index) => parseTool1(tool, `tools[${index}]`)) }),
    ...(format !== undefined && {
      outputFormat: parseOutputFormat(WireObject.open(format, 'response_format', 'strict')),
    }),
  });
  const stream = fields.stream ? { streamOptions: { framing: 'ndjson' as const } } : {};
  return { dialect: name, turns: [], ...fields, ...stream, model, ...wire.annotations(name, forms) };
}

function parseTurns(wire: WireObject, forms: Record<string, string>): Turn[] {
  const message = wire.required('message', wire.string('message'));
  const history = wire.list('chat_history');
  const results = wire.list('tool_results');
  checkBound('turns', (history?.length ?? 0) + 1, 'chat_history');
  if (history?.length === 0) forms.chat_history = 'empty';
  if (results?.length === 0) forms.tool_results = 'empty';
  const turns = (history ?? []).map((entry, index) => parseEntry(entry, `chat_history[${index}]`));
  const hasResults = results !== undefined && results.length > 0;
  if (message !== '' || !hasResults)
    turns.push({ role: 'user', parts: [{ type: 'text', text: message }], ...placed('message') });
  if (!hasResults) return turns;
  const parts = results.map((result, index) => parseResult1(result, `tool_results[${index}]`));
  // The calls that the results name were made by an answer that the caller did not repeat.
  const last = turns.at(-1);
  const isAsked = last?.role === 'assistant' && last.parts.some(({ type }) => type === 'tool-call');
  if (!isAsked) turns.push({ role: 'assistant', parts: parts.map(callOf), ...placed('implied') });
  turns.push({ role: 'tool', parts, ...placed('tool_results') });
  return turns;
}

/** Remembers which field of the request a turn stood in; the others are history. */
function placed(turn: string) {
  return { spelling: { dialect: name, forms: { turn } } };
}

function parseEntry(value: Json, path: string): Turn {
  const wire = WireObject.open(value, path, 'strict');
  const wireRole = wire.required('role', wire.string('role'));
  const role = wireRole.toUpperCase();
  const text = wire.string('message');
  const forms = known({
    role: role === wireRole ? undefined : wireRole,
    message: text === '' ? 'empty' : undefined,
  }) as Record<string, string>;
  const parts: Part[] = text === undefined || text === '' ? [] : [{ type: 'text', text }];
  switch (role) {
    case 'USER':
      return { role: 'user', parts, ...wire.annotations(name, forms) };
    case 'SYSTEM':
      return { role: 'system', parts, ...wire.annotations(name, forms) };
    case 'CHATBOT': {
      const calls = (wire.list('tool_calls') ?? []).map((call, index) =>
        parseCall1(call, `${path}.tool_calls[${index}]`, 'strict'),
      );
      return { role: 'assistant', parts: [...parts, ...calls], ...wire.annotations(name, forms) };
    }
    case 'TOOL': {
      const results = (wire.list('tool_results') ?? []).map((result, index) =>
        parseResult1(result, `${path}.tool_results[${index}]`),
      );
      return { role: 'tool', parts: results, ...wire.annotations(name, forms) };
    }
    default:
      throw new KeelsonError('invalid_request', `\`${path}.role\` must be a known role.`, {
        details: { field: `${path}.role`, expected: 'USER, CHATBOT, SYSTEM or TOOL' },
      });
  }
}

export function parseCall1(value: Json, path: string, reading: 'strict' | 'lenient'): ToolCallPart {
  const wire = WireObject.open(value, path, reading);
  const wireName = wire.required('name', wire.string('name'));
  const parameters = wire.record('parameters');
  const forms = known({
    name: nameForm(wireName, toolNameRule),
    parameters: parameters === undefined ? 'absent' : undefined,
  }) as Record<string, string>;
  return {
    type: 'tool-call',
    id: '',
    name: decodeName(wireName),
    arguments: JSON.stringify(parameters ?? {}),
    ...wire.annotations(name, forms),
  };
}

export function renderCall1(call: ToolCallPart, field: string, rendering: Rendering): Record<string, Json> {
  const place = { form: formOf(call, name, 'name'), rule: toolNameRule, field: `${field}.name` };
  const wire = present({
    name: renderName(call.name, place, rendering.losses),
    parameters: formOf(call, name, 'parameters') === 'absent' ? undefined : objectOf(call),
  });
  applyAnnotations(wire, call, name);
  return wire;
}

/** Arguments are an object here; what is none becomes the value of one field. */
function objectOf(call: ToolCallPart): JsonObject {
  try {
    const value = call.custom ? undefined : parseJson(call.arguments === '' ? '{}' : call.arguments);
    if (isJsonObject(value)) return value;
  } catch {
    // Told as it stands, below.
  }
  return { input: call.arguments };
}

function parseResult1(value: Json, path: string): ToolResultPart {
  const wire = WireObject.open(value, path, 'strict');
  const call = wire.required('call', wire.record('call'));
  const outputs = wire.required('outputs', wire.list('outputs'));
  const called = parseCall1(call, `${path}.call`, 'strict');
  return {
    type: 'tool-result',
    callId: '',
    name: called.name,
    parts: [{ type: 'text', text: JSON.stringify(outputs) }],
    ...wire.annotations(name, { call: JSON.stringify(call) }),
  };
}

function callOf(result: ToolResultPart): ToolCallPart {
  const call = parseJson(formOf(result, name, 'call') ?? '{}');
  return parseCall1(call, 'tool_results.call', 'lenient');
}

function renderResult1(result: ToolResultPart): Json {
  const call = parseJson(
    formOf(result, name, 'call') ?? JSON.stringify({ name: result.name ?? '', parameters: {} }),
  );
  const text = result.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const wire: Record<string, Json> = { call, outputs: outputsOf(text) };
  applyAnnotations(wire, result, name);
  return wire;
}

function outputsOf(text: string): Json {
  try {
    const value = parseJson(text);
    if (Array.isArray(value) && value.every(isJsonObject)) return value as Json;
    if (isJsonObject(value)) return [value];
  } catch {
    // Plain text, below.
  }
  return [{ output: text }];
}

function parseTool1(value: Json, path: string): Tool {
  const wire = WireObject.open(value, path, 'strict');
  const wireName = wire.required('name', wire.string('name'));
  const definitions = wire.record('parameter_definitions');
  const forms = known({
    name: nameForm(wireName, toolNameRule),
    parameter_definitions: definitions === undefined ? undefined : JSON.stringify(definitions),
  }) as Record<string, string>;
  return {
    type: 'function',
    name: decodeName(wireName),
    ...known({ description: wire.string('description') }),
    parameters: schemaOf(definitions ?? {}),
    ...wire.annotations(name, forms),
  };
}

/** Types are Python's here (`str`, `List[int]`), or JSON schema's. */
const types: Readonly<Record<string, string>> = {
  str: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  list: 'array',
  dict: 'object',
};

function schemaOf(definitions: JsonObject): JsonObject {
  const entries = Object.entries(definitions).filter((entry): entry is [string, JsonObject] =>
    isJsonObject(entry[1]),
  );
  const required = entries.filter(([, { required: isRequired }]) => isRequired === true);
  const properties = entries.map(([key, { type, description }]) => {
    const word = typeof type === 'string' ? (/^\w+/.exec(type)?.[0] ?? '').toLowerCase() : '';
    return [key, present({ type: types[word] ?? (word === '' ? undefined : word), description })] as const;
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required: required.map(([key]) => key) }),
  };
}

function renderTool1(tool: FunctionTool, field: string, rendering: Rendering): Json {
  const form = formOf(tool, name, 'parameter_definitions');
  const place = { form: formOf(tool, name, 'name'), rule: toolNameRule, field: `${field}.name` };
  const wire = present({
    name: renderName(tool.name, place, rendering.losses),
    description: tool.description,
    parameter_definitions: form === undefined ? undefined : parseJson(form),
  });
  applyAnnotations(wire, tool, name);
  return wire;
}

/** Only for a request that was written in this version. */
export function renderRequest1(request: ChatRequest, rendering: Rendering): Record<string, Json> {
  const { system, tools, turns, outputFormat } = request;
  const at = (turn: Turn): string | undefined => formOf(turn, name, 'turn');
  const history = turns.filter((turn) => at(turn) === undefined);
  const message = turns.find((turn) => at(turn) === 'message');
  const results = turns.find((turn) => at(turn) === 'tool_results');
  return {
    message: message === undefined ? '' : textOf(message.parts),
    model: request.model,
    ...(system !== undefined && { preamble: textOf(system) }),
    ...((history.length > 0 || formOf(request, name, 'chat_history') === 'empty') && {
      chat_history: history.map((turn, index) => renderEntry(turn, `turns[${index}]`, rendering)),
    }),
    ...(results !== undefined && {
      tool_results: (results.parts as readonly ToolResultPart[]).map(renderResult1),
    }),
    ...(formOf(request, name, 'tool_results') === 'empty' && { tool_results: [] }),
    ...(tools !== undefined && {
      tools: tools.flatMap((tool, index) =>
        tool.type === 'function' ? [renderTool1(tool, `tools[${index}]`, rendering)] : [],
      ),
    }),
    ...writeFields(request, samplingFields),
    ...(outputFormat !== undefined && {
      response_format: renderOutputFormat(outputFormat, rendering, 'schema'),
    }),
  };
}

const roles = { user: 'USER', system: 'SYSTEM', assistant: 'CHATBOT', tool: 'TOOL' } as const;

function renderEntry(turn: Turn, field: string, rendering: Rendering): Json {
  const role = formOf(turn, name, 'role') ?? roles[turn.role];
  const text = turn.role === 'tool' ? '' : textOf(turn.parts);
  const said = text !== '' || formOf(turn, name, 'message') === 'empty' ? { message: text } : {};
  const calls = (turn.parts as readonly Part[]).filter((part) => part.type === 'tool-call');
  for (const [index, part] of (turn.parts as readonly Part[]).entries()) {
    if (!saidTypes.has(part.type))
      drop(rendering, `${field}.parts[${index}]`, `Version 1 has no ${part.type} in its history.`);
  }
  const wire: Record<string, Json> = {
    role,
    ...said,
    ...(calls.length > 0 && { tool_calls: calls.map((call) => renderCall1(call, field, rendering)) }),
    ...(turn.role === 'tool' && { tool_results: turn.parts.map(renderResult1) }),
  };
  applyAnnotations(wire, turn, name);
  return wire;
}

const saidTypes: ReadonlySet<Part['type']> = new Set(['text', 'tool-call', 'tool-result']);

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
