/** A canonical reranking request becomes one of this format; what the format cannot say is reported. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  formOf,
  type Loss,
  plainPaths,
  present,
  type Rendered,
  type RerankDocument,
  type RerankRequest,
  reportUnsaidOptions,
  type WireCall,
  writePlainFields,
} from '../../message/index.ts';
import { type CohereRerankQuirks, name, path, requestFields } from './wire.ts';

const saidPaths: ReadonlySet<string> = new Set([
  ...plainPaths(requestFields),
  // Documents that a host does not give back are given back from the request.
  ...['query', 'documents', 'topN', 'returnDocuments', 'maxTokensPerDocument', 'truncate'],
]);

export function renderRequest(request: RerankRequest, quirks: CohereRerankQuirks): Rendered<WireCall> {
  const losses: Loss[] = [];
  const isOwn = request.dialect === name;
  const { topN, returnDocuments } = request;
  const topField = formOf(request, name, 'top') ?? quirks.topField;
  const asksBack = isOwn || quirks.returnDocuments;
  const body: Record<string, Json> = {
    model: request.model,
    query: request.query,
    documents: request.documents.map((document, index) =>
      isOwn || quirks.objectDocuments ? document : renderText(document, index, losses),
    ),
    ...present({ [topField]: topN, return_documents: asksBack ? returnDocuments : undefined }),
    ...renderLength(request, quirks, losses),
    ...writePlainFields(request, requestFields),
  };
  applyAnnotations(body, request, name);
  losses.push(...reportUnsaidOptions(request, saidPaths, name));
  return { value: { method: 'POST', path, query: {}, headers: {}, body }, losses };
}

function renderText(document: RerankDocument, index: number, losses: Loss[]): string {
  if (!isJsonObject(document)) return document;
  const { text, ...rest } = document;
  if (typeof text === 'string' && Object.keys(rest).length === 0) return text;
  const detail = 'An object is sent as its JSON text, because only texts are taken.';
  losses.push({ field: `documents[${index}]`, action: 'emulated', detail });
  return JSON.stringify(document);
}

/** How much of a long document is read: a number of tokens, or whether anything may be cut off at all. */
function renderLength(
  request: RerankRequest,
  { lengthField }: CohereRerankQuirks,
  losses: Loss[],
): Record<string, Json> {
  const { maxTokensPerDocument, truncate, dialect } = request;
  const wire: Record<string, Json> = {};
  const isOwn = dialect === name;
  const drop = (field: string): void => {
    losses.push({ field, action: 'dropped', detail: `${name} has no such field here.` });
  };
  if (maxTokensPerDocument !== undefined) {
    if (isOwn || lengthField === 'max_tokens_per_doc') wire.max_tokens_per_doc = maxTokensPerDocument;
    else drop('maxTokensPerDocument');
  }
  if (truncate !== undefined) {
    if (isOwn || lengthField === 'truncation') wire.truncation = truncate !== 'none';
    else drop('truncate');
  }
  return wire;
}
