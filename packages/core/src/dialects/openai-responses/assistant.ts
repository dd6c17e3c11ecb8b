/**
 * What the model said and did, both ways. Each reasoning, call and message is an item of its own here, in requests and
 * answers alike; the parts of a message remember that they share one.
 */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  applyAnnotations,
  type Extensions,
  formOf,
  isSpelledBy,
  known,
  type Part,
  type Reading,
  type Spelling,
  WireObject,
} from '../../message/index.ts';
import { nativePart, parseContentPart, renderContentPart } from './parts.ts';
import { parseReasoning, renderReasoning } from './reasoning.ts';
import { drop, itemId, type PartRendering } from './rendering.ts';
import { parseToolCall, renderToolCall } from './tool-calls.ts';
import { name } from './wire.ts';

/** The parts of one item; whatever is not known here is carried whole. */
export function parseItem(value: Json, path: string, reading: Reading): Part[] {
  const wire = WireObject.open(value, path, reading);
  switch (wire.peek('type')) {
    case 'function_call':
    case 'custom_tool_call':
      return [parseToolCall(wire)];
    case 'reasoning':
      return [parseReasoning(wire) ?? nativePart(value)];
    case 'message':
      return parseMessage(wire, reading);
    case undefined:
      return wire.has('role') ? parseMessage(wire, reading) : [nativePart(value)];
    default:
      return [nativePart(value)];
  }
}

function parseMessage(wire: WireObject, reading: Reading): Part[] {
  const forms: Record<string, string> = known({
    item: 'start',
    item_type: wire.constant('type', 'message') ? undefined : 'absent',
    item_id: wire.string('id'),
    item_status: wire.string('status'),
    item_phase: wire.string('phase'),
  });
  wire.constant('role', 'assistant');
  const parts = parseContent(wire, reading, forms);
  const item = onItem(wire.annotations(name));
  return parts.map((part, index) => spelled(part, index === 0 ? item : {}, index === 0 ? forms : continued));
}

const continued = { item: 'continued' } as const;

function parseContent(wire: WireObject, reading: Reading, forms: Record<string, string>): Part[] {
  const content = wire.peek('content');
  const none: Part = { type: 'text', text: '' };
  if (!Array.isArray(content)) {
    forms.item_content = content === undefined || content === null ? 'absent' : 'text';
    const text = wire.string('content');
    return [text === undefined ? none : { type: 'text', text }];
  }
  wire.consume('content');
  if (content.length === 0) forms.item_content = 'empty';
  const path = wire.fieldPath('content');
  const parts = (content as readonly Json[]).map((part, index) =>
    parseContentPart(part, `${path}[${index}]`, reading, 'assistant'),
  );
  return parts.length === 0 ? [none] : parts;
}

/**
 * The first part of a message also keeps what its item left to remember, under a path that no field can have: a real tilde
 * is always written `~0`.
 */
const itemMark = '~2/';

function onItem({ extensions, spelling }: Annotated): Annotated {
  const marked = (paths: readonly string[] | undefined) => paths?.map((path) => itemMark + path);
  const fields = extensions?.[name];
  return {
    ...(fields && {
      extensions: {
        [name]: Object.fromEntries(Object.entries(fields).map(([path, value]) => [itemMark + path, value])),
      },
    }),
    ...(spelling && {
      spelling: { dialect: name, ...known({ nulls: marked(spelling.nulls), empty: marked(spelling.empty) }) },
    }),
  };
}

function spelled(part: Part, item: Annotated, forms: Readonly<Record<string, string>>): Part {
  const { spelling: own, extensions } = part;
  const fields = joined(extensions?.[name], item.extensions?.[name]);
  return {
    ...part,
    ...(fields !== undefined && { extensions: { [name]: fields } }),
    spelling: {
      dialect: name,
      ...known({
        nulls: listed(own?.nulls, item.spelling?.nulls),
        empty: listed(own?.empty, item.spelling?.empty),
      }),
      forms: own?.forms === undefined ? forms : { ...own.forms, ...forms },
    },
  };
}

/** Both, or the one that there is, or undefined. */
function joined<Fields extends object>(
  one: Fields | undefined,
  other: Fields | undefined,
): Fields | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { ...one, ...other };
}

function listed(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return [...one, ...other];
}

/** What a part remembers of its item, or of itself. */
function annotationsOf(part: Annotated, of: 'item' | 'part'): Annotated {
  const pick = (path: string): string | undefined => {
    if (path.startsWith(itemMark)) return of === 'item' ? path.slice(itemMark.length) : undefined;
    return of === 'part' ? path : undefined;
  };
  const paths = (list: readonly string[] | undefined) => list?.map(pick).filter((path) => path !== undefined);
  const fields = Object.entries(part.extensions?.[name] ?? {}).flatMap(([path, value]) => {
    const picked = pick(path);
    return picked === undefined ? [] : [[picked, value] as const];
  });
  const extensions: Extensions = { [name]: Object.fromEntries(fields) };
  if (part.spelling?.dialect !== name) return { extensions };
  const { forms } = part.spelling;
  const spelling: Spelling = {
    dialect: name,
    ...known({ forms, nulls: paths(part.spelling.nulls), empty: paths(part.spelling.empty) }),
  };
  return { extensions, spelling };
}

