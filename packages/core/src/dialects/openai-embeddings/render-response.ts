/** Vectors become a whole embeddings answer, in the encoding that the caller asked for. */
import type { Json } from '../../json/index.ts';
import {
  anyVector,
  applyAnnotations,
  type EmbedRequest,
  type EmbedResult,
  type EmbedVector,
  fillFact,
  formOf,
  known,
  type Loss,
  type Rendered,
  reportForeign,
  reportUnsaidUsage,
  reportVectorFields,
} from '../../message/index.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(result: EmbedResult, request: EmbedRequest): Rendered<unknown> {
  const losses: Loss[] = [];
  const { facts, vectors, usage } = result;
  const isOwn = result.dialect === name;
  const [wanted = 'float', ...others] = request.encodings ?? [];
  for (const other of others)
    losses.push({
      field: 'vectors',
      action: 'dropped',
      detail: `${name} gives one kind, not \`${other}\` too.`,
    });
  const body: Record<string, Json> = {
    ...(formOf(result, name, 'object') !== 'absent' && { object: 'list' }),
    data: vectors.map((vector, index) => renderVector(vector, { index, isOwn, wanted, losses })),
    ...known({ id: facts.id, model: facts.model, created: facts.createdAt }),
    ...(usage !== undefined && { usage: renderUsage(usage) }),
  };
  applyAnnotations(body, result, name);
  if (!isOwn) {
    fillFact(body, { fact: 'model', field: 'model', value: request.model }, losses);
    losses.push(...reportVectorFields(result, new Set(), name));
    if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
    if (facts.warnings !== undefined)
      losses.push({ field: 'facts.warnings', action: 'dropped', detail: `${name} has no such field.` });
  }
  reportForeign(result, name, losses);
  return { value: body, losses };
}

interface VectorRendering {
  readonly index: number;
  readonly isOwn: boolean;
  readonly wanted: string;
  readonly losses: Loss[];
}

function renderVector(vector: EmbedVector, { index, isOwn, wanted, losses }: VectorRendering): Json {
  const isEmpty = isOwn && Object.keys(vector.values).length === 0;
  const place = { index, losses: isOwn ? [] : losses };
  const wire: Record<string, Json> = {
    ...(formOf(vector, name, 'object') !== 'absent' && { object: 'embedding' }),
    ...(formOf(vector, name, 'index') !== 'absent' && { index }),
    ...(!isEmpty && { embedding: anyVector(vector, wanted, place).values }),
  };
  applyAnnotations(wire, vector, name);
  return wire;
}
