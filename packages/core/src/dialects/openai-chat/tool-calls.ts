/** Tool calls of an assistant message, both ways, with the deprecated `function_call` and the names they use. */
import { isJsonObject, type Json, parseJson, setField } from '../../json/index.ts';
import {
  type Annotated,
  applyAnnotations,
  decodeName,
  formOf,
  known,
  type Loss,
  nameForm,
  type Part,
  present,
  type Reading,
  renderName,
  type ToolCallPart,
  WireObject,
} from '../../message/index.ts';
import type { AssistantRendering } from './rendering.ts';
import { name, toolNameRule } from './wire.ts';

/** An assistant message while its fields are read, one after the other. */
export interface AssistantDraft {
  readonly wire: WireObject;
  readonly reading: Reading;
  readonly forms: Record<string, string>;
  readonly parts: Part[];
}

export function parseToolCalls({ wire, reading, forms, parts }: AssistantDraft): void {
  const calls = wire.list('tool_calls');
  if (calls?.length === 0) forms.tool_calls = 'empty';
  for (const [index, call] of (calls ?? []).entries()) {
    const path = `${wire.fieldPath('tool_calls')}[${index}]`;
    const invented = reading === 'strict' ? '' : `call_${parts.length}`;
    parts.push(parseToolCall(WireObject.open(call, path, reading), invented));
  }
  const legacy = wire.object('function_call');
  if (legacy === undefined) return;
  const called = legacy.required('name', legacy.string('name'));
  const call = { id: legacyCallId(called), name: called, arguments: legacy.string('arguments') ?? '' };
  parts.push({ type: 'tool-call', ...call, spelling: { dialect: name, forms: { field: 'function_call' } } });
}

/** The deprecated `function_call` has no id; call and result find each other by the function's name. */
export function legacyCallId(functionName: string): string {
  return `call_${functionName}`;
}

/** `invented` stands for a missing id; an earlier turn's is found when the whole conversation is known. */
function parseToolCall(wire: WireObject, invented: string): ToolCallPart {
  const id = wire.string('id');
  const custom = wire.constant('type', 'custom') ? wire.object('custom') : undefined;
  const called = custom ?? functionOf(wire);
  const wireName = called.required('name', called.string('name'));
  const forms: Record<string, string> = known({
    name: spelledName(wireName),
    type: wire.has('type') ? undefined : 'absent',
    id: missingId(id),
  });
  const text = custom === undefined ? readArguments(called, forms) : (custom.string('input') ?? '');
  const signature = readThoughtSignature(wire);
  return {
    type: 'tool-call',
    id: id === undefined || id === '' ? invented : id,
    name: decodeName(wireName),
    arguments: text,
    ...(custom !== undefined && { custom: true }),
    ...(signature !== undefined && { opaque: { dialect: 'gemini-generate', value: signature } }),
    ...wire.annotations(name, forms),
  };
}

/** How an id was missing, so that the same host gets it back so. */
export function missingId(id: string | undefined): string | undefined {
  if (id === undefined) return 'absent';
  return id === '' ? 'empty' : undefined;
}

function functionOf(wire: WireObject): WireObject {
  wire.constant('type', 'function');
  return wire.required('function', wire.object('function'));
}

/** Some hosts send arguments as an object although the format says text. */
function readArguments(called: WireObject, forms: Record<string, string>): string {
  const value = called.peek('arguments');
  if (!isJsonObject(value)) {
    const text = called.string('arguments');
    if (text === undefined || text === '') forms.arguments = text === undefined ? 'absent' : 'empty';
    return text ?? '';
  }
  called.consume('arguments');
  forms.arguments = 'object';
  return JSON.stringify(value);
}

/** A name outside the format's rule is repeated as it was to whoever used it. */
export function spelledName(wireName: string): string | undefined {
  return nameForm(wireName, toolNameRule);
}

