/** A caller's chat completion request becomes a canonical one. Everything wrong with it is refused by field name. */

import { KeelsonError } from '../../errors/index.ts';
import type { Json } from '../../json/index.ts';
import {
  type ChatRequest,
  checkBound,
  decodeName,
  joinRequests,
  known,
  matchPaths,
  openBody,
  type Part,
  readFields,
  readTurns,
  type TextPart,
  type ToolChoice,
  type ToolResultPart,
  type Turn,
  type WireCall,
  WireObject,
} from '../../message/index.ts';
import { parseAssistant } from './assistant.ts';
import { parsePart } from './parts.ts';
import { legacyCallId, missingId, spelledName } from './tool-calls.ts';
import {
  parseLegacyChoice,
  parseLegacyFunction,
  parseOutputFormat,
  parseTool,
  parseToolChoice,
} from './tools.ts';
import { name, paths, requestFields, streamOptionFields } from './wire.ts';

export function parseRequest(call: WireCall): ChatRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const model = parseModel(wire, call.path, forms);
  const messages = wire.required('messages', wire.list('messages'));
  checkBound('turns', messages.length, 'messages');
  const fields = joinRequests(
    readFields(wire, requestFields),
    parseStreamOptions(wire, forms),
    parseLimits(wire, forms),
    parseReasoning(wire, forms),
    parseTools(wire, forms),
    parseFormat(wire),
    readTurns(messages, {
      parse: parseMessage,
      leadingSystem: (turn) => leadingSystem(turn, forms),
    }),
  );
  checkBound('choices', fields.sampling?.choices ?? 1, 'n');
  return { dialect: name, turns: [], ...fields, model, ...wire.annotations(name, forms) };
}

function parseModel(wire: WireObject, path: string, forms: Record<string, string>): string {
  const deployment = matchPaths(paths, path)?.model;
  const model = wire.string('model');
  if (model !== undefined || deployment === undefined) return wire.required('model', model);
  forms.model = 'path';
  return deployment;
}

function parseStreamOptions(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const options = wire.object('stream_options');
  if (options === undefined) return {};
  forms.stream_options = 'present';
  return readFields(options, streamOptionFields);
}

function parseLimits(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const modern = wire.number('max_completion_tokens');
  const legacy = wire.number('max_tokens');
  // Both together: the modern one counts, and the old one is only how it was spelled besides.
  if (legacy !== undefined && modern !== undefined) forms.max_tokens = String(legacy);
  else if (legacy !== undefined) forms.max_output = 'max_tokens';
  const topK = wire.number('top_k');
  if (topK !== undefined) forms.top_k = 'present';
  return {
    ...known({ maxOutputTokens: modern ?? legacy, stop: parseStop(wire, forms) }),
    ...(topK !== undefined && { sampling: { topK } }),
  };
}

function parseStop(wire: WireObject, forms: Record<string, string>): readonly string[] | undefined {
  if (typeof wire.peek('stop') !== 'string') return wire.strings('stop');
  forms.stop = 'text';
  return [wire.string('stop') as string];
}

/**
 * The official field is `reasoning_effort`. OpenRouter takes an object `reasoning`, Z.ai and DeepSeek a `thinking`; both
 * are read, and written back by whoever wrote them.
 */
function parseReasoning(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const effort = wire.string('reasoning_effort');
  if (effort !== undefined) return { reasoning: { effort } };
  const reasoning = wire.object('reasoning');
  if (reasoning !== undefined) return parseReasoningObject(reasoning, forms);
  const thinking = wire.object('thinking');
  if (thinking === undefined) return {};
  forms.reasoning = 'thinking';
  return {
    reasoning: known({ mode: thinking.string('type'), budgetTokens: thinking.number('budget_tokens') }),
  };
}

function parseReasoningObject(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  forms.reasoning = 'reasoning';
  const enabled = wire.boolean('enabled');
  return {
    reasoning: {
      ...known({ effort: wire.string('effort'), budgetTokens: wire.number('max_tokens') }),
      ...(enabled !== undefined && { mode: enabled ? 'enabled' : 'disabled' }),
    },
  };
}

function parseTools(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const tools = wire.list('tools');
  const legacy = wire.list('functions');
  checkBound('tools', (tools?.length ?? 0) + (legacy?.length ?? 0), 'tools');
  if (legacy !== undefined) forms.tools = tools === undefined ? 'functions' : 'both';
  const parsed = [
    ...(tools ?? []).map((tool, index) => parseTool(tool, `tools[${index}]`)),
    ...(legacy ?? []).map((tool, index) => parseLegacyFunction(tool, `functions[${index}]`)),
  ];
  const hasTools = tools !== undefined || legacy !== undefined;
  return known({ tools: hasTools ? parsed : undefined, toolChoice: parseChoice(wire, forms) });
}

