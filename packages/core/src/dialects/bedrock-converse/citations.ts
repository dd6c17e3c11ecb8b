/** Citations of a text, both ways: five kinds of place, told apart by the key of `location`. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type Citation,
  formOf,
  isSpelledBy,
  known,
  type Loss,
  present,
  WireObject,
} from '../../message/index.ts';
import { decodeTitle, encodeTitle } from './media.ts';
import { lengthsOf, splitText, textsOf } from './rendering.ts';
import { name } from './wire.ts';

const kinds = {
  documentChar: 'characters',
  documentPage: 'pages',
  documentChunk: 'blocks',
  searchResultLocation: 'search-result',
  web: 'url',
} as const;
type Location = keyof typeof kinds;

function locationOf(value: Json): Location | undefined {
  const location = isJsonObject(value) ? value.location : undefined;
  if (!isJsonObject(location)) return undefined;
  return (Object.keys(kinds) as Location[]).find((key) => isJsonObject(location[key]));
}

export function parseCitation(value: Json): Citation {
  const key = locationOf(value);
  if (key === undefined)
    return { kind: 'native', raw: isJsonObject(value) ? value : {}, spelling: { dialect: name } };
  const wire = WireObject.open(value, 'citations', 'lenient');
  const location = wire.object('location')?.object(key);
  const title = wire.string('title');
  const texts = textsOf(wire.list('sourceContent'));
  const forms = known({
    sourceContent: texts && lengthsOf(texts),
    domain: location?.string('domain'),
    title: title !== undefined && decodeTitle(title) !== title ? 'escaped' : undefined,
  }) as Record<string, string>;
  return {
    kind: kinds[key],
    ...known({
      url: location?.string('url'),
      title: title === undefined ? undefined : decodeTitle(title),
      citedText: texts?.join(''),
      source: wire.string('source'),
      document: location?.number(key === 'searchResultLocation' ? 'searchResultIndex' : 'documentIndex'),
      start: location?.number('start'),
      end: location?.number('end'),
    }),
    ...wire.annotations(name, forms),
  };
}

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
  const key = (Object.keys(kinds) as Location[]).find((at) => kinds[at] === citation.kind) as Location;
  const { url, title, citedText, source, document, start, end } = citation;
  if (key === 'web' && (start !== undefined || end !== undefined))
    losses.push({ field: `${field}.start`, action: 'dropped', detail: 'An address has no offsets here.' });
  const location = {
    web: { url, domain: formOf(citation, name, 'domain') },
    searchResultLocation: { searchResultIndex: document, start, end },
    documentChar: { documentIndex: document, start, end },
    documentPage: { documentIndex: document, start, end },
    documentChunk: { documentIndex: document, start, end },
  }[key];
  const isEscaped = title !== undefined && formOf(citation, name, 'title') === 'escaped';
  const wire = present({
    title: isEscaped ? encodeTitle(title) : title,
    source,
    sourceContent:
      citedText === undefined
        ? undefined
        : (splitText(citedText, formOf(citation, name, 'sourceContent')) as unknown as Json),
    location: { [key]: present(location) },
  });
  applyAnnotations(wire, citation, name);
  return wire;
}
