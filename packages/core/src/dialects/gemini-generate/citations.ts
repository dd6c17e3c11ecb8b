/** Where an answer comes from: grounding of a candidate becomes citations of its text, and citations of others grounding. */
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import { type Citation, known, type Loss, type Part, present, type TextPart } from '../../message/index.ts';
import { name } from './wire.ts';

/** Marks citations that were read from the details of the candidate, which say it themselves in this format. */
const fromDetails = { dialect: name, forms: { from: 'details' } } as const;

/** What grounding may point into: the last text of a candidate, which is told its citations, and what was said before it. */
interface Grounded {
  readonly before: string;
  readonly last: string;
}

/** The pages that the grounding names, each with the words it supports and their place in the last text. */
export function readCitations(details: JsonObject, said: Grounded): Citation[] {
  const { groundingMetadata: grounding } = details;
  if (!isJsonObject(grounding)) return [];
  const pages = listOf(grounding.groundingChunks).map(pageOf);
  const supports = listOf(grounding.groundingSupports).filter(isJsonObject);
  if (supports.length === 0) return pages.filter((page) => page !== undefined);
  const bytes: GroundedBytes = {
    before: encoder.encode(said.before).length,
    last: encoder.encode(said.last),
  };
  return supports.flatMap((support) => {
    const place = isJsonObject(support.segment) ? placeOf(support.segment, bytes) : {};
    return listOf(support.groundingChunkIndices)
      .map((index) => pages[index as number])
      .filter((page) => page !== undefined)
      .map((page) => ({ ...page, ...place }));
  });
}

interface GroundedBytes {
  readonly before: number;
  readonly last: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Offsets count bytes here, from the beginning of all text (recorded in 2026) or of the part (documented). They become
 * characters of the last text where they point at the words that stand beside them, and are left out elsewhere.
 */
function placeOf(segment: JsonObject, { before, last }: GroundedBytes): Partial<Citation> {
  // Zero is left out on this wire.
  const { text: citedText, startIndex = 0, endIndex } = segment;
  if (typeof citedText !== 'string') return {};
  if (typeof startIndex !== 'number' || typeof endIndex !== 'number') return { citedText };
  for (const skipped of before === 0 ? [0] : [before, 0]) {
    const from = startIndex - skipped;
    if (from < 0 || decoder.decode(last.subarray(from, endIndex - skipped)) !== citedText) continue;
    const start = lengthOf(decoder.decode(last.subarray(0, from)));
    return { citedText, start, end: start + lengthOf(citedText) };
  }
  return { citedText };
}

/** In characters, not in the units of a string. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function pageOf(chunk: Json): Citation | undefined {
  const web = isJsonObject(chunk) ? chunk.web : undefined;
  if (!isJsonObject(web) || typeof web.uri !== 'string') return undefined;
  const title = typeof web.title === 'string' ? web.title : undefined;
  return { kind: 'url', url: web.uri, ...known({ title }), spelling: fromDetails };
}

/** Citations go to the last text of a candidate. */
export function attachCitations(parts: readonly Part[], details: JsonObject): readonly Part[] {
  const at = parts.findLastIndex((part) => part.type === 'text');
  if (at < 0) return parts;
  const texts = parts.slice(0, at + 1).map((part) => (part.type === 'text' ? part.text : ''));
  const last = texts.pop() as string;
  const citations = readCitations(details, { before: texts.join(''), last });
  if (citations.length === 0) return parts;
  return parts.map((part, index) => (index === at && part.type === 'text' ? { ...part, citations } : part));
}

/** Grounding for an answer whose vendor cites otherwise; undefined when there is nothing to cite. */
export function renderGrounding(texts: readonly TextPart[], losses: Loss[]): Json | undefined {
  const foreign = placeAll(texts).filter(({ citation }) => citation.spelling?.dialect !== name);
  const pages = foreign.filter(({ citation: { kind, url } }) => kind === 'url' && url !== undefined);
  if (pages.length < foreign.length)
    losses.push({ field: 'message.citations', action: 'dropped', detail: `${name} cites addresses only.` });
  if (pages.some(({ citation, segment }) => citation.start !== undefined && segment?.endIndex === undefined))
    losses.push({
      field: 'message.citations',
      action: 'emulated',
      detail: 'A place outside the text is told by its words only.',
    });
  if (pages.length === 0) return undefined;
  return {
    groundingChunks: pages.map(({ citation: { url: uri, title } }) => ({ web: present({ uri, title }) })),
    groundingSupports: pages.map(({ segment }, index) =>
      present({ segment, groundingChunkIndices: [index] }),
    ),
  };
}

interface Placed {
  readonly citation: Citation;
  readonly segment: Record<string, Json> | undefined;
}

/** Every citation with its place in the text as a whole, in bytes. */
function placeAll(texts: readonly TextPart[]): Placed[] {
  let before = 0;
  return texts.flatMap(({ text, citations = [] }) => {
    const from = before;
    before += encoder.encode(text).length;
    return citations.map((citation) => ({ citation, segment: segmentOf(citation, text, from) }));
  });
}

function segmentOf(
  { start, end, citedText }: Citation,
  text: string,
  from: number,
): Record<string, Json> | undefined {
  const characters = Array.from(text);
  const isInside = start !== undefined && end !== undefined && start >= 0 && end <= characters.length;
  if (!isInside) return citedText === undefined ? undefined : { text: citedText };
  const words = characters.slice(start, end).join('');
  const startIndex = from + encoder.encode(characters.slice(0, start).join('')).length;
  const endIndex = startIndex + encoder.encode(words).length;
  return present({ startIndex: startIndex === 0 ? undefined : startIndex, endIndex, text: words });
}
