/** Inputs of text and images together, laid out as Cohere and the hosts of OpenAI's format that take such inputs lay them out. */
import type { Json, JsonObject } from '../json/index.ts';
import {
  applyAnnotations,
  checkBound,
  type EmbedInput,
  type Loss,
  type Part,
  parseAddress,
  renderAddress,
  WireObject,
} from '../message/index.ts';

export function parseContent(wire: WireObject, dialect: string): EmbedInput {
  const content = wire.required('content', wire.list('content'));
  checkBound('parts', content.length, wire.fieldPath('content'));
  const parts = content.map((part, index) =>
    parsePart(part, `${wire.fieldPath('content')}[${index}]`, dialect),
  );
  return { type: 'parts', parts, ...wire.annotations(dialect) };
}

function parsePart(value: Json, path: string, dialect: string): Part {
  const wire = WireObject.open(value, path, 'strict');
  const type = wire.required('type', wire.string('type'));
  if (type === 'text')
    return { type, text: wire.required('text', wire.string('text')), ...wire.annotations(dialect) };
  if (type !== 'image_url') return { type: 'native', dialect, value: value as JsonObject };
  const image = wire.required('image_url', wire.object('image_url'));
  const url = image.required('url', image.string('url'));
  return { type: 'image', source: parseAddress(url), ...wire.annotations(dialect) };
}

export function renderContent(
  input: Extract<EmbedInput, { type: 'parts' }>,
  path: string,
  dialect: string,
  losses: Loss[],
): Json {
  const content = input.parts.flatMap((part, index): Json[] => {
    const wire = renderPart(part, dialect);
    if (wire !== undefined) return [wire];
    const detail = `${dialect} embeds text and images that have an address.`;
    losses.push({ field: `${path}.parts[${index}]`, action: 'dropped', detail });
    return [];
  });
  const wire: Record<string, Json> = { content };
  applyAnnotations(wire, input, dialect);
  return wire;
}

function renderPart(part: Part, dialect: string): Record<string, Json> | undefined {
  if (part.type === 'native') return part.dialect === dialect ? { ...part.value } : undefined;
  const wire = renderKnownPart(part);
  if (wire !== undefined) applyAnnotations(wire, part, dialect);
  return wire;
}

function renderKnownPart(part: Part): Record<string, Json> | undefined {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const url = part.type === 'image' ? renderAddress(part.source) : undefined;
  return url === undefined ? undefined : { type: 'image_url', image_url: { url } };
}
