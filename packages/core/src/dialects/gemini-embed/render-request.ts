/** A canonical embedding request becomes one of the three calls; what the format cannot say is reported. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type EmbedInput,
  type EmbedRequest,
  encodePathSegment,
  formOf,
  inputText,
  type Loss,
  present,
  type Rendered,
  renderPurpose,
  reportUnsaidOptions,
  type WireCall,
} from '../../message/index.ts';
import { renderPart } from './parts.ts';
import { type GeminiEmbedQuirks, type Method, name, purposeWords, spellings } from './wire.ts';

const saidPaths: ReadonlySet<string> = new Set(['inputs', 'purpose', 'dimensions', 'encodings']);
const vertexPaths: ReadonlySet<string> = new Set([...saidPaths, 'truncate']);
const onePaths: ReadonlySet<string> = new Set([...vertexPaths, 'documentOcr', 'audioTrack']);

export function renderRequest(request: EmbedRequest, quirks: GeminiEmbedQuirks): Rendered<WireCall> {
  const losses: Loss[] = [];
  const method = methodFor(request, quirks.method);
  const body = renderers[method](request, losses);
  applyAnnotations(body, request, name);
  const said = { embedContent: onePaths, batchEmbedContents: saidPaths, predict: vertexPaths }[method];
  losses.push(...reportEncodings(request), ...reportUnsaidOptions(request, said, name));
  const path = `/models/${encodePathSegment(request.model)}:${method}`;
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses };
}

/** The Gemini API takes one input either way, and is asked as the caller asked. */
function methodFor(request: EmbedRequest, method: Method): Method {
  const isOne = formOf(request, name, 'method') === 'embedContent' && request.inputs.length === 1;
  return isOne && method === 'batchEmbedContents' ? 'embedContent' : method;
}

const renderers: Readonly<Record<Method, (request: EmbedRequest, losses: Loss[]) => Record<string, Json>>> = {
  embedContent: renderOne,
  batchEmbedContents: renderMany,
  predict: renderPrediction,
};

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

function renderOne(request: EmbedRequest, losses: Loss[]): Record<string, Json> {
  const { inputs, truncate, documentOcr, audioTrack } = request;
  const [input] = inputs;
  for (let index = 1; index < inputs.length; index++)
    losses.push({ field: `inputs[${index}]`, action: 'dropped', detail: 'embedContent takes one input.' });
  if (input === undefined) return { content: { parts: [] } };
  // The annotations of the one input are those of the call.
  const options = renderOptions(request, input, 0, losses);
  const extra = present({
    autoTruncate: renderTruncation(truncate, losses),
    documentOcr,
    audioTrackExtraction: audioTrack,
  });
  const isConfig = Object.keys(extra).length > 0 || formOf(request, name, 'config') !== undefined;
  return {
    ...renderModel(request, request),
    content: renderContent(input, request, 0, losses),
    ...(isConfig ? renderGroup('embedContentConfig', { ...options, ...extra }) : options),
  };
}

function renderMany(request: EmbedRequest, losses: Loss[]): Record<string, Json> {
  const requests = request.inputs.map((input, index): Json => {
    const wire: Record<string, Json> = {
      ...renderModel(request, input),
      content: renderContent(input, input, index, losses),
      ...renderOptions(request, input, index, losses),
    };
    applyAnnotations(wire, input, name);
    return wire;
  });
  return { requests };
}

function renderModel({ model }: EmbedRequest, node: EmbedRequest | EmbedInput): Record<string, Json> {
  const form = formOf(node, name, 'model');
  return form === 'absent' ? {} : { model: form ?? `models/${model}` };
}

function renderContent(
  input: EmbedInput,
  node: EmbedRequest | EmbedInput,
  index: number,
  losses: Loss[],
): Json {
  const role = formOf(node, name, 'role');
  return { parts: renderParts(input, index, losses), ...(role !== undefined && { role }) };
}

function renderParts(input: EmbedInput, index: number, losses: Loss[]): Json {
  if (input.type !== 'parts') return [{ text: inputText(input, index, name, losses) }];
  return input.parts.flatMap((part, at): Json[] => {
    const wire = renderPart(part);
    if (wire !== undefined) return [wire];
    const detail = `${name} embeds text, bytes and files that have an address.`;
    losses.push({ field: `inputs[${index}].parts[${at}]`, action: 'dropped', detail });
    return [];
  });
}

/** Wishes for one input; those of the request hold where the input has none of its own. */
function renderOptions(
  request: EmbedRequest,
  input: EmbedInput,
  index: number,
  losses: Loss[],
): Record<string, Json> {
  const node = formOf(request, name, 'method') === 'embedContent' ? request : input;
  const [size] = spellings.dimensions;
  const [task] = spellings.purpose;
  return present({
    [formOf(node, name, 'purpose') ?? task]: renderTask(request, input, index, losses),
    title: input.title,
    [formOf(node, name, 'dimensions') ?? size]: input.dimensions ?? request.dimensions,
  });
}

function renderTask(
  request: EmbedRequest,
  input: EmbedInput,
  index: number,
  losses: Loss[],
): string | undefined {
  const purpose = input.purpose ?? request.purpose;
  if (purpose === undefined) return undefined;
  const isShared = input.purpose === undefined;
  const place = {
    field: isShared ? 'purpose' : `inputs[${index}].purpose`,
    dialect: name,
    isOwn: request.dialect === name,
    // A wish of the request is reported once, not for every input.
    losses: isShared && index > 0 ? [] : losses,
  };
  return renderPurpose(purpose, purposeWords, place);
}

function renderPrediction(request: EmbedRequest, losses: Loss[]): Record<string, Json> {
  const instances = request.inputs.map((input, index): Json => {
    const [, task] = spellings.purpose;
    const wire: Record<string, Json> = present({
      content: inputText(input, index, name, losses),
      [formOf(input, name, 'purpose') ?? task]: renderTask(request, input, index, losses),
      title: input.title,
    });
    if (input.dimensions !== undefined)
      losses.push({
        field: `inputs[${index}].dimensions`,
        action: 'dropped',
        detail: 'Vertex has one for all.',
      });
    applyAnnotations(wire, input, name);
    return wire;
  });
  const parameters = present({
    outputDimensionality: request.dimensions,
    autoTruncate: renderTruncation(request.truncate, losses),
  });
  return { instances, ...renderGroup('parameters', parameters) };
}

function renderGroup(field: string, group: Record<string, Json>): Record<string, Json> {
  return Object.keys(group).length === 0 ? {} : { [field]: group };
}

function renderTruncation(truncate: string | undefined, losses: Loss[]): boolean | undefined {
  if (truncate === undefined) return undefined;
  if (truncate !== 'none' && truncate !== 'end')
    losses.push({ field: 'truncate', action: 'emulated', detail: 'Only the end is cut off.' });
  return truncate !== 'none';
}
