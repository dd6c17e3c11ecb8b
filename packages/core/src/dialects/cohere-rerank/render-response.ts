/** Scores become a whole rerank answer, under the names that the caller's host uses. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  fillFact,
  formOf,
  known,
  type Loss,
  present,
  type Rendered,
  type RerankDocument,
  type RerankRequest,
  type RerankResult,
  type RerankResultItem,
  reportForeign,
  reportUnsaidUsage,
} from '../../message/index.ts';
import { renderMeta, renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(result: RerankResult, request: RerankRequest): Rendered<unknown> {
  const losses: Loss[] = [];
  const { facts, results, usage } = result;
  const isOwn = result.dialect === name;
  const isVoyage = formOf(request, name, 'host') === 'voyage';
  const form = (field: string): string | undefined => formOf(result, name, field);
  const inUsage = usage !== undefined && (isVoyage || formOf(usage, name, 'place') === 'usage');
  if (isVoyage && usage?.billed !== undefined)
    losses.push({ field: 'usage.billed', action: 'dropped', detail: 'Voyage tells tokens alone.' });
  const items = results.map((item) => renderItem(item, request, isVoyage));
  const body: Record<string, Json> = present({
    object: isVoyage || form('object') === 'list' ? 'list' : undefined,
    id: facts.id,
    model: facts.model,
    [isVoyage ? 'data' : 'results']: items,
    usage: inUsage ? renderUsage(usage) : undefined,
    meta: renderMeta({
      usage: inUsage ? undefined : usage,
      warnings: facts.warnings,
      form,
      isOwn: isOwn || isVoyage,
    }),
  });
  applyAnnotations(body, result, name);
  if (isOwn) return { value: body, losses };
  const filled = isVoyage
    ? ({ fact: 'model', field: 'model', value: request.model } as const)
    : ({ fact: 'id', field: 'id', value: request.answer?.id ?? 'rerank-unknown' } as const);
  fillFact(body, filled, losses);
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  if (facts.createdAt !== undefined)
    losses.push({ field: 'facts.createdAt', action: 'dropped', detail: `${name} has no such field.` });
  reportForeign(result, name, losses);
  return { value: body, losses };
}

function renderItem(item: RerankResultItem, request: RerankRequest, isVoyage: boolean): Json {
  const document = item.document ?? (request.returnDocuments ? request.documents[item.index] : undefined);
  const wire: Record<string, Json> = known({
    index: item.index,
    relevance_score: item.score,
    document: document === undefined ? undefined : renderDocument(document, isVoyage),
  });
  applyAnnotations(wire, item, name);
  return wire;
}

function renderDocument(document: RerankDocument, isVoyage: boolean): Json {
  if (typeof document !== 'string') return document;
  return isVoyage ? document : { text: document };
}
