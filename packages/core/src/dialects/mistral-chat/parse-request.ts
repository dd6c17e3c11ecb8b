/** A caller's request in Mistral's format becomes a canonical one. Everything wrong with it is refused by field name. */
import { KeelsonError } from '../../errors/index.ts';
import type { Json } from '../../json/index.ts';
import {
  attachCallState,
  type ChatRequest,
  checkBound,
  decodeName,
  joinRequests,
  known,
  nameForm,
  openBody,
  readFields,
  readTurns,
  type TextPart,
  type ToolResultPart,
  type Turn,
  type WireCall,
  WireObject,
} from '../../message/index.ts';
import { parseAssistant, parseContent } from './assistant.ts';
import { parseOutputFormat, parseTool, parseToolChoice } from './tools.ts';
import { name, requestFields, toolNameRule } from './wire.ts';

export function parseRequest(call: WireCall): ChatRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const model = wire.required('model', wire.string('model'));
  const messages = wire.required('messages', wire.list('messages'));
  checkBound('turns', messages.length, 'messages');
  const fields = joinRequests(
    readFields(wire, requestFields),
    parseStop(wire, forms),
    parseTools(wire),
    parseFormat(wire),
    readTurns(messages, {
      parse: parseMessage,
      leadingSystem: (turn) => leadingSystem(turn, forms),
    }),
  );
  checkBound('choices', fields.sampling?.choices ?? 1, 'n');
  return { dialect: name, turns: [], ...fields, model, ...wire.annotations(name, forms) };
}

function parseStop(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  if (typeof wire.peek('stop') !== 'string') return known({ stop: wire.strings('stop') });
  forms.stop = 'text';
  return { stop: [wire.string('stop') as string] };
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
  const isStrange = turn.extensions !== undefined || turn.spelling?.nulls !== undefined;
  if (isStrange || !turn.parts.every((part) => part.type === 'text')) return undefined;
  forms.system = turn.spelling?.forms?.content ?? 'text';
  return turn.parts as readonly TextPart[];
}

function parseMessage(message: Json, path: string): Turn {
  const turn = parseTurn(WireObject.open(message, path, 'strict'));
  checkBound('parts', turn.parts.length, path);
  return turn;
}

function parseTurn(wire: WireObject): Turn {
  const role = wire.required('role', wire.string('role'));
  switch (role) {
    case 'system':
    case 'user': {
      const { parts, forms } = parseContent(wire, 'strict');
      return { role, parts, ...wire.annotations(name, forms) };
    }
    case 'assistant':
      return parseAssistantTurn(wire);
    case 'tool':
      return { role: 'tool', parts: [parseToolResult(wire)] };
    default: {
      const field = wire.fieldPath('role');
      throw new KeelsonError('invalid_request', `\`${field}\` must be a known role.`, {
        details: { field, expected: 'system, user, assistant or tool' },
      });
    }
  }
}

function parseAssistantTurn(wire: WireObject): Turn {
  const { parts, forms } = parseAssistant(wire, 'strict');
  const prefix = wire.boolean('prefix');
  return {
    role: 'assistant',
    parts: attachCallState(parts),
    ...known({ prefix }),
    ...wire.annotations(name, forms),
  };
}

function parseToolResult(wire: WireObject): ToolResultPart {
  const { parts, forms } = parseContent(wire, 'strict');
  const callId = wire.string('tool_call_id');
  if (callId === undefined) forms.callId = 'absent';
  const wireName = wire.string('name');
  const form = wireName === undefined ? undefined : nameForm(wireName, toolNameRule);
  if (form !== undefined) forms.name = form;
  return {
    type: 'tool-result',
    callId: callId ?? '',
    parts,
    ...(wireName !== undefined && { name: decodeName(wireName) }),
    ...wire.annotations(name, forms),
  };
}
