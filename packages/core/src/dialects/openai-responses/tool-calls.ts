/** Calls of functions and custom tools and their results, both ways; each is an item of its own here. */
import { isJsonObject, type Json, parseJson } from '../../json/index.ts';
import {
  type Annotated,
  applyAnnotations,
  decodeName,
  formOf,
  isSpelledBy,
  known,
  type Loss,
  nameForm,
  present,
  type Reading,
  renderName,
  type ToolCallPart,
  type ToolResultPart,
  type WireObject,
} from '../../message/index.ts';
import { parseContentPart, renderContentParts } from './parts.ts';
import { drop, itemId, type PartRendering } from './rendering.ts';
import { name, toolNameRule } from './wire.ts';

export function parseToolCall(wire: WireObject): ToolCallPart {
  const isCustom = wire.constant('type', 'custom_tool_call');
  if (!isCustom) wire.constant('type', 'function_call');
  const id = wire.string('call_id');
  const wireName = wire.required('name', wire.string('name'));
  const forms: Record<string, string> = {
    item: 'call',
    ...itemForms(wire),
    ...known({ name: nameForm(wireName, toolNameRule), id: id === undefined ? 'absent' : undefined }),
  };
  const text = isCustom ? (wire.string('input') ?? '') : readArguments(wire, forms);
  return {
    type: 'tool-call',
    id: id ?? '',
    name: decodeName(wireName),
    arguments: text,
    ...(isCustom && { custom: true }),
    ...known({ caller: wire.json('caller') }),
    ...wire.annotations(name, forms),
  };
}

/** What an item says of itself and means nothing to other formats. */
function itemForms(wire: WireObject): Record<string, string> {
  const isAsync = wire.boolean('async');
  return known({
    item_id: wire.string('id'),
    item_status: wire.string('status'),
    namespace: wire.string('namespace'),
    async: isAsync === undefined ? undefined : String(isAsync),
  });
}

/** Some hosts send arguments as an object although the format says text. */
function readArguments(wire: WireObject, forms: Record<string, string>): string {
  const value = wire.peek('arguments');
  if (isJsonObject(value)) {
    wire.consume('arguments');
    forms.arguments = 'object';
    return JSON.stringify(value);
  }
  const text = wire.string('arguments');
  if (text === undefined || text === '') forms.arguments = text === undefined ? 'absent' : 'empty';
  return text ?? '';
}

export function renderToolCall(
  part: ToolCallPart,
  field: string,
  position: number,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  if (part.hosted !== undefined)
    return drop(rendering, field, `The call of \`${part.name}\` was run by the provider.`);
  reportExtras(part, field, rendering);
  const isOurs = formOf(part, name, 'item') === 'call';
  const isMade = rendering.isAnswer && !isOurs;
  const prefix = part.custom ? 'ctc' : 'fc';
  const isAsync = formOf(part, name, 'async');
  const wire = present({
    type: part.custom ? 'custom_tool_call' : 'function_call',
    id: formOf(part, name, 'item_id') ?? (isMade ? itemId(prefix, position, rendering) : undefined),
    call_id: formOf(part, name, 'id') === 'absent' ? undefined : part.id,
    name: renderToolName(part.name, part, rendering.losses, field),
    [part.custom ? 'input' : 'arguments']: part.custom ? part.arguments : renderArguments(part),
    namespace: formOf(part, name, 'namespace'),
    async: isAsync === undefined ? undefined : isAsync === 'true',
    caller: isOurs ? part.caller : undefined,
    status: formOf(part, name, 'item_status') ?? (isMade && !part.custom ? 'completed' : undefined),
  });
  applyAnnotations(wire, part, name);
  return wire;
}

function reportExtras(part: ToolCallPart, field: string, rendering: PartRendering): void {
  if (part.caller !== undefined && !isSpelledBy(part, name))
    drop(rendering, `${field}.caller`, `${name} has other words for who called.`);
  if (part.toolset !== undefined) drop(rendering, `${field}.toolset`, `${name} has no such field on calls.`);
  if (part.cache !== undefined && !rendering.isAnswer)
    drop(rendering, `${field}.cache`, 'There are no cache marks on calls.');
  if (part.opaque !== undefined)
    drop(rendering, `${field}.opaque`, 'Its state is valid only where it was made.');
}

