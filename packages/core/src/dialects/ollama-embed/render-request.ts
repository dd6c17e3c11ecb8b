/** A canonical embedding request becomes one of Ollama's; what the format cannot say is reported. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type EmbedRequest,
  formOf,
  inputText,
  type Loss,
  plainPaths,
  type Rendered,
  reportInputFields,
  reportUnsaidOptions,
  type WireCall,
  writePlainFields,
} from '../../message/index.ts';
import { name, type OllamaEmbedQuirks, olderPath, path, requestFields, sharedFields } from './wire.ts';

const olderPaths: ReadonlySet<string> = new Set(['inputs', 'encodings', ...plainPaths(sharedFields)]);
const saidPaths: ReadonlySet<string> = new Set([...olderPaths, ...plainPaths(requestFields), 'truncate']);

export function renderRequest(request: EmbedRequest, quirks: OllamaEmbedQuirks): Rendered<WireCall> {
  const losses: Loss[] = [];
  const isOlder = quirks.older || formOf(request, name, 'endpoint') === 'older';
  const texts = request.inputs.map((input, index) => inputText(input, index, name, losses));
  const body = isOlder
    ? renderOlder(request, texts, losses)
    : { ...renderPresent(request, texts), ...renderTruncation(request, losses) };
  applyAnnotations(body, request, name);
  losses.push(
    ...reportInputFields(request, new Set(), name),
    ...reportEncodings(request),
    ...reportUnsaidOptions(request, isOlder ? olderPaths : saidPaths, name),
  );
  const at = isOlder ? olderPath : path;
  return { value: { method: 'POST', path: at, query: {}, headers: {}, body }, losses };
}

function renderPresent(request: EmbedRequest, texts: readonly string[]): Record<string, Json> {
  const isText = formOf(request, name, 'input') === 'text' && texts.length === 1;
  const input = isText ? (texts[0] as string) : [...texts];
  return { model: request.model, input, ...writePlainFields(request, requestFields) };
}

function renderOlder(request: EmbedRequest, texts: readonly string[], losses: Loss[]): Record<string, Json> {
  for (let index = 1; index < texts.length; index++)
    losses.push({ field: `inputs[${index}]`, action: 'dropped', detail: `${olderPath} takes one text.` });
  return { model: request.model, prompt: texts[0] ?? '', ...writePlainFields(request, sharedFields) };
}

function renderTruncation({ truncate }: EmbedRequest, losses: Loss[]): Record<string, Json> {
  if (truncate === undefined) return {};
  if (truncate !== 'none' && truncate !== 'end')
    losses.push({ field: 'truncate', action: 'emulated', detail: 'Only the end is cut off.' });
  return { truncate: truncate !== 'none' };
}

/** Answers hold floats alone, of which packed ones are made for the caller. */
function reportEncodings({ encodings = [] }: EmbedRequest): Loss[] {
  return encodings
    .filter((encoding) => encoding !== 'float' && encoding !== 'base64')
    .map((encoding) => ({
      field: 'encodings',
      action: 'dropped',
      detail: `${name} has no vectors of the kind \`${encoding}\`.`,
    }));
}
