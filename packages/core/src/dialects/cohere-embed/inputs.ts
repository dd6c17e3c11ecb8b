/** What is to be embedded: `texts`, `images` or, for both together, `inputs`. */
import type { KeelsonError } from '../../errors/index.ts';
import type { Json } from '../../json/index.ts';
import {
  checkBound,
  type EmbedInput,
  type EmbedRequest,
  formOf,
  inputText,
  type Loss,
  parseAddress,
  renderAddress,
  unexpected,
  WireObject,
} from '../../message/index.ts';
import { parseContent, renderContent } from '../embedded-content.ts';
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
    return inputs.map((input, index) =>
      parseContent(WireObject.open(input, `inputs[${index}]`, 'strict'), name),
    );
  }
  return wire.required('texts', texts).map((text) => ({ type: 'text', text }));
}

function refuseSeveral(): KeelsonError {
  const expected = 'the only one of `texts`, `images` and `inputs`';
  return unexpected('inputs', expected);
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
  if (input.type === 'parts') return renderContent(input, `inputs[${index}]`, name, losses);
  return { content: [{ type: 'text', text: inputText(input, index, name, losses) }] };
}
