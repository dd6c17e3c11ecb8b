/** Tool calls of an assistant message, both ways, and the ids that this format's provider insists on. */
import { isJsonObject, type Json, parseJson } from '../../json/index.ts';
import {
  type Annotated,
  applyAnnotations,
  decodeName,
  formOf,
  known,
  type Loss,
  nameForm,
  present,
  renderName,
  type ToolCallPart,
  type WireObject,
} from '../../message/index.ts';
import { name, toolNameRule } from './wire.ts';

/** `position` is the place among the calls of the message; a missing id is left empty. */
export function parseToolCall(wire: WireObject, position: number): ToolCallPart {
  const id = wire.string('id');
  const hasType = wire.has('type');
  wire.constant('type', 'function');
  const called = wire.required('function', wire.object('function'));
  const wireName = called.required('name', called.string('name'));
  const index = wire.number('index');
  const forms: Record<string, string> = known({
    name: nameForm(wireName, toolNameRule),
    type: hasType ? undefined : 'absent',
    callId: id === undefined ? 'absent' : undefined,
    index: indexForm(index, position),
  });
  const text = readArguments(called, forms);
  return {
    type: 'tool-call',
    id: id ?? '',
    name: decodeName(wireName),
    arguments: text,
    ...wire.annotations(name, forms),
  };
}

function indexForm(index: number | undefined, position: number): string | undefined {
  if (index === undefined) return undefined;
  return index === position ? 'position' : String(index);
}

/** Arguments are JSON text or the object itself. */
function readArguments(called: WireObject, forms: Record<string, string>): string {
  const value = called.peek('arguments');
  if (isJsonObject(value)) {
    called.consume('arguments');
    forms.arguments = 'object';
    return JSON.stringify(value);
  }
  const text = called.string('arguments');
  if (text === undefined || text === '') forms.arguments = text === undefined ? 'absent' : 'empty';
  return text ?? '';
}

export interface CallRendering {
  readonly losses: Loss[];
  readonly isAnswer: boolean;
  readonly position: number;
  /** How the provider wants ids; callers get them as they are. */
  readonly callIds: 'nine' | 'any';
}

export function renderToolCall(
  call: ToolCallPart,
  field: string,
  rendering: CallRendering,
): Record<string, Json> | undefined {
  const { losses, position } = rendering;
  const drop = (at: string, detail: string): void => {
    losses.push({ field: at, action: 'dropped', detail });
  };
  if (call.hosted !== undefined) {
    drop(field, `The call of \`${call.name}\` was run by the provider.`);
    return undefined;
  }
  if (call.opaque !== undefined && !rendering.isAnswer)
    drop(`${field}.opaque`, 'Its state is valid only where it was made.');
  for (const key of ['caller', 'toolset', 'cache'] as const)
    if (call[key] !== undefined) drop(`${field}.${key}`, `${name} has no such field on calls.`);
  const index = formOf(call, name, 'index');
  const wire: Record<string, Json> = present({
    id:
      formOf(call, name, 'callId') === 'absent' ? undefined : renderCallId(call.id, `${field}.id`, rendering),
    type: formOf(call, name, 'type') === 'absent' ? undefined : 'function',
    function: present({
      name: renderToolName(call.name, call, `${field}.name`, losses),
      arguments: renderArguments(call, field, losses),
    }),
    index: index === undefined || index === 'position' ? index && position : Number(index),
  });
  applyAnnotations(wire, call, name);
  return wire;
}

function renderArguments(call: ToolCallPart, field: string, losses: Loss[]): Json | undefined {
  if (call.custom) {
    losses.push({ field, action: 'emulated', detail: 'Free-text input is sent as `{"input": text}`.' });
    return JSON.stringify({ input: call.arguments });
  }
  const form = formOf(call, name, 'arguments');
  if (form === 'object') return parseJson(call.arguments);
  if (call.arguments !== '') return call.arguments;
  if (form === 'absent') return undefined;
  // No arguments are an empty object to everyone else; empty text is not JSON.
  return form === 'empty' ? '' : '{}';
}

export function renderToolName(toolName: string, node: Annotated, field: string, losses: Loss[]): string {
  return renderName(toolName, { form: formOf(node, name, 'name'), rule: toolNameRule, field }, losses);
}

const nine = /^[A-Za-z0-9]{9}$/;

/** The provider refuses ids that are not nine letters or digits; others become a digest, alike on call and result. */
export function renderCallId(
  id: string,
  field: string,
  { callIds, isAnswer, losses }: Pick<CallRendering, 'callIds' | 'isAnswer' | 'losses'>,
): string {
  if (isAnswer || callIds === 'any' || nine.test(id)) return id;
  const wire = digest(id);
  losses.push({ field, action: 'renamed', detail: `\`${id}\` is sent as \`${wire}\`.` });
  return wire;
}

/** About 46 bits in base 36: two FNV-1a digests, of the units in order and of the units with their places. */
function digest(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ (unit + index), 0x85ebca6b);
    second ^= second >>> 13;
  }
  const hash = (BigInt(first >>> 0) << 32n) | BigInt(second >>> 0);
  return hash.toString(36).padStart(13, '0').slice(-9);
}
