/**
 * Reasoning items become parts, and parts items. An item holds several digests and several texts; here it is one part,
 * whose spelling remembers how long each of them was.
 */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  formOf,
  isSpelledBy,
  isValidFor,
  known,
  openState,
  type Part,
  present,
  type ReasoningPart,
  sealState,
  type WireObject,
} from '../../message/index.ts';
import { drop, itemId, type PartRendering } from './rendering.ts';
import { name } from './wire.ts';

/** What stands between two pieces once they are one text. */
export const between = '\n\n';

/** The item, or undefined when a piece of it is none that we know. */
export function parseReasoning(wire: WireObject): Part | undefined {
  const summary = textsOf(wire.peek('summary'), 'summary_text');
  const content = textsOf(wire.peek('content'), 'reasoning_text');
  if (summary === undefined || content === undefined) return undefined;
  wire.constant('type', 'reasoning');
  wire.list('summary');
  wire.list('content');
  const forms: Record<string, string> = known({
    item_id: wire.string('id'),
    item_status: wire.string('status'),
    summary: Array.isArray(wire.peek('summary')) ? lengthsOf(summary) : undefined,
    content: Array.isArray(wire.peek('content')) ? lengthsOf(content) : undefined,
  });
  const text = [...summary, ...content].join(between);
  const state = wire.string('encrypted_content');
  if (state === '') forms.state = 'empty';
  return {
    type: 'reasoning',
    text,
    ...(summary.length > 0 && { summary: true }),
    ...(text === '' && state && { redacted: true }),
    ...(state && { opaque: openState(state, name) }),
    ...wire.annotations(name, forms),
  };
}

/** The texts of a list, or undefined when it holds anything else. */
function textsOf(list: Json | undefined, type: string): readonly string[] | undefined {
  if (!Array.isArray(list)) return [];
  const texts: string[] = [];
  for (const entry of list as readonly Json[]) {
    const isPlain = isJsonObject(entry) && entry.type === type && typeof entry.text === 'string';
    if (!isPlain || Object.keys(entry).length !== 2) return undefined;
    texts.push(entry.text as string);
  }
  return texts;
}

function lengthsOf(texts: readonly string[]): string {
  return texts.map((text) => text.length).join(',');
}

export function renderReasoning(
  part: ReasoningPart,
  field: string,
  position: number,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const state = stateOf(part, rendering);
  if (!rendering.isAnswer && state === undefined) {
    const isOurs = part.opaque === undefined && isSpelledBy(part, name);
    if (!isOurs) return drop(rendering, field, `${name} takes only reasoning that it made.`);
  }
  const isOurs = isSpelledBy(part, name);
  const form = (key: string): string | undefined => formOf(part, name, key);
  const wire = present({
    type: 'reasoning',
    id: form('item_id') ?? (isOurs || !rendering.isAnswer ? undefined : itemId('rs', position, rendering)),
    ...(isOurs ? splitText(part) : wholeText(part, rendering)),
    encrypted_content: state ?? (form('state') === 'empty' ? '' : undefined),
    status: form('item_status'),
  });
  applyAnnotations(wire, part, name);
  return wire;
}

function stateOf({ opaque }: ReasoningPart, { isAnswer }: PartRendering): string | undefined {
  if (opaque === undefined) return undefined;
  if (isAnswer) return sealState(opaque, name);
  return isValidFor(opaque, { dialect: name }) ? opaque.value : undefined;
}

function wholeText({ text, summary }: ReasoningPart, { isAnswer }: PartRendering): Record<string, Json> {
  if (text === '') return { summary: [] };
  // A provider takes digests back, but reads reasoning itself only from its state.
  if (summary || !isAnswer) return { summary: [{ type: 'summary_text', text }] };
  return { summary: [], content: [{ type: 'reasoning_text', text }] };
}

function splitText(part: ReasoningPart): Record<string, Json> {
  const summary = formOf(part, name, 'summary');
  const content = formOf(part, name, 'content');
  const lengths = [summary, content].flatMap((form) => form?.split(',').filter(Boolean) ?? []).map(Number);
  const pieces = cut(part.text, lengths);
  const summaries = summary === undefined || summary === '' ? 0 : summary.split(',').length;
  const told = (type: string, from: number, to?: number): Json[] =>
    pieces.slice(from, to).map((text) => ({ type, text }));
  return {
    ...(summary !== undefined && { summary: told('summary_text', 0, summaries) }),
    ...(content !== undefined && { content: told('reasoning_text', summaries) }),
  };
}

/** The text in its pieces; a text that was changed since goes into the first. */
function cut(text: string, lengths: readonly number[]): string[] {
  const total = lengths.reduce((sum, length) => sum + length, 0) + between.length * (lengths.length - 1);
  if (lengths.length > 0 && total !== text.length)
    return lengths.map((_, index) => (index === 0 ? text : ''));
  let from = 0;
  return lengths.map((length) => {
    const piece = text.slice(from, from + length);
    from += length + between.length;
    return piece;
  });
}
