/** What a message says besides its tool calls, both ways: one text, and the images beside it. */
import type { Json } from '../../json/index.ts';
import type { Loss, Part, WireObject } from '../../message/index.ts';
import { parseImage, renderDocument, renderImage, reportText } from '../ollama-parts.ts';
import { name } from './wire.ts';

/** Images come first, because that is where servers put them when they write the prompt. */
export function parseContent(wire: WireObject, forms: Record<string, string>): Part[] {
  const images = wire.strings('images');
  if (images?.length === 0) forms.images = 'empty';
  const text = wire.string('content');
  if (text === undefined) forms.content = 'absent';
  return [...(images ?? []).map(parseImage), ...(text ? [{ type: 'text', text } as const] : [])];
}

export interface ContentRendering {
  readonly losses: Loss[];
  /** Path of the message, for losses. */
  readonly path: string;
  /** Whether it is an assistant's message, whose parts are only one text cut in pieces. */
  readonly isAssistant?: boolean;
}

/** Content and images of a message. Reasoning and tool calls are somebody else's. */
export function renderContent(
  parts: readonly Part[],
  form: (field: string) => string | undefined,
  rendering: ContentRendering,
): Record<string, Json> {
  const texts: string[] = [];
  const images: string[] = [];
  for (const [index, part] of parts.entries()) {
    const field = `${rendering.path}.parts[${index}]`;
    if (part.type === 'image') {
      const image = renderImage(part, field, rendering.losses, name);
      if (image !== undefined) images.push(image);
      if (image !== undefined && texts.length > 0) reportPlace(field, rendering.losses);
    } else {
      const text = textOf(part, field, rendering.losses);
      if (texts.length > 0) reportJoined(part, field, rendering);
      texts.push(...text);
    }
  }
  const content = texts.join('');
  const hasContent = content !== '' || form('content') !== 'absent';
  const hasImages = images.length > 0 || form('images') === 'empty';
  return { ...(hasContent && { content }), ...(hasImages && { images }) };
}

function reportJoined({ type }: Part, field: string, { losses, isAssistant }: ContentRendering): void {
  if (type === 'text' && !isAssistant)
    losses.push({ field, action: 'emulated', detail: 'It continues the text before it.' });
}

function reportPlace(field: string, losses: Loss[]): void {
  losses.push({ field, action: 'emulated', detail: 'Images stand in front of the text of their message.' });
}

/** The words of a part: one text, or none. */
function textOf(part: Part, field: string, losses: Loss[]): string[] {
  switch (part.type) {
    case 'text':
      reportText(part, field, losses, name);
      return [part.text];
    case 'refusal':
      losses.push({ field, action: 'emulated', detail: 'A refusal is told as text.' });
      return [part.text];
    case 'document': {
      const words = renderDocument(part, field, losses, name);
      return words === undefined ? [] : [words];
    }
    case 'reasoning':
    case 'tool-call':
      return [];
    default:
      losses.push({ field, action: 'dropped', detail: `${name} has no ${part.type} parts.` });
      return [];
  }
}
