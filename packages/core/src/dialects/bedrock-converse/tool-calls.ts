/** Calls of tools, both ways. Their input is an object here, whatever another format let a model write. */
import type { Json } from '../../json/index.ts';
import {
  decodeName,
  formOf,
  known,
  nameForm,
  present,
  renderName,
  type ToolCallPart,
  toolInput,
  type WireObject,
} from '../../message/index.ts';
import { drop, type Rendering } from './rendering.ts';
import { hostedCallType, name, nameRule } from './wire.ts';

export function parseToolUse(block: WireObject): ToolCallPart {
  const wire = block.required('toolUse', block.object('toolUse'));
  const wireId = wire.required('toolUseId', wire.string('toolUseId'));
  const wireName = wire.required('name', wire.string('name'));
  const type = wire.string('type');
  const input = wire.json('input');
  const isHosted = type === hostedCallType;
  const forms = known({
    name: nameForm(wireName, nameRule),
    id: nameForm(wireId, nameRule),
    type: isHosted ? undefined : type,
    input: input === undefined ? 'absent' : undefined,
  }) as Record<string, string>;
  return {
    type: 'tool-call',
    id: decodeName(wireId),
    name: decodeName(wireName),
    arguments: input === undefined ? '' : JSON.stringify(input),
    ...(isHosted && { hosted: hostedCallType }),
    ...block.annotations(name, forms),
  };
}

/** The fields of a call but for its input, which a stream tells later; undefined when it cannot be told at all. */
export function renderCall(
  part: Omit<ToolCallPart, 'arguments'>,
  field: string,
  rendering: Rendering,
): Record<string, Json> | undefined {
  const { losses, isOwn } = rendering;
  if (part.hosted !== undefined && !isOwn)
    return drop(rendering, field, `The call of \`${part.name}\` was run by the provider.`);
  if (part.opaque !== undefined)
    drop(rendering, `${field}.opaque`, 'Its state is valid only where it was made.');
  for (const key of ['caller', 'toolset'] as const)
    if (part[key] !== undefined) drop(rendering, `${field}.${key}`, `${name} has no such field on calls.`);
  const placeOf = (key: 'id' | 'name') => ({
    form: formOf(part, name, key),
    rule: nameRule,
    field: `${field}.${key}`,
  });
  return present({
    toolUseId: renderName(part.id, placeOf('id'), losses),
    name: renderName(part.name, placeOf('name'), losses),
    type: part.hosted ?? formOf(part, name, 'type'),
  });
}

export function renderToolUse(
  part: ToolCallPart,
  field: string,
  rendering: Rendering,
): Record<string, Json> | undefined {
  const call = renderCall(part, field, rendering);
  if (call === undefined) return undefined;
  const isAbsent = formOf(part, name, 'input') === 'absent';
  return { toolUse: { ...call, ...(!isAbsent && { input: toolInput(part, field, rendering.losses) }) } };
}
