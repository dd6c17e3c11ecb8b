/** Tool calls of a message, both ways. Arguments are an object; ids came late, and some clients leave them out. */
import { isJsonObject, type Json, type JsonObject, repairJson } from '../../json/index.ts';
import {
  applyAnnotations,
  formOf,
  known,
  type Loss,
  present,
  type Reading,
  type ToolCallPart,
  WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

export function parseToolCalls(
  wire: WireObject,
  forms: Record<string, string>,
  reading: Reading,
): ToolCallPart[] {
  const calls = wire.list('tool_calls');
  if (calls?.length === 0) forms.tool_calls = 'empty';
  return (calls ?? []).map((call, index) =>
    parseToolCall(WireObject.open(call, `${wire.fieldPath('tool_calls')}[${index}]`, reading)),
  );
}

/** A missing id is left empty: requests are paired as a whole, and answers know how to invent one. */
export function parseToolCall(wire: WireObject): ToolCallPart {
  const id = wire.string('id');
  const called = wire.required('function', wire.object('function'));
  const index = called.number('index');
  const forms = known({
    id: id === undefined ? 'absent' : undefined,
    type: wire.constant('type', 'function') ? 'function' : undefined,
    index: index === undefined ? 'absent' : String(index),
  }) as Record<string, string>;
  return {
    type: 'tool-call',
    id: id ?? '',
    name: called.required('name', called.string('name')),
    arguments: readArguments(called, forms),
    ...wire.annotations(name, forms),
  };
}

function readArguments(called: WireObject, forms: Record<string, string>): string {
  if (typeof called.peek('arguments') === 'string') {
    forms.arguments = 'text';
    return called.string('arguments') as string;
  }
  const value = called.record('arguments');
  if (value === undefined) forms.arguments = 'absent';
  return value === undefined ? '' : JSON.stringify(value);
}

export interface CallRendering {
  readonly losses: Loss[];
  readonly field: string;
  /** Position among the calls of the answer; undefined in requests, where none is told. */
  readonly position?: number;
  /** Whether the id is told to whoever has not said by its spelling that there is none. */
  readonly hasId: boolean;
}

export function renderToolCall(call: ToolCallPart, rendering: CallRendering): Record<string, Json> {
  const form = (field: string): string | undefined => formOf(call, name, field);
  reportExtras(call, rendering);
  const index = form('index') ?? rendering.position;
  const wire = present({
    id: rendering.hasId && form('id') !== 'absent' ? call.id : undefined,
    type: form('type'),
    function: present({
      index: index === undefined || index === 'absent' ? undefined : Number(index),
      name: call.name,
      arguments: renderArguments(call, rendering),
    }),
  });
  applyAnnotations(wire, call, name);
  return wire;
}

function reportExtras(call: ToolCallPart, { losses, field }: CallRendering): void {
  for (const key of ['caller', 'toolset', 'cache'] as const) {
    if (call[key] === undefined) continue;
    losses.push({
      field: `${field}.${key}`,
      action: 'dropped',
      detail: `${name} has no such field on calls.`,
    });
  }
  if (call.opaque === undefined) return;
  const detail = 'Its state is valid only where it was made.';
  losses.push({ field: `${field}.opaque`, action: 'dropped', detail });
}

/** What is no JSON is repaired, and what cannot be repaired is shown as what it is. */
function renderArguments(call: ToolCallPart, { losses, field }: CallRendering): Json | undefined {
  const form = formOf(call, name, 'arguments');
  if (form === 'text') return call.arguments;
  if (call.arguments === '') return form === 'absent' ? undefined : {};
  const emulate = (at: string, detail: string, value: JsonObject): JsonObject => {
    losses.push({ field: at, action: 'emulated', detail });
    return value;
  };
  if (call.custom)
    return emulate(field, 'Free-text input is sent as `{"input": text}`.', { input: call.arguments });
  const exact = parsed(() => JSON.parse(call.arguments) as Json);
  if (exact !== undefined) return exact;
  const at = `${field}.arguments`;
  const repaired = parsed(() => repairJson(call.arguments).value);
  if (repaired !== undefined)
    return emulate(at, 'The arguments were not JSON and have been repaired.', repaired);
  const detail = 'The arguments are not JSON and are sent as `INVALID_JSON`.';
  return emulate(at, detail, { INVALID_JSON: call.arguments });
}

function parsed(read: () => Json): JsonObject | undefined {
  try {
    const value = read();
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
