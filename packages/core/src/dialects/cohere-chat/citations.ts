/**
 * Citations, both ways: a citation here is a piece of the answer with the sources that it rests on. A source with an
 * address is what other formats know, any other only this one.
 */
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import { type Citation, isSpelledBy, known, type Loss, present } from '../../message/index.ts';
import { name } from './wire.ts';

export function parseCitation(value: Json): Citation {
  const raw = isJsonObject(value) ? value : {};
  const { start, end, text } = raw;
  const place = known({
    start: typeof start === 'number' ? start : undefined,
    end: typeof end === 'number' ? end : undefined,
    citedText: typeof text === 'string' ? text : undefined,
  });
  const page = sourcesOf(raw).map(contentOf).find(hasAddress);
  const spelling = { dialect: name };
  if (page === undefined) return { kind: 'native', ...place, raw, spelling };
  const title = typeof page.title === 'string' ? { title: page.title } : {};
  return { kind: 'url', url: page.url, ...title, ...place, raw, spelling };
}

function sourcesOf({ sources }: JsonObject): readonly JsonObject[] {
  return Array.isArray(sources) ? (sources as readonly Json[]).filter(isJsonObject) : [];
}

/** What the source is made of: a document of the request, or what a tool gave. */
function contentOf({ document, tool_output: output }: JsonObject): JsonObject {
  if (isJsonObject(document)) return document;
  return isJsonObject(output) ? output : {};
}

function hasAddress(content: JsonObject): content is JsonObject & { readonly url: string } {
  return typeof content.url === 'string' && /^https?:/.test(content.url);
}

/** Which block of the content a citation is about; a plan has none. */
export function placeOf(value: Json): number | 'plan' | undefined {
  if (!isJsonObject(value)) return undefined;
  if (value.type === 'PLAN') return 'plan';
  return typeof value.content_index === 'number' ? value.content_index : undefined;
}

/** The wire form. Of a foreign citation the place in the answer is known only where it cites an address. */
export function renderCitation(
  citation: Citation,
  field: string,
  losses: Loss[],
): Record<string, Json> | undefined {
  if (isSpelledBy(citation, name) && citation.raw !== undefined) return { ...citation.raw };
  if (citation.kind === 'native') {
    losses.push({ field, action: 'dropped', detail: 'Only another format knows this kind of place.' });
    return undefined;
  }
  if (citation.opaque !== undefined) {
    const detail = 'The address is cited without the state of a web search.';
    losses.push({ field: `${field}.opaque`, action: 'dropped', detail });
  }
  const isPlaced = citation.kind === 'url';
  if (!isPlaced) {
    const detail = 'The place in the source is not told, only what was cited.';
    losses.push({ field, action: 'emulated', detail });
  }
  const { url, title, citedText, source, document, start, end } = citation;
  const id = url ?? source ?? (document === undefined ? undefined : `doc:${document}`);
  return present({
    start: isPlaced ? start : undefined,
    end: isPlaced ? end : undefined,
    text: citedText,
    sources: [present({ type: 'document', id, document: present({ url, title }) })],
    type: 'TEXT_CONTENT',
  });
}
