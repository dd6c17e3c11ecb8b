/** Vectors become the whole answer of the call that the caller made. */
import type { Json } from '../../json/index.ts';
import {
  anyVector,
  applyAnnotations,
  type EmbedRequest,
  type EmbedResult,
  type EmbedVector,
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
  const method = formOf(request, name, 'method') ?? 'batchEmbedContents';
  const body =
    method === 'predict' ? renderPredictions(result, losses) : renderEmbeddings(result, method, losses);
  applyAnnotations(body, result, name);
  if (result.dialect === name) return { value: body, losses: [] };
  const isVertex = method === 'predict';
  const said = new Set(isVertex ? ['tokens', 'truncated'] : []);
  losses.push(...reportVectorFields(result, said, name), ...reportFacts(result));
  if (result.usage !== undefined) losses.push(...reportUnsaidUsage(result.usage, saidBuckets, name));
  reportForeign(result, name, losses);
  return { value: body, losses };
}

function reportFacts({ facts }: EmbedResult): Loss[] {
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([fact]) => ({ field: `facts.${fact}`, action: 'dropped', detail: `${name} has no such field.` }));
}

function renderEmbeddings(result: EmbedResult, method: string, losses: Loss[]): Record<string, Json> {
  const { vectors, usage } = result;
  const rendered = vectors.map((vector, index) => {
    const wire = renderVector(vector, result, index, losses);
    applyAnnotations(wire, vector, name);
    return wire;
  });
  const usageMetadata = usage === undefined ? undefined : renderUsage(usage);
  if (method === 'embedContent') {
    const truncated = vectors[0]?.truncated;
    if (rendered.length > 1)
      losses.push({ field: 'vectors', action: 'dropped', detail: 'embedContent gives one vector.' });
    return present({ embedding: rendered[0], truncated, usageMetadata });
  }
  const isEmpty = rendered.length === 0 && result.dialect === name;
  return present({ embeddings: isEmpty ? undefined : rendered, usageMetadata });
}

function renderVector(
  vector: EmbedVector,
  { dialect }: EmbedResult,
  index: number,
  losses: Loss[],
): Record<string, Json> {
  const isEmpty = dialect === name && Object.keys(vector.values).length === 0;
  return isEmpty ? {} : { values: anyVector(vector, 'float', { index, losses }).values as Json };
}

function renderPredictions(result: EmbedResult, losses: Loss[]): Record<string, Json> {
  const predictions = result.vectors.map((vector, index): Json => {
    const statistics = present({ token_count: vector.tokens, truncated: vector.truncated });
    const hasAny = Object.keys(statistics).length > 0;
    const embeddings = { ...renderVector(vector, result, index, losses), ...(hasAny && { statistics }) };
    const wire: Record<string, Json> = Object.keys(embeddings).length === 0 ? {} : { embeddings };
    applyAnnotations(wire, vector, name);
    return wire;
  });
  const billed = result.usage?.billed?.billableCharacterCount;
  return { predictions, ...(billed !== undefined && { metadata: { billableCharacterCount: billed } }) };
}
