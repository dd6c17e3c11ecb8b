/** Vectors become a whole embed answer, in every kind that the caller asked for. */
import type { Json } from '../../json/index.ts';
import {
  anyVector,
  applyAnnotations,
  type EmbedRequest,
  type EmbedResult,
  fillFact,
  formOf,
  known,
  type Loss,
  type Rendered,
  reportForeign,
  reportUnsaidUsage,
  reportVectorFields,
  vectorAs,
} from '../../message/index.ts';
import { renderMeta, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(result: EmbedResult, request: EmbedRequest): Rendered<unknown> {
  const losses: Loss[] = [];
  const isOwn = result.dialect === name;
  const form = (field: string): string | undefined => formOf(result, name, field);
  const isFloats = request.encodings === undefined && hasBareFloats(request, result);
  const type = isFloats ? 'embeddings_floats' : 'embeddings_by_type';
  const body: Record<string, Json> = known({
    id: result.facts.id,
    response_type: form('response_type') === 'absent' ? undefined : type,
    embeddings: isFloats ? renderFloats(result, losses) : renderByKind(result, request, losses),
    texts: renderTexts(result, request),
    images: renderImages(result),
    meta: renderMeta({ usage: result.usage, warnings: result.facts.warnings, form, isOwn }),
  });
  applyAnnotations(body, result, name);
  if (isOwn) return { value: body, losses: [] };
  fillFact(body, { fact: 'id', field: 'id', value: request.answer?.id ?? 'embed-unknown' }, losses);
  losses.push(...reportVectorFields(result, new Set(['text', 'image']), name));
  if (result.usage !== undefined) losses.push(...reportUnsaidUsage(result.usage, saidBuckets, name));
  for (const fact of ['model', 'createdAt'] as const)
    if (result.facts[fact] !== undefined)
      losses.push({ field: `facts.${fact}`, action: 'dropped', detail: `${name} has no such field.` });
  reportForeign(result, name, losses);
  return { value: body, losses };
}

/** Version 1 answers with bare floats when no kind is asked for; on Bedrock it is the model that decides. */
function hasBareFloats(request: EmbedRequest, result: EmbedResult): boolean {
  const isInvoked = formOf(request, name, 'host') === 'invoke';
  return isInvoked ? formOf(result, name, 'layout') === 'floats' : formOf(request, name, 'version') === '1';
}

function renderFloats({ vectors }: EmbedResult, losses: Loss[]): Json {
  return vectors.map((vector, index) => anyVector(vector, 'float', { index, losses }).values as Json);
}

/** Kinds that can be had of every vector; where that is none of those asked for, whatever there is. */
function renderByKind(result: EmbedResult, request: EmbedRequest, losses: Loss[]): Json {
  const { vectors } = result;
  const wire: Record<string, Json> = {};
  const given = formOf(result, name, 'kinds')?.split(' ') ?? [];
  const wanted = request.encodings ?? (given.length > 0 ? given : ['float']);
  for (const kind of wanted) {
    const list = vectors.map((vector, index) => vectorAs(vector, kind, { index, losses }));
    if (list.some((values) => values === undefined))
      losses.push({
        field: `vectors[0].values.${kind}`,
        action: 'dropped',
        detail: 'The answer lacks this kind.',
      });
    else if (vectors.length > 0 || given.includes(kind)) wire[kind] = list as Json;
  }
  if (vectors.length > 0 && Object.keys(wire).length === 0) {
    const each = vectors.map((vector, index) => anyVector(vector, wanted[0] ?? 'float', { index, losses }));
    wire[each[0]?.encoding ?? 'float'] = each.map(({ values }) => values as Json);
  }
  return wire;
}

/** Callers of the official client find their texts in the answer; an answer of another format gives none back. */
function renderTexts({ dialect, vectors }: EmbedResult, { inputs }: EmbedRequest): Json | undefined {
  const told = vectors.map(({ text }) => text);
  if (told.length > 0 && told.every((text) => text !== undefined)) return told;
  if (dialect === name || inputs.length !== vectors.length || inputs.length === 0) return undefined;
  const asked = inputs.map((input) => (input.type === 'text' ? input.text : undefined));
  return asked.every((text) => text !== undefined) ? asked : undefined;
}

function renderImages({ vectors }: EmbedResult): Json | undefined {
  const images = vectors.map(({ image }) => image);
  return images.length > 0 && images.every((image) => image !== undefined) ? images : undefined;
}
