/** A canonical embedding request becomes one of this format; what the format cannot say is reported. */
import { type Json, jsonEqual } from '../../json/index.ts';
import {
  applyAnnotations,
  type EmbedRequest,
  formOf,
  type Loss,
  type PurposeWords,
  plainPaths,
  present,
  type Rendered,
  renderPurpose,
  reportInputFields,
  reportUnsaidOptions,
  type WireCall,
  writePlainFields,
} from '../../message/index.ts';
import { renderInputs } from './inputs.ts';
import { encodingsOf } from './parse-request.ts';
import {
  documentWords,
  name,
  type OpenAiEmbeddingsQuirks,
  path,
  purposeWords,
  requestFields,
} from './wire.ts';

const saidPaths: ReadonlySet<string> = new Set([
  ...plainPaths(requestFields),
  ...['inputs', 'dimensions', 'encodings', 'truncate', 'purpose'],
]);

export function renderRequest(request: EmbedRequest, quirks: OpenAiEmbeddingsQuirks): Rendered<WireCall> {
  const losses: Loss[] = [];
  const dimensionsField = formOf(request, name, 'dimensions') ?? quirks.dimensionsField;
  const body: Record<string, Json> = {
    ...(formOf(request, name, 'model') !== 'path' && { model: request.model }),
    input: renderInputs(request, quirks, losses),
    ...present({ [dimensionsField]: request.dimensions }),
    ...renderEncodings(request, quirks, losses),
    ...renderPurposeField(request, quirks, losses),
    ...renderTruncation(request, quirks, losses),
    ...writePlainFields(request, requestFields),
  };
  applyAnnotations(body, request, name);
  losses.push(
    ...reportInputFields(request, new Set(), name),
    ...reportUnsaidOptions(request, saidPaths, name),
  );
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses };
}

function renderEncodings(
  request: EmbedRequest,
  quirks: OpenAiEmbeddingsQuirks,
  losses: Loss[],
): Record<string, Json> {
  const { encodings } = request;
  if (encodings === undefined) return {};
  const form = (field: string): string | undefined => formOf(request, name, field);
  const format = form('encoding_format');
  const kind = form('output_dtype');
  if (jsonEqual(encodingsOf(format, kind) ?? null, encodings))
    return present({ encoding_format: format, output_dtype: kind });
  if (form('embedding_type') === 'list') return { embedding_type: [...encodings] };
  const [first = 'float', ...others] = encodings;
  for (const other of others)
    losses.push({
      field: 'encodings',
      action: 'dropped',
      detail: `${name} gives one kind, not \`${other}\` too.`,
    });
  if (form('embedding_type') === 'text') return { embedding_type: first };
  if (first === 'float' || first === 'base64') return { encoding_format: first };
  if (quirks.kindField !== 'none') return { [quirks.kindField]: first };
  losses.push({
    field: 'encodings',
    action: 'dropped',
    detail: `${name} has no vectors of the kind \`${first}\`.`,
  });
  return {};
}

function renderPurposeField(
  request: EmbedRequest,
  quirks: OpenAiEmbeddingsQuirks,
  losses: Loss[],
): Record<string, Json> {
  const field = formOf(request, name, 'purpose') ?? quirks.purposeField;
  if (request.purpose === undefined) return fillPurpose(field, quirks, losses);
  if (field === 'none') {
    losses.push({ field: 'purpose', action: 'dropped', detail: `${name} has no such field.` });
    return {};
  }
  const isOwn = request.dialect === name;
  const place = { field: 'purpose', dialect: name, isOwn, losses };
  return present({ [field]: renderPurpose(request.purpose, wordsOf(field, quirks), place) });
}

function wordsOf(field: string, { documentWord }: OpenAiEmbeddingsQuirks): PurposeWords {
  if (field === 'input_type' && documentWord !== 'as-asked') return documentWords[documentWord];
  return purposeWords[field] ?? {};
}

function fillPurpose(
  field: string,
  { defaultPurpose }: OpenAiEmbeddingsQuirks,
  losses: Loss[],
): Record<string, Json> {
  if (defaultPurpose === 'none' || field === 'none') return {};
  const detail = `\`${field}\` is demanded by the host and was filled in.`;
  losses.push({ field: 'purpose', action: 'emulated', detail });
  return { [field]: defaultPurpose };
}

function renderTruncation(
  request: EmbedRequest,
  quirks: OpenAiEmbeddingsQuirks,
  losses: Loss[],
): Record<string, Json> {
  const { truncate } = request;
  if (truncate === undefined) return {};
  const field = formOf(request, name, 'truncate') ?? quirks.truncationField;
  if (field === 'truncate-text') return { truncate };
  if (field === 'none') {
    losses.push({ field: 'truncate', action: 'dropped', detail: `${name} has no such field.` });
    return {};
  }
  if (truncate !== 'none' && truncate !== 'end')
    losses.push({ field: 'truncate', action: 'emulated', detail: `\`${field}\` cuts off the end only.` });
  return { [field]: truncate !== 'none' };
}
