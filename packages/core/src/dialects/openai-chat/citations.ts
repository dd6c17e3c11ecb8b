/** Citations, both ways: `annotations` of a message, which belong to its text as a whole here. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type Citation,
  formOf,
  isSpelledBy,
  known,
  type Part,
  type TextPart,
  WireObject,
} from '../../message/index.ts';
import type { AssistantRendering } from './rendering.ts';
import { name } from './wire.ts';

export function parseAnnotations(wire: WireObject, forms: Record<string, string>): Citation[] {
  const annotations = wire.list('annotations') ?? [];
  if (Array.isArray(wire.peek('annotations')) && annotations.length === 0) forms.annotations = 'empty';
  return annotations.map(parseCitation);
}

export function parseCitation(value: Json): Citation {
  if (!isJsonObject(value) || value.type !== 'url_citation')
    return { kind: 'native', raw: value as never, spelling: { dialect: name } };
  const wire = WireObject.open(value, 'annotations', 'lenient');
  wire.constant('type', 'url_citation');
  const url = wire.object('url_citation');
  // OpenRouter adds the page's text; the original format has no such field.
  const citedText = url?.string('content');
  return {
    kind: 'url',
    ...known({
      url: url?.string('url'),
      title: url?.string('title'),
      start: url?.number('start_index'),
      end: url?.number('end_index'),
      citedText,
    }),
    ...wire.annotations(
      name,
      known({ content: citedText === undefined ? undefined : 'kept' }) as Record<string, string>,
    ),
  };
}

/** Citations belong to the message as a whole here; they go to its first text part, where every format has them. */
export function attachCitations(parts: Part[], citations: readonly Citation[]): Part[] {
  const at = parts.findIndex((part) => part.type === 'text');
  if (at < 0) return [...parts, { type: 'text', text: '', citations }];
  return parts.map((part, index) => (index === at ? { ...(part as TextPart), citations } : part));
}

export function renderAnnotations(
  parts: readonly Part[],
  form: string | undefined,
  rendering: AssistantRendering,
): Record<string, Json> {
  const citations = parts.flatMap((part) => (part.type === 'text' ? (part.citations ?? []) : []));
  const wire = citations
    .map((citation) => renderCitation(citation, rendering))
    .filter((citation) => citation !== undefined);
  if (wire.length > 0) return { annotations: wire };
  return form === 'empty' ? { annotations: [] } : {};
}

export function renderCitation(
  citation: Citation,
  { losses, path }: Pick<AssistantRendering, 'losses' | 'path'>,
): Json | undefined {
  if (citation.kind === 'native' && isSpelledBy(citation, name)) return citation.raw;
  if (citation.kind !== 'url') {
    losses.push({ field: `${path}.citations`, action: 'dropped', detail: `${name} cites addresses only.` });
    return undefined;
  }
  const keepsText = formOf(citation, name, 'content') === 'kept';
  const place = known({ start_index: citation.start, end_index: citation.end });
  const wire: Record<string, Json> = {
    type: 'url_citation',
    url_citation: known({
      url: citation.url,
      title: citation.title,
      ...place,
      content: keepsText ? citation.citedText : undefined,
    }),
  };
  applyAnnotations(wire, citation, name);
  return wire;
}