function renderArguments(part: ToolCallPart): Json | undefined {
  const form = formOf(part, name, 'arguments');
  if (form === 'object') return parseJson(part.arguments);
  if (part.arguments !== '') return part.arguments;
  if (form === 'absent') return undefined;
  // No arguments are an empty object to everyone else; empty text is not JSON.
  return form === 'empty' ? '' : '{}';
}

/** The wire form of a tool's name, with a loss when it differs from what its author wrote. */
export function renderToolName(toolName: string, node: Annotated, losses: Loss[], field: string): string {
  const place = { form: formOf(node, name, 'name'), rule: toolNameRule, field: `${field}.name` };
  return renderName(toolName, place, losses);
}

export function parseToolResult(wire: WireObject, reading: Reading): ToolResultPart {
  const isCustom = wire.constant('type', 'custom_tool_call_output');
  if (!isCustom) wire.constant('type', 'function_call_output');
  const callId = wire.string('call_id');
  const caller = wire.json('caller');
  const forms: Record<string, string> = {
    ...itemForms(wire),
    ...known({
      type: isCustom ? 'custom_tool_call_output' : undefined,
      callId: callId === undefined ? 'absent' : undefined,
      caller: caller === undefined ? undefined : JSON.stringify(caller),
    }),
  };
  const wireName = wire.string('name');
  const form = wireName === undefined ? undefined : nameForm(wireName, toolNameRule);
  if (form !== undefined) forms.name = form;
  const parts = parseOutput(wire, reading, forms);
  return {
    type: 'tool-result',
    callId: callId ?? '',
    parts,
    ...(wireName !== undefined && { name: decodeName(wireName) }),
    ...wire.annotations(name, forms),
  };
}

function parseOutput(wire: WireObject, reading: Reading, forms: Record<string, string>) {
  const output = wire.peek('output');
  if (!Array.isArray(output)) {
    if (output === undefined) forms.output = 'absent';
    const text = wire.string('output');
    return text === undefined ? [] : [{ type: 'text', text } as const];
  }
  wire.consume('output');
  forms.output = 'list';
  const path = wire.fieldPath('output');
  return (output as readonly Json[]).map((part, index) =>
    parseContentPart(part, `${path}[${index}]`, reading, 'other'),
  );
}

export function renderToolResult(
  result: ToolResultPart,
  field: string,
  isCustom: boolean,
  rendering: PartRendering,
): Json {
  reportResultExtras(result, field, rendering);
  const form = (key: string): string | undefined => formOf(result, name, key);
  const caller = form('caller');
  const isOurs = isSpelledBy(result, name);
  const wire = present({
    type: form('type') ?? (isCustom && !isOurs ? 'custom_tool_call_output' : 'function_call_output'),
    id: form('item_id'),
    call_id: form('callId') === 'absent' ? undefined : result.callId,
    output: renderOutput(result, field, rendering),
    name:
      isOurs && result.name !== undefined
        ? renderToolName(result.name, result, rendering.losses, field)
        : undefined,
    namespace: form('namespace'),
    caller: caller === undefined ? undefined : parseJson(caller),
    status: form('item_status'),
  });
  applyAnnotations(wire, result, name);
  return wire;
}

function renderOutput(result: ToolResultPart, field: string, rendering: PartRendering): Json | undefined {
  const form = formOf(result, name, 'output');
  if (form === 'list') return renderContentParts(result.parts, field, rendering);
  const [only] = result.parts;
  if (only === undefined) return isSpelledBy(result, name) ? undefined : '';
  const isPlain =
    result.parts.length === 1 &&
    only.type === 'text' &&
    only.cache === undefined &&
    only.citations === undefined;
  return isPlain ? only.text : renderContentParts(result.parts, field, rendering);
}

function reportResultExtras(result: ToolResultPart, field: string, rendering: PartRendering): void {
  const { isError, cache, toolset } = result;
  if (isError) drop(rendering, `${field}.isError`, `${name} cannot mark a result as failed.`);
  if (cache !== undefined) drop(rendering, `${field}.cache`, 'There are no cache marks on results.');
  if (toolset !== undefined) drop(rendering, `${field}.toolset`, `${name} has no such field on results.`);
  if (result.name !== undefined && !isSpelledBy(result, name))
    drop(rendering, `${field}.name`, `${name} knows results by their calls.`);
}
