/**
 * What a caller asks of the gateway in its format's own field for metadata, for libraries that cannot send headers. It is
 * taken out of the body before anybody else reads it, so that no provider sees it.
 */
import { isJsonObject, type Json, type JsonObject, KeelsonError, spliceFields } from '@keelson/core';
import { didYouMean } from '../routing/index.ts';
import type { AskedCall, CallControls } from './asked-call.ts';
import { controlNames, readControl } from './read-control.ts';

/** Letters and a low line are what every vendor allows in a name. */
export const controlPrefix = 'keelson_';

/** The call as it goes on; undefined where its metadata asks nothing of us, which nearly all calls end with. */
export function takeControls(asked: AskedCall, body: JsonObject): AskedCall | undefined {
  const field = asked.dialect.inbound.metadataField ?? 'metadata';
  const metadata = body[field];
  if (!isJsonObject(metadata)) return undefined;
  for (const name in metadata) {
    if (name.startsWith(controlPrefix)) return takeOut(asked, body, field);
  }
  return undefined;
}

function takeOut(asked: AskedCall, body: JsonObject, field: string): AskedCall {
  const rest: Record<string, Json> = {};
  let controls: Partial<CallControls> = {};
  for (const [name, value] of Object.entries(body[field] as JsonObject)) {
    if (!name.startsWith(controlPrefix)) Object.defineProperty(rest, name, { value, enumerable: true });
    else controls = { ...controls, ...readValue(name, value, `${field}.${name}`) };
  }
  const hasRest = Object.keys(rest).length > 0;
  const left = spliceFields(asked.wire.body, { [field]: hasRest ? JSON.stringify(rest) : undefined });
  const { [field]: _taken, ...others } = body;
  const anew = left ?? JSON.stringify(hasRest ? { ...others, [field]: rest } : others);
  return {
    ...asked,
    wire: { ...asked.wire, body: anew },
    controls: merge(controls, asked.controls),
  };
}

function readValue(name: string, value: Json, field: string): Partial<CallControls> {
  const quoted = `\`${field}\``;
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new KeelsonError('invalid_request', `${quoted} must be a text.`, {
      details: { field, expected: 'a text' },
    });
  }
  const read = readControl(name.slice(controlPrefix.length), String(value), { field, says: quoted });
  if (read !== undefined) return read;
  const names = controlNames.map((known) => controlPrefix + known);
  const hint = didYouMean(name, names) ?? `There are ${names.join(', ')}.`;
  throw new KeelsonError('invalid_request', `${quoted} asks for something unknown. ${hint}`, {
    details: { field },
  });
}

/** What a header says stands against the metadata, because whoever is in between can set it without reading bodies. */
function merge(metadata: Partial<CallControls>, headers: CallControls): CallControls {
  const { tags, ...others } = headers;
  return {
    tags: Object.keys(tags).length > 0 ? tags : (metadata.tags ?? tags),
    ...withoutTags(metadata),
    ...others,
  };
}

function withoutTags({ tags: _tags, ...others }: Partial<CallControls>): Omit<Partial<CallControls>, 'tags'> {
  return others;
}