function parseChoice(wire: WireObject, forms: Record<string, string>): ToolChoice | undefined {
  const choice = wire.json('tool_choice');
  const legacy = wire.json('function_call');
  if (choice !== undefined) {
    // Both together: the modern one counts, and the old one is only how it was spelled besides.
    if (legacy !== undefined) forms.function_call = JSON.stringify(legacy);
    return parseToolChoice(choice, 'tool_choice');
  }
  return legacy === undefined ? undefined : parseLegacyChoice(legacy);
}

function parseFormat(wire: WireObject): Partial<ChatRequest> {
  const value = wire.record('response_format');
  if (value === undefined) return {};
  return { outputFormat: parseOutputFormat(WireObject.open(value, 'response_format', 'strict')) };
}

/** The first message becomes the instructions, unless it says more than instructions can hold. */
function leadingSystem(
  turn: Extract<Turn, { role: 'system' }>,
  forms: Record<string, string>,
): readonly TextPart[] | undefined {
  const isPlain =
    turn.name === undefined && turn.extensions === undefined && turn.spelling?.nulls === undefined;
  if (!isPlain || !turn.parts.every((part) => part.type === 'text')) return undefined;
  const { role, content } = turn.spelling?.forms ?? {};
  if (role !== undefined) forms.system_role = role;
  forms.system = content ?? 'text';
  return turn.parts as readonly TextPart[];
}

function parseMessage(message: Json, path: string): Turn {
  const wire = WireObject.open(message, path, 'strict');
  const role = wire.required('role', wire.string('role'));
  switch (role) {
    case 'system':
    case 'developer':
      return parseSystem(wire, role);
    case 'user':
      return parseUser(wire);
    case 'assistant':
      return parseAssistantTurn(wire);
    case 'tool':
      return { role: 'tool', parts: [parseToolResult(wire)] };
    case 'function':
      return { role: 'tool', parts: [parseFunctionResult(wire)] };
    default:
      throw new KeelsonError('invalid_request', `\`${wire.fieldPath('role')}\` must be a known role.`, {
        details: {
          field: wire.fieldPath('role'),
          expected: 'system, developer, user, assistant, tool or function',
        },
      });
  }
}

function parseSystem(wire: WireObject, role: string): Turn {
  const forms: Record<string, string> = role === 'developer' ? { role } : {};
  const parts = parseContent(wire, forms);
  return { role: 'system', parts, ...known({ name: wire.string('name') }), ...wire.annotations(name, forms) };
}

function parseUser(wire: WireObject): Turn {
  const forms: Record<string, string> = {};
  const parts = parseContent(wire, forms);
  return { role: 'user', parts, ...known({ name: wire.string('name') }), ...wire.annotations(name, forms) };
}

function parseAssistantTurn(wire: WireObject): Turn {
  const { parts, forms } = parseAssistant(wire, 'strict');
  checkBound('parts', parts.length, wire.path);
  return {
    role: 'assistant',
    parts,
    ...known({ name: wire.string('name') }),
    ...wire.annotations(name, forms),
  };
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
  checkBound('parts', content.length, wire.fieldPath('content'));
  return content.map((part, index) => parsePart(part, `${wire.fieldPath('content')}[${index}]`, 'strict'));
}

/** Local hosts accept results without an id; `pairCalls` finds the call by the function's name, or else by order. */
function parseToolResult(wire: WireObject): ToolResultPart {
  const callId = wire.string('tool_call_id');
  const form = missingId(callId);
  return readResult(wire, callId ?? '', form === undefined ? {} : { callId: form });
}

function parseFunctionResult(wire: WireObject): ToolResultPart {
  const called = wire.required('name', wire.string('name'));
  return readResult(wire, legacyCallId(called), { role: 'function' });
}

function readResult(wire: WireObject, callId: string, forms: Record<string, string>): ToolResultPart {
  const parts = parseContent(wire, forms);
  const wireName = wire.string('name');
  const form = wireName === undefined ? undefined : spelledName(wireName);
  if (form !== undefined) forms.name = form;
  return {
    type: 'tool-result',
    callId,
    parts,
    ...(wireName !== undefined && { name: decodeName(wireName) }),
    ...wire.annotations(name, forms),
  };
}
