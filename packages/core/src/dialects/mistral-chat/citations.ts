/** References, both ways: chunks that name by id what the text before them rests on. */
import { isJsonObject, type Json } from '../../json/index.ts';
import { type Citation, formOf, isSpelledBy, type Loss } from '../../message/index.ts';
import { name } from './wire.ts';

/** The citations in a chunk, one per id; undefined when it is no plain reference. */
export function parseReference(value: Json): Citation[] | undefined {
  if (!isJsonObject(value) || value.type !== 'reference') return undefined;
  const { reference_ids: ids, ...rest } = value;
  if (!Array.isArray(ids) || ids.length === 0 || Object.keys(rest).length > 1) return undefined;
  return (ids as readonly Json[]).map((id, index) => {
    const forms = { id: typeof id === 'number' ? 'number' : 'text', ...(index > 0 && { chunk: 'same' }) };
    return { kind: 'search-result', source: String(id), spelling: { dialect: name, forms } };
  });
}

/** The chunks that follow a text. */
export function renderReferences(citations: readonly Citation[], field: string, losses: Loss[]): Json[] {
  const chunks: { readonly type: 'reference'; readonly reference_ids: Json[] }[] = [];
  for (const citation of citations) {
    const { kind, source } = citation;
    if (kind !== 'search-result' || source === undefined) {
      const detail = `${name} cites only search results, by id.`;
      losses.push({ field: `${field}.citations`, action: 'dropped', detail });
      continue;
    }
    if (!isSpelledBy(citation, name)) reportPlace(citation, field, losses);
    const id = formOf(citation, name, 'id') === 'number' ? Number(source) : source;
    const last = chunks.at(-1);
    if (last !== undefined && formOf(citation, name, 'chunk') === 'same') last.reference_ids.push(id);
    else chunks.push({ type: 'reference', reference_ids: [id] });
  }
  return chunks;
}

function reportPlace(citation: Citation, field: string, losses: Loss[]): void {
  const hasPlace =
    citation.start !== undefined || citation.title !== undefined || citation.citedText !== undefined;
  if (!hasPlace) return;
  losses.push({
    field: `${field}.citations`,
    action: 'emulated',
    detail: 'Only the id of the result is told.',
  });
}
