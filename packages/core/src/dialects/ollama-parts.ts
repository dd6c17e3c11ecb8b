/** The parts of a message as both of Ollama's formats say them: plain words, and images as their bytes. */
import {
  type DocumentPart,
  documentText,
  type ImagePart,
  type Loss,
  type ReasoningPart,
  type TextPart,
} from '../message/index.ts';

/** How the base64 of a file begins, by its type: the format names no types, its servers look at the bytes. */
const heads: readonly (readonly [head: string, mediaType: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

function sniffed(data: string): string | undefined {
  return heads.find(([head]) => data.startsWith(head))?.[1];
}

export function parseImage(data: string): ImagePart {
  const mediaType = sniffed(data);
  return { type: 'image', source: { kind: 'base64', data, ...(mediaType !== undefined && { mediaType }) } };
}

/** The bytes of an image, or undefined where only an address or a provider's file is known. */
export function renderImage(
  part: ImagePart,
  field: string,
  losses: Loss[],
  dialect: string,
): string | undefined {
  const { source } = part;
  const drop = (at: string, detail: string): void => {
    losses.push({ field: at, action: 'dropped', detail });
  };
  if (source.kind !== 'base64') {
    drop(field, `${dialect} takes images only as their bytes.`);
    return undefined;
  }
  if (source.mediaType !== undefined && source.mediaType !== sniffed(source.data))
    drop(`${field}.source.mediaType`, 'The server tells the type from the bytes.');
  for (const key of ['detail', 'transformations', 'cache'] as const) {
    if (part[key] !== undefined) drop(`${field}.${key}`, `${dialect} has no such field on images.`);
  }
  return source.data;
}

export function reportText(part: TextPart, field: string, losses: Loss[], dialect: string): void {
  for (const key of ['cache', 'citations'] as const) {
    if (part[key] === undefined) continue;
    losses.push({ field: `${field}.${key}`, action: 'dropped', detail: `${dialect} has plain text only.` });
  }
}

/** The words of a document, or undefined where it has none that can be read here. */
export function renderDocument(
  part: DocumentPart,
  field: string,
  losses: Loss[],
  dialect: string,
): string | undefined {
  const text = documentText(part.source);
  if (text === undefined) {
    const detail = `${dialect} has no documents, and this one is no text.`;
    losses.push({ field, action: 'dropped', detail });
    return undefined;
  }
  losses.push({ field, action: 'emulated', detail: 'The document is sent as text.' });
  for (const key of ['citable', 'cache'] as const) {
    if (part[key] !== undefined)
      losses.push({ field: `${field}.${key}`, action: 'dropped', detail: `${dialect} has plain text only.` });
  }
  const head = [part.title, part.context].filter((line) => line !== undefined);
  return `${[...head, text].join('\n')}\n\n`;
}

/** Plain words are all that reasoning is here: no state goes with it, and hidden reasoning is none. */
export function reportReasoning(
  { redacted, summary, opaque }: Pick<ReasoningPart, 'redacted' | 'summary' | 'opaque'>,
  field: string,
  losses: Loss[],
): void {
  if (redacted) {
    losses.push({ field, action: 'dropped', detail: 'Hidden reasoning is valid only where it was made.' });
    return;
  }
  if (opaque !== undefined) {
    const detail = 'Its state is valid only where it was made.';
    losses.push({ field: `${field}.opaque`, action: 'dropped', detail });
  }
  if (!summary) return;
  losses.push({ field: `${field}.summary`, action: 'dropped', detail: 'Summaries are told as reasoning.' });
}
