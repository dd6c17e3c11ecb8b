/** A caller's rerank request becomes a canonical one. Everything wrong with it is refused by field name. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  checkBound,
  known,
  openBody,
  type RerankDocument,
  type RerankRequest,
  readPlainFields,
  unexpected,
  type WireCall,
  type WireObject,
} from '../../message/index.ts';
import { name, requestFields } from './wire.ts';

export function parseRequest(call: WireCall): RerankRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const truncation = wire.boolean('truncation');
  // Voyage answers under other names than the rest; its callers are known by what they ask for.
  if (truncation !== undefined || wire.has('top_k')) forms.host = 'voyage';
  return {
    dialect: name,
    model: wire.required('model', wire.string('model')),
    query: wire.required('query', wire.string('query')),
    documents: parseDocuments(wire),
    ...readPlainFields(wire, requestFields),
    ...known({
      topN: parseTop(wire, forms),
      returnDocuments: wire.boolean('return_documents'),
      maxTokensPerDocument: wire.number('max_tokens_per_doc'),
      truncate: parseTruncation(truncation),
    }),
    ...wire.annotations(name, forms),
  };
}

function parseTruncation(truncation: boolean | undefined): string | undefined {
  if (truncation === undefined) return undefined;
  return truncation ? 'end' : 'none';
}

function parseTop(wire: WireObject, forms: Record<string, string>): number | undefined {
  const top = wire.number('top_n');
  if (top !== undefined) return top;
  const other = wire.number('top_k');
  if (other !== undefined) forms.top = 'top_k';
  return other;
}

function parseDocuments(wire: WireObject): readonly RerankDocument[] {
  const documents = wire.required('documents', wire.list('documents'));
  checkBound('documents', documents.length, 'documents');
  if (documents.length === 0) throw unexpected('documents', 'a list that is not empty');
  return documents.map((document: Json, index) => {
    if (typeof document === 'string' || isJsonObject(document)) return document;
    throw unexpected(`documents[${index}]`, 'a text or an object');
  });
}
