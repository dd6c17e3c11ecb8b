/** Citations, both ways: `annotations` of a text part. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type Citation,
  isSpelledBy,
  known,
  type Loss,
  WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

export function parseCitation(value: Json): Citation {
  if (!isJsonObject(value) || value.type !== 'url_citation')
    return { kind: 'native', raw: isJsonObject(value) ? value : {}, spelling: { dialect: name } };
  const wire = WireObject.open(value, 'annotations', 'lenient');
  wire.constant('type', 'url_citation');
  return {
    kind: 'url',
    ...known({
      url: wire.string('url'),
      title: wire.string('title'),
      start: wire.number('start_index'),
      end: wire.number('end_index'),
    }),
    ...wire.annotations(name),
  };
}

export function renderCitation(citation: Citation, field: string, losses: Loss[]): Json | undefined {
  if (citation.kind === 'native' && isSpelledBy(citation, name)) return citation.raw;
  if (citation.kind !== 'url') {
    losses.push({ field, action: 'dropped', detail: `${name} cites addresses only.` });
    return undefined;
  }
  reportExtras(citation, field, losses);
  const { url, title, start, end } = citation;
  const wire: Record<string, Json> = {
    type: 'url_citation',
    ...known({ url, title, start_index: start, end_index: end }),
  };
  applyAnnotations(wire, citation, name);
  return wire;
}

function reportExtras(citation: Citation, field: string, losses: Loss[]): void {
  for (const key of ['citedText', 'opaque'] as const) {
    if (citation[key] === undefined) continue;
    losses.push({
      field: `${field}.${key}`,
      action: 'dropped',
      detail: `${name} has no such field on citations.`,
    });
  }
}
