/** What is to be embedded: `texts`, `images` or, for both together, `inputs`. */
import type { KeelsonError } from '../../errors/index.ts';
import type { Json, JsonObject } from '../../json/index.ts';
import {
  applyAnnotations,
  checkBound,
  type EmbedInput,
  type EmbedRequest,
  formOf,
  inputText,
  type Loss,
  type Part,
  parseAddress,
  renderAddress,
  unexpected,
  WireObject,
} from '../../message/index.ts';
import { type CohereEmbedQuirks, name } from './wire.ts';

export function parseInputs(wire: WireObject, forms: Record<string, string>): readonly EmbedInput[] {
  const texts = wire.strings('texts');
  const images = wire.strings('images');
  const inputs = wire.list('inputs');
  const given = [texts, images, inputs].filter((list) => list !== undefined);
  if (given.length > 1) throw refuseSeveral();
  checkBound('inputs', given[0]?.length ?? 0, given[0] === texts ? 'texts' : 'inputs');
  if (images !== undefined) {
    forms.inputs = 'images';
    return images.map((url) => ({ type: 'parts', parts: [{ type: 'image', source: parseAddress(url) }] }));
  }
  if (inputs !== undefined) {
    forms.inputs = 'inputs';
    return inputs.map((input, index) => parseInput(input, `inputs[${index}]`));
  }
  return wire.required('texts', texts).map((text) => ({ type: 'text', text }));
}

function refuseSeveral(): KeelsonError {
  const expected = 'the only one of `texts`, `images` and `inputs`';
  return unexpected('inputs', expected);
}

function parseInput(value: Json, path: string): EmbedInput {
  const wire = WireObject.open(value, path, 'strict');
  const content = wire.required('content', wire.list('content'));
  checkBound('parts', content.length, wire.fieldPath('content'));
  const parts = content.map((part, index) => parsePart(part, `${wire.fieldPath('content')}[${index}]`));
  return { type: 'parts', parts, ...wire.annotations(name) };
}

function parsePart(value: Json, path: string): Part {
  const wire = WireObject.open(value, path, 'strict');
  const type = wire.required('type', wire.string('type'));
  if (type === 'text')
    return { type, text: wire.required('text', wire.string('text')), ...wire.annotations(name) };
  if (type !== 'image_url') return { type: 'native', dialect: name, value: value as JsonObject };
  const image = wire.required('image_url', wire.object('image_url'));
  const url = image.required('url', image.string('url'));
  return { type: 'image', source: parseAddress(url), ...wire.annotations(name) };
}

export function renderInputs(
  request: EmbedRequest,
  quirks: CohereEmbedQuirks,
  losses: Loss[],
): Record<string, Json> {
  const { inputs } = request;
  const form = formOf(request, name, 'inputs');
  if (form === 'images') return { images: inputs.map((input, index) => renderImage(input, index, losses)) };
  const isPlain = form === undefined && inputs.every(({ type }) => type !== 'parts');
  if (isPlain || !(quirks.partInputs || form === 'inputs'))
    return { texts: inputs.map((input, index) => inputText(input, index, name, losses)) };
  return { inputs: inputs.map((input, index) => renderInput(input, index, losses)) };
}

function renderImage(input: EmbedInput, index: number, losses: Loss[]): string {
  const part = input.type === 'parts' ? input.parts[0] : undefined;
  const url = part?.type === 'image' ? renderAddress(part.source) : undefined;
  return url ?? inputText(input, index, name, losses);
}

function renderInput(input: EmbedInput, index: number, losses: Loss[]): Json {
  if (input.type !== 'parts')
    return { content: [{ type: 'text', text: inputText(input, index, name, losses) }] };
  const content = input.parts.flatMap((part, at): Json[] => {
    const wire = renderPart(part);
    if (wire === undefined)
      losses.push({
        field: `inputs[${index}].parts[${at}]`,
        action: 'dropped',
        detail: `${name} embeds text and images that have an address.`,
      });
    return wire === undefined ? [] : [wire];
  });
  const wire: Record<string, Json> = { content };
  applyAnnotations(wire, input, name);
  return wire;
}

function renderPart(part: Part): Record<string, Json> | undefined {
  if (part.type === 'native') return part.dialect === name ? { ...part.value } : undefined;
  const wire = renderKnownPart(part);
  if (wire !== undefined) applyAnnotations(wire, part, name);
  return wire;
}

function renderKnownPart(part: Part): Record<string, Json> | undefined {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const url = part.type === 'image' ? renderAddress(part.source) : undefined;
  return url === undefined ? undefined : { type: 'image_url', image_url: { url } };
}
