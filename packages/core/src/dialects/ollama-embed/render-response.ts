/** Vectors become the whole answer of the endpoint that the caller asked. */
import type { Json } from '../../json/index.ts';
import {
  anyVector,
  applyAnnotations,
  type EmbedRequest,
  type EmbedResult,
  formOf,
  type Loss,
  present,
  type Rendered,
  reportForeign,
  reportUnsaidUsage,
  reportVectorFields,
} from '../../message/index.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(result: EmbedResult, request: EmbedRequest): Rendered<unknown> {
  const losses: Loss[] = [];
  const isOwn = result.dialect === name;
  const isOlder = formOf(request, name, 'endpoint') === 'older';
  const vectors = result.vectors.map(
    (vector, index) => anyVector(vector, 'float', { index, losses }).values as Json,
  );
  if (isOlder && vectors.length > 1)
    losses.push({ field: 'vectors', action: 'dropped', detail: 'This endpoint answers one vector.' });
  const body: Record<string, Json> = isOlder
    ? { embedding: vectors[0] ?? [] }
    : {
        ...present({ model: result.facts.model ?? (isOwn ? undefined : request.model) }),
        embeddings: vectors,
        ...(result.usage !== undefined && renderUsage(result.usage)),
      };
  applyAnnotations(body, result, name);
  if (isOwn) return { value: body, losses };
  losses.push(...reportVectorFields(result, new Set(), name), ...reportFacts(result));
  if (result.usage !== undefined)
    losses.push(...reportUnsaidUsage(result.usage, isOlder ? new Set() : saidBuckets, name));
  reportForeign(result, name, losses);
  return { value: body, losses };
}

function reportFacts({ facts }: EmbedResult): Loss[] {
  return (['id', 'createdAt', 'warnings'] as const)
    .filter((fact) => facts[fact] !== undefined)
    .map((fact) => ({ field: `facts.${fact}`, action: 'dropped', detail: `${name} has no such field.` }));
}
