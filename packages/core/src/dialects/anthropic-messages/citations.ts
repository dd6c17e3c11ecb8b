/** Citations of a text block, both ways: five kinds of place, told apart by `type`. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type Citation,
  isSpelledBy,
  known,
  type Loss,
  present,
  WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

/** The wire names of start, end and of what they count in. */
interface Place {
  readonly kind: Citation['kind'];
  readonly start?: string;
  readonly end?: string;
  readonly document?: string;
  readonly title: string;
}

const places: Readonly<Record<string, Place>> = {
  char_location: {
    kind: 'characters',
    start: 'start_char_index',
    end: 'end_char_index',
    document: 'document_index',
    title: 'document_title',
  },
  page_location: {
    kind: 'pages',
    start: 'start_page_number',
    end: 'end_page_number',
    document: 'document_index',
    title: 'document_title',
  },
  content_block_location: {
    kind: 'blocks',
    start: 'start_block_index',
    end: 'end_block_index',
    document: 'document_index',
    title: 'document_title',
  },
  search_result_location: {
    kind: 'search-result',
    start: 'start_block_index',
    end: 'end_block_index',
    document: 'search_result_index',
    title: 'title',
  },
  web_search_result_location: { kind: 'url', title: 'title' },
};

export function parseCitation(value: Json): Citation {
  const type = isJsonObject(value) ? value.type : undefined;
  const place = typeof type === 'string' && Object.hasOwn(places, type) ? places[type] : undefined;
  if (place === undefined)
    return { kind: 'native', raw: isJsonObject(value) ? value : {}, spelling: { dialect: name } };
  const wire = WireObject.open(value, 'citations', 'lenient');
  wire.constant('type', type as string);
  const number = (field: string | undefined): number | undefined =>
    field === undefined ? undefined : wire.number(field);
  const state = wire.string('encrypted_index');
  return {
    kind: place.kind,
    ...known({
      url: wire.string('url'),
      title: wire.string(place.title),
      citedText: wire.string('cited_text'),
      source: wire.string('source'),
      document: number(place.document),
      start: number(place.start),
      end: number(place.end),
    }),
    ...(state !== undefined && { opaque: { dialect: name, value: state } }),
    ...wire.annotations(name),
  };
}

/** A citation as this format writes it; addresses of other formats lack the state that the provider wants back. */
export function renderCitation(
  citation: Citation,
  losses: Loss[],
  field: string,
): Record<string, Json> | undefined {
  if (citation.kind === 'native') {
    if (isSpelledBy(citation, name)) return { ...citation.raw };
    losses.push({ field, action: 'dropped', detail: 'Only another format knows this kind of place.' });
    return undefined;
  }
  const type = Object.keys(places).find((candidate) => places[candidate]?.kind === citation.kind) as string;
  const { title, start, end, document } = places[type] as Place;
  const state = citation.opaque?.dialect === name ? citation.opaque.value : undefined;
  const isOurs = citation.kind !== 'url' || state !== undefined;
  if (!isOurs) {
    losses.push({
      field,
      action: 'emulated',
      detail: 'The address is cited without the state of a web search.',
    });
  }
  const wire = present({
    type,
    cited_text: citation.citedText ?? (isOurs ? undefined : ''),
    url: citation.url,
    source: citation.source,
    ...(document !== undefined && { [document]: citation.document }),
    ...(start !== undefined && { [start]: citation.start }),
    ...(end !== undefined && { [end]: citation.end }),
    [title]: citation.title,
    encrypted_index: citation.kind === 'url' ? (state ?? '') : undefined,
  });
  applyAnnotations(wire, citation, name);
  return wire;
}