/** A message that is being put together. */
interface OpenMessage {
  readonly first: Part;
  readonly content: Json[];
  readonly position: number;
}

/** All items that the parts make. */
export function renderItems(
  parts: readonly Part[],
  at: string,
  rendering: PartRendering,
): Record<string, Json>[] {
  const items: (Record<string, Json> | OpenMessage)[] = [];
  let open: OpenMessage | undefined;
  for (const [index, part] of parts.entries()) {
    const field = `${at}.parts[${index}]`;
    if (!isContent(part)) {
      open = undefined;
      const item = renderOther(part, field, items.length, rendering);
      if (item !== undefined) items.push(item);
      continue;
    }
    const content = renderWords(part, field, rendering);
    if (content === undefined) continue;
    if (open === undefined || !continues(part, rendering)) {
      open = { first: part, content: [], position: items.length };
      items.push(open);
    }
    open.content.push(content);
  }
  return items.map((item) => ('first' in item ? closeMessage(item as OpenMessage, rendering) : item));
}

/** Whether the part stands in a message rather than being an item itself. */
export function isContent(part: Part): boolean {
  switch (part.type) {
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
      return false;
    case 'native':
      return formOf(part, name, 'item') !== undefined;
    default:
      return true;
  }
}

/** Whether a part belongs to the message of the one before it. In requests the words of others share one, too. */
export function continues(part: Annotated, { isAnswer }: PartRendering): boolean {
  const form = formOf(part, name, 'item');
  return form === undefined ? !isAnswer : form === 'continued';
}

/** One content part of a message; without its item's fields. */
export function renderWords(
  part: Part,
  field: string,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  const isMade = formOf(part, name, 'item') === undefined;
  // Other formats send empty texts beside calls; here they would be messages that say nothing.
  if (
    isMade &&
    part.type === 'text' &&
    part.text === '' &&
    part.citations === undefined &&
    !rendering.isAnswer
  )
    return undefined;
  return renderContentPart(
    { ...part, ...annotationsOf(part, 'part') } as Part,
    field,
    rendering,
    'assistant',
  );
}

function closeMessage(
  { first, content, position }: OpenMessage,
  rendering: PartRendering,
): Record<string, Json> {
  return renderMessage(first, content, position, rendering);
}

/** The item around the content, as its first part remembers it. */
export function renderMessage(
  first: Part,
  content: readonly Json[],
  position: number,
  rendering: PartRendering,
): Record<string, Json> {
  const form = (key: string): string | undefined => formOf(first, name, key);
  const isMade = form('item') === undefined;
  const isMadeAnswer = isMade && rendering.isAnswer;
  const wire: Record<string, Json> = known({
    type: isMadeAnswer || (!isMade && form('item_type') !== 'absent') ? 'message' : undefined,
    id: form('item_id') ?? (isMadeAnswer ? itemId('msg', position, rendering) : undefined),
    status: form('item_status') ?? (isMadeAnswer ? 'completed' : undefined),
    role: 'assistant',
    phase: form('item_phase'),
    content: contentOf(first, content, rendering),
  });
  applyAnnotations(wire, annotationsOf(first, 'item'), name);
  return wire;
}

function contentOf(first: Part, content: readonly Json[], { isAnswer }: PartRendering): Json | undefined {
  const form = formOf(first, name, 'item_content');
  const text = first.type === 'text' ? first.text : '';
  if (form === 'absent' || form === 'empty') {
    if (text !== '' || content.length > 1) return content;
    return form === 'empty' ? [] : undefined;
  }
  if (form === 'text') return text;
  const isPlain = content.length === 1 && first.type === 'text' && first.citations === undefined;
  const isMade = formOf(first, name, 'item') === undefined && !isSpelledBy(first, name);
  return isMade && isPlain && !isAnswer && first.extensions?.[name] === undefined ? text : content;
}

function renderOther(
  part: Part,
  field: string,
  position: number,
  rendering: PartRendering,
): Record<string, Json> | undefined {
  switch (part.type) {
    case 'reasoning':
      return renderReasoning(part, field, position, rendering);
    case 'tool-call':
      return renderToolCall(part, field, position, rendering);
    case 'native':
      if (part.dialect === name) return { ...part.value };
      return drop(rendering, field, `A block of ${part.dialect} has no counterpart here.`);
    default:
      return drop(rendering, field, `${name} has no ${part.type} among what the model says.`);
  }
}
