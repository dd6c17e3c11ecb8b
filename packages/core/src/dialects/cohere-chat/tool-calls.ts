/** Tool calls of an assistant message, both ways. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  decodeName,
  formOf,
  inventCallId,
  isSpelledBy,
  known,
  nameForm,
  type Part,
  present,
  renderName,
  type ToolCallPart,
  type WireObject,
} from '../../message/index.ts';
import { drop, type Rendering } from './rendering.ts';
import { name, toolNameRule } from './wire.ts';

/** A call without an id has an empty one until it is known which result belongs to it. */
export function parseToolCall(wire: WireObject): ToolCallPart {
  const id = wire.string('id');
  const hasType = wire.constant('type', 'function');
  const called = wire.required('function', wire.object('function'));
  const wireName = called.required('name', called.string('name'));
  const text = called.string('arguments');
  const forms = known({
    name: nameForm(wireName, toolNameRule),
    type: hasType || wire.has('type') ? undefined : 'absent',
    id: id === undefined ? 'absent' : undefined,
    arguments: text === undefined ? 'absent' : undefined,
  }) as Record<string, string>;
  return {
    type: 'tool-call',
    id: id ?? '',
    name: decodeName(wireName),
    arguments: text ?? '',
    ...wire.annotations(name, forms),
  };
}

/** A call without an id gets one, so that its result can find it. */
export function withId(part: Part, answerId: string | undefined, index: number): Part {
  if (part.type !== 'tool-call' || part.id !== '' || !isSpelledBy(part, name)) return part;
  return { ...part, id: inventCallId(answerId, index) };
}

export function renderToolCall(
  call: ToolCallPart,
  field: string,
  rendering: Rendering,
): Record<string, Json> | undefined {
  if (call.hosted !== undefined)
    return drop(rendering, `${field}.hosted`, `The call of \`${call.name}\` was run by the provider.`);
  const { losses } = rendering;
  for (const key of ['caller', 'toolset'] as const)
    if (call[key] !== undefined) drop(rendering, `${field}.${key}`, `${name} has no such field on calls.`);
  if (call.cache !== undefined && !rendering.isAnswer)
    drop(rendering, `${field}.cache`, `${name} has no cache marks.`);
  if (call.opaque !== undefined)
    drop(rendering, `${field}.opaque`, 'Its state is valid only where it was made.');
  if (call.custom) {
    const detail = 'Free-text input is sent as `{"input": text}`.';
    losses.push({ field: `${field}.custom`, action: 'emulated', detail });
  }
  const place = { form: formOf(call, name, 'name'), rule: toolNameRule, field: `${field}.name` };
  const wire = present({
    id: formOf(call, name, 'id') === 'absent' ? undefined : call.id,
    type: formOf(call, name, 'type') === 'absent' ? undefined : 'function',
    function: present({
      name: renderName(call.name, place, losses),
      arguments: argumentsOf(call, rendering),
    }),
  });
  applyAnnotations(wire, call, name);
  return wire;
}

/** No arguments are an empty object to everyone; empty text is not JSON. */
function argumentsOf(call: ToolCallPart, { isOwn }: Rendering): string | undefined {
  if (call.custom) return JSON.stringify({ input: call.arguments });
  if (call.arguments !== '') return call.arguments;
  if (formOf(call, name, 'arguments') === 'absent') return undefined;
  return isOwn || isSpelledBy(call, name) ? '' : '{}';
}
