/** A caller's chat request becomes a canonical one. Everything wrong with it is refused by field name. */
import { KeelsonError } from '../../errors/index.ts';
import type { Json } from '../../json/index.ts';
import {
  type ChatRequest,
  checkBound,
  decodeName,
  joinRequests,
  known,
  nameForm,
  openBody,
  readFields,
  readTurns,
  type SystemTurn,
  type TextPart,
  type ToolResultPart,
  type Turn,
  type WireCall,
  WireObject,
} from '../../message/index.ts';
import { parseAssistant } from './assistant.ts';
import { parseContent } from './parts.ts';
import { parseOutputFormat, parseToolChoice, parseTools } from './tools.ts';
import { parseRequest1 } from './version-1-request.ts';
import { name, requestFields, thinkingFields, toolNameRule, version1Path } from './wire.ts';

export function parseRequest(call: WireCall): ChatRequest {
  const wire = openBody(call.body, 'strict');
  if (call.path.endsWith(version1Path)) return parseRequest1(wire);
  const forms: Record<string, string> = {};
  const model = wire.required('model', wire.string('model'));
  const messages = wire.required('messages', wire.list('messages'));
  checkBound('turns', messages.length, 'messages');
  const fields = joinRequests(
    readFields(wire, requestFields),
    parseThinking(wire),
    parseConstraints(wire, forms),
    readTurns(messages, {
      parse: parseMessage,
      leadingSystem: (turn) => leadingSystem(turn, forms),
    }),
  );
  checkBound('tools', fields.tools?.length ?? 0, 'tools');
  return { dialect: name, turns: [], ...fields, model, ...wire.annotations(name, forms) };
}

function parseThinking(wire: WireObject): Partial<ChatRequest> {
  const thinking = wire.object('thinking');
  return thinking === undefined ? {} : readFields(thinking, thinkingFields);
}

function parseConstraints(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const choice = wire.json('tool_choice');
  const format = wire.record('response_format');
  return {
    ...parseTools(wire, forms),
    ...(choice !== undefined && { toolChoice: parseToolChoice(choice) }),
    ...(format !== undefined && {
      outputFormat: parseOutputFormat(WireObject.open(format, 'response_format', 'strict')),
    }),
  };
}

/** The first message becomes the instructions, unless it says more than instructions can hold. */
function leadingSystem(turn: SystemTurn, forms: Record<string, string>): readonly TextPart[] | undefined {
  const isPlain = turn.extensions === undefined && turn.spelling?.nulls === undefined;
  if (!isPlain || !turn.parts.every((part) => part.type === 'text')) return undefined;
  forms.system = turn.spelling?.forms?.content ?? 'text';
  return turn.parts as readonly TextPart[];
}

function parseMessage(message: Json, path: string): Turn {
  const wire = WireObject.open(message, path, 'strict');
  const role = wire.required('role', wire.string('role'));
  switch (role) {
    case 'system':
    case 'user': {
      const forms: Record<string, string> = {};
      const parts = parseContent(wire, forms, 'strict');
      checkBound('parts', parts.length, wire.fieldPath('content'));
      return { role, parts, ...wire.annotations(name, forms) };
    }
    case 'assistant': {
      const { parts, forms } = parseAssistant(wire, 'strict');
      checkBound('parts', parts.length, wire.path);
      return { role, parts, ...wire.annotations(name, forms) };
    }
    case 'tool':
      return { role, parts: [parseResult(wire)] };
    default:
      throw new KeelsonError('invalid_request', `\`${wire.fieldPath('role')}\` must be a known role.`, {
        details: { field: wire.fieldPath('role'), expected: 'system, user, assistant or tool' },
      });
  }
}

function parseResult(wire: WireObject): ToolResultPart {
  const callId = wire.string('tool_call_id');
  const forms: Record<string, string> = callId === undefined ? { callId: 'absent' } : {};
  const parts = parseContent(wire, forms, 'strict');
  checkBound('parts', parts.length, wire.fieldPath('content'));
  const wireName = wire.string('name');
  Object.assign(forms, known({ name: wireName && nameForm(wireName, toolNameRule) }));
  return {
    type: 'tool-result',
    callId: callId ?? '',
    parts,
    ...(wireName !== undefined && { name: decodeName(wireName) }),
    ...wire.annotations(name, forms),
  };
}