/** Gemini behind this format hides its signature in `extra_content.google.thought_signature`. */
function readThoughtSignature(wire: WireObject): string | undefined {
  return wire.object('extra_content')?.object('google')?.string('thought_signature');
}

export function renderToolCalls(
  parts: readonly Part[],
  form: string | undefined,
  rendering: AssistantRendering,
): Record<string, Json> {
  const calls = parts.filter((part): part is ToolCallPart => part.type === 'tool-call');
  const portable = calls.filter((call) => call.hosted === undefined);
  for (const call of calls) {
    if (call.hosted === undefined) continue;
    const detail = `The call of \`${call.name}\` was run by the provider.`;
    rendering.losses.push({ field: `${rendering.path}.parts`, action: 'dropped', detail });
  }
  const [legacy] = portable.filter((call) => formOf(call, name, 'field') === 'function_call');
  const modern = portable.filter((call) => call !== legacy);
  return {
    ...(modern.length > 0 && { tool_calls: modern.map((call) => renderToolCall(call, rendering)) }),
    ...(modern.length === 0 && form === 'empty' && { tool_calls: [] }),
    ...(legacy !== undefined && { function_call: { name: legacy.name, arguments: legacy.arguments } }),
  };
}

function renderToolCall(call: ToolCallPart, rendering: AssistantRendering): Record<string, Json> {
  const wireName = renderToolName(call.name, call, rendering.losses, `${rendering.path}.tool-call`);
  const body = call.custom
    ? { type: 'custom', custom: { name: wireName, input: call.arguments } }
    : { type: 'function', function: present({ name: wireName, arguments: renderArguments(call) }) };
  const wire: Record<string, Json> = { ...renderId('id', call.id, formOf(call, name, 'id')), ...body };
  if (formOf(call, name, 'type') === 'absent') delete wire.type;
  if (call.cache !== undefined && !rendering.isAnswer) {
    rendering.losses.push({
      field: `${rendering.path}.tool-call.cache`,
      action: 'dropped',
      detail: 'No cache marks on calls.',
    });
  }
  for (const key of ['caller', 'toolset'] as const) {
    if (call[key] === undefined) continue;
    const detail = `${name} has no such field on calls.`;
    rendering.losses.push({ field: `${rendering.path}.tool-call.${key}`, action: 'dropped', detail });
  }
  renderThoughtSignature(wire, call, rendering);
  applyAnnotations(wire, call, name);
  return wire;
}

/** An id that was missing stays so in this format. */
export function renderId(field: string, id: string, form: string | undefined): Record<string, Json> {
  if (form === 'absent') return {};
  return { [field]: form === 'empty' ? '' : id };
}

function renderArguments(call: ToolCallPart): Json | undefined {
  const form = formOf(call, name, 'arguments');
  if (form === 'object') return parseJson(call.arguments);
  if (call.arguments !== '') return call.arguments;
  if (form === 'absent') return undefined;
  // No arguments are an empty object to everyone else; empty text is not JSON.
  return form === 'empty' ? '' : '{}';
}

function renderThoughtSignature(
  wire: Record<string, Json>,
  call: ToolCallPart,
  rendering: AssistantRendering,
): void {
  if (call.opaque === undefined) return;
  // A caller keeps it for us, and hands it back whoever is asked next.
  if (
    call.opaque.dialect === 'gemini-generate' &&
    (rendering.isAnswer || rendering.quirks.thoughtSignatures)
  ) {
    setField(wire, 'extra_content', { google: { thought_signature: call.opaque.value } });
    return;
  }
  rendering.losses.push({
    field: `${rendering.path}.tool-call.opaque`,
    action: 'dropped',
    detail: 'Its state is valid only where it was made.',
  });
}

/** The wire form of a tool's name, with a loss when it differs from what its author wrote. */
export function renderToolName(toolName: string, node: Annotated, losses: Loss[], field: string): string {
  const place = { form: formOf(node, name, 'name'), rule: toolNameRule, field: `${field}.name` };
  return renderName(toolName, place, losses);
}
