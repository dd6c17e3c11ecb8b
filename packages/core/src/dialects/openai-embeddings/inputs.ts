/** What is to be embedded, in all the ways this format writes it: a text, texts, token numbers, objects with parts. */
import { isJsonObject, type Json } from '../../json/index.ts';
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
import { parseContent, renderContent } from '../embedded-content.ts';
import { name, type OpenAiEmbeddingsQuirks } from './wire.ts';

export function parseInputs(wire: WireObject, forms: Record<string, string>): readonly EmbedInput[] {
  const value = wire.required('input', wire.json('input'));
  if (typeof value === 'string') {
    forms.input = 'text';
    return [{ type: 'text', text: value }];
  }
  if (!Array.isArray(value) || value.length === 0)
    throw unexpected('input', 'a text or a list that is not empty');
  if (isTokens(value)) {
    forms.input = 'tokens';
    return [{ type: 'tokens', tokens: value }];
  }
  checkBound('inputs', value.length, 'input');
  return value.map((entry: Json, index) => parseInput(entry, `input[${index}]`));
}

function parseInput(value: Json, path: string): EmbedInput {
  if (typeof value === 'string') return { type: 'text', text: value };
  if (isTokens(value)) return { type: 'tokens', tokens: value };
  if (!isJsonObject(value)) throw unexpected(path, 'a text, a list of token numbers or an object');
  const wire = WireObject.open(value, path, 'strict');
  if (wire.has('content')) return parseContent(wire, name);
  // Jina: one text or one image, named by the field.
  const image = wire.string('image');
  const text = image === undefined ? wire.required('text', wire.string('text')) : undefined;
  const part: Part =
    image === undefined
      ? { type: 'text', text: text as string }
      : { type: 'image', source: parseAddress(image) };
  return { type: 'parts', parts: [part], ...wire.annotations(name, { layout: 'field' }) };
}

function isTokens(value: Json): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'number');
}

export function renderInputs(request: EmbedRequest, quirks: OpenAiEmbeddingsQuirks, losses: Loss[]): Json {
  const isOwn = request.dialect === name;
  const rendered = request.inputs.map((input, index): Json => {
    if (input.type === 'text') return input.text;
    if (input.type === 'tokens' && (quirks.tokenInputs || isOwn)) return [...input.tokens];
    if (input.type === 'parts' && formOf(input, name, 'layout') === 'field')
      return renderField(input.parts, input);
    if (input.type === 'parts' && (quirks.partInputs || isOwn))
      return renderContent(input, `inputs[${index}]`, name, losses);
    return inputText(input, index, name, losses);
  });
  const form = formOf(request, name, 'input');
  return rendered.length === 1 && (form === 'text' || form === 'tokens') ? (rendered[0] as Json) : rendered;
}

function renderField([part]: readonly Part[], input: EmbedInput): Json {
  const wire: Record<string, Json> =
    part?.type === 'image'
      ? { image: renderAddress(part.source) ?? '' }
      : { text: part?.type === 'text' ? part.text : '' };
  applyAnnotations(wire, input, name);
  return wire;
}
