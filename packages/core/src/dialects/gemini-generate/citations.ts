/** Where an answer comes from: grounding of a candidate becomes citations of its text, and citations of others grounding. */
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import { type Citation, known, type Loss, type Part, present } from '../../message/index.ts';
import { name } from './wire.ts';

/** Marks citations that were read from the details of the candidate, which say it themselves in this format. */
const fromDetails = { dialect: name, forms: { from: 'details' } } as const;

/** The pages that the grounding names, each with the words it supports. Offsets count bytes here, and are left out. */
export function readCitations(details: JsonObject): Citation[] {
  const { groundingMetadata: grounding } = details;
  if (!isJsonObject(grounding)) return [];
  const pages = listOf(grounding.groundingChunks).map(pageOf);
  const supports = listOf(grounding.groundingSupports).filter(isJsonObject);
  if (supports.length === 0) return pages.filter((page) => page !== undefined);
  return supports.flatMap((support) => {
    const citedText = isJsonObject(support.segment) ? support.segment.text : undefined;
    return listOf(support.groundingChunkIndices)
      .map((index) => pages[index as number])
      .filter((page) => page !== undefined)
      .map((page) => ({ ...page, ...(typeof citedText === 'string' && { citedText }) }));
  });
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
export function attachCitations(parts: readonly Part[], citations: readonly Citation[]): readonly Part[] {
  const at = parts.findLastIndex((part) => part.type === 'text');
  if (citations.length === 0 || at < 0) return parts;
  return parts.map((part, index) => (index === at && part.type === 'text' ? { ...part, citations } : part));
}

/** Grounding for an answer whose vendor cites otherwise; undefined when there is nothing to cite. */
export function renderGrounding(citations: readonly Citation[], losses: Loss[]): Json | undefined {
  const foreign = citations.filter(({ spelling }) => spelling?.dialect !== name);
  const pages = foreign.filter(({ kind, url }) => kind === 'url' && url !== undefined);
  if (pages.length < foreign.length)
    losses.push({ field: 'message.citations', action: 'dropped', detail: `${name} cites addresses only.` });
  if (pages.some(({ start, end }) => start !== undefined || end !== undefined))
    losses.push({
      field: 'message.citations',
      action: 'emulated',
      detail: 'Places are told by their words only.',
    });
  if (pages.length === 0) return undefined;
  return {
    groundingChunks: pages.map(({ url: uri, title }) => ({ web: present({ uri, title }) })),
    groundingSupports: pages.map(({ citedText: text }, index) =>
      present({ segment: text === undefined ? undefined : { text }, groundingChunkIndices: [index] }),
    ),
  };
}
