/** A caller's chat becomes a canonical request. Everything wrong with it is refused by field name. */
import type { Json } from '../../json/index.ts';
import {
  type ChatRequest,
  checkBound,
  joinRequests,
  known,
  openBody,
  readFields,
  readTurns,
  type TextPart,
  type ToolResultPart,
  type Turn,
  unexpected,
  type WireCall,
  WireObject,
} from '../../message/index.ts';
import { parseFormat, parseOptions, parseStream, parseThink } from '../ollama-request.ts';
import { parseAssistant } from './assistant.ts';
import { parseContent } from './parts.ts';
import { parseTool } from './tools.ts';
import { name, requestFields } from './wire.ts';

export function parseRequest(call: WireCall): ChatRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const model = wire.required('model', wire.string('model'));
  const fields = joinRequests(
    readFields(wire, requestFields),
    parseOptions(wire),
    parseThink(wire),
    parseFormat(wire, forms),
    parseTools(wire),
    parseMessages(wire, forms),
  );
  return {
    dialect: name,
    turns: [],
    ...fields,
    model,
    stream: parseStream(wire, forms),
    ...wire.annotations(name, forms),
  };
}

function parseTools(wire: WireObject): Partial<ChatRequest> {
  const tools = wire.list('tools');
  checkBound('tools', tools?.length ?? 0, 'tools');
  return known({ tools: tools?.map((tool, index) => parseTool(tool, `tools[${index}]`)) });
}

/** A request without messages loads the model. */
function parseMessages(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const messages = wire.list('messages');
  if (messages === undefined) forms.messages = 'absent';
  checkBound('turns', messages?.length ?? 0, 'messages');
  return readTurns(messages ?? [], { parse: parseMessage, leadingSystem });
}

/** The first message becomes the instructions, unless it says more than instructions can hold. */
function leadingSystem(turn: Turn): readonly TextPart[] | undefined {
  const isPlain = turn.role === 'system' && turn.extensions === undefined && turn.spelling === undefined;
  const isText = turn.parts.length > 0 && turn.parts.every((part) => part.type === 'text');
  return isPlain && isText ? (turn.parts as readonly TextPart[]) : undefined;
}

function parseMessage(value: Json, path: string): Turn {
  const wire = WireObject.open(value, path, 'strict');
  const role = wire.required('role', wire.string('role'));
  const forms: Record<string, string> = {};
  switch (role) {
    case 'tool':
      return { role, parts: [parseResult(wire, forms)] };
    case 'assistant': {
      const parts = parseAssistant(wire, forms, 'strict');
      checkBound('parts', parts.length, path);
      return { role, parts, ...wire.annotations(name, forms) };
    }
    case 'user':
    case 'system': {
      const parts = parseContent(wire, forms);
      checkBound('parts', parts.length, path);
      return { role, parts, ...wire.annotations(name, forms) };
    }
    default:
      throw unexpected(wire.fieldPath('role'), 'system, user, assistant or tool');
  }
}

function parseResult(wire: WireObject, forms: Record<string, string>): ToolResultPart {
  const callId = wire.string('tool_call_id');
  const called = wire.string('tool_name');
  if (callId === undefined) forms.callId = 'absent';
  if (called === undefined) forms.name = 'absent';
  const parts = parseContent(wire, forms);
  return {
    type: 'tool-result',
    callId: callId ?? '',
    parts,
    ...known({ name: called }),
    ...wire.annotations(name, forms),
  };
}
