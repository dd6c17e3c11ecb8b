/**
 * Reasoning of an assistant message, both ways. The official format has none; three fields are in use among compatible
 * hosts, often several at once with the same text: `reasoning_content`, `reasoning` and `reasoning_details`.
 */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  formOf,
  known,
  type OpaqueState,
  openState,
  type Part,
  present,
  type ReasoningPart,
  sealState,
  WireObject,
} from '../../message/index.ts';
import { name, reasoningFormats } from './wire.ts';

const textFields = ['reasoning_content', 'reasoning'] as const;
type TextField = (typeof textFields)[number];

/** Reads the reasoning and notes in `forms` which fields carried it, so that each can be written again. */
export function parseReasoning(wire: WireObject, forms: Record<string, string>): Part[] {
  const parts = parseDetails(wire, forms);
  for (const field of textFields) {
    const text = wire.string(field);
    if (text === undefined) continue;
    if (text === '') forms[field] = 'empty';
    else if (text === joinedText(parts)) forms[field] = 'same';
    else parts.push({ type: 'reasoning', text, spelling: { dialect: name, forms: { field } } });
  }
  return parts;
}

function parseDetails(wire: WireObject, forms: Record<string, string>): ReasoningPart[] {
  const details = wire.list('reasoning_details');
  if (details === undefined) return [];
  if (details.length === 0) forms.reasoning_details = 'empty';
  return details
    .filter(isJsonObject)
    .map((detail, index) => parseDetail(WireObject.open(detail, 'reasoning_details', 'lenient'), index));
}

/** Whose state it is: the entry's format says it, or the state itself when it was sealed for this place. */
export function stateOf(format: Json | undefined, value: string): OpaqueState {
  const maker = typeof format === 'string' ? reasoningFormats[format] : undefined;
  return maker === undefined ? openState(value, name) : { dialect: maker, value };
}

function parseDetail(wire: WireObject, index: number): ReasoningPart {
  const format = wire.string('format');
  const forms: Record<string, string> = { field: 'reasoning_details', ...known({ format }) };
  if (wire.peek('index') === index) {
    wire.consume('index');
    forms.index = 'position';
  }
  const opaque = (value: string): OpaqueState => stateOf(format, value);
  const type = wire.string('type') ?? 'reasoning.text';
  forms.type = type;
  if (type === 'reasoning.encrypted') {
    const data = wire.string('data');
    const state = data === undefined ? {} : { opaque: opaque(data) };
    return { type: 'reasoning', text: '', redacted: true, ...state, ...wire.annotations(name, forms) };
  }
  const isSummary = type === 'reasoning.summary';
  const text = wire.string(isSummary ? 'summary' : 'text');
  const signature = wire.string('signature');
  if (text === '') forms.text = 'empty';
  return {
    type: 'reasoning',
    text: text ?? '',
    ...(isSummary && { summary: true }),
    ...(signature !== undefined && { opaque: opaque(signature) }),
    ...wire.annotations(name, forms),
  };
}

/** The text of all entries together, as hosts repeat it in the plain fields. */
function joinedText(parts: readonly ReasoningPart[]): string {
  return parts.map((part) => part.text).join('');
}

/** Whether this part was read from the named field, or may be written there because nobody said otherwise. */
function fieldOf(part: ReasoningPart): string | undefined {
  return formOf(part, name, 'field');
}

/** Writes the reasoning fields as the message was spelled; `fallback` is for parts of other formats. */
export function renderReasoning(
  parts: readonly ReasoningPart[],
  message: { readonly form: (field: string) => string | undefined },
  fallback: TextField | 'reasoning_details',
): Record<string, Json> {
  const wire: Record<string, Json> = {};
  const details = parts.filter((part) => (fieldOf(part) ?? fallback) === 'reasoning_details');
  if (details.length > 0) wire.reasoning_details = details.map(renderIndexedDetail);
  else if (message.form('reasoning_details') === 'empty') wire.reasoning_details = [];
  for (const field of textFields) {
    const own = parts.filter((part) => (fieldOf(part) ?? fallback) === field);
    const form = message.form(field);
    if (own.length > 0) wire[field] = joinedText(own);
    else if (form === 'empty') wire[field] = '';
    else if (form === 'same' || parts.some((part) => formOf(part, name, 'plain') === field)) {
      wire[field] = joinedText(parts);
    }
  }
  return wire;
}

function renderIndexedDetail(part: ReasoningPart, index: number): Record<string, Json> {
  return { ...(formOf(part, name, 'index') === 'position' && { index }), ...renderDetail(part) };
}

export function renderDetail(part: ReasoningPart): Record<string, Json> {
  const type = formOf(part, name, 'type') ?? detailType(part);
  const isEncrypted = type === 'reasoning.encrypted';
  const textField = type === 'reasoning.summary' ? 'summary' : 'text';
  const hasText = !isEncrypted && (part.text !== '' || formOf(part, name, 'text') === 'empty');
  const wire = present({
    type,
    [textField]: hasText ? part.text : undefined,
    [isEncrypted ? 'data' : 'signature']: part.opaque && wordFor(part.opaque),
    format: formOf(part, name, 'format') ?? formatOf(part.opaque),
  });
  applyAnnotations(wire, part, name);
  return wire;
}

function detailType(part: ReasoningPart): string {
  if (part.redacted) return 'reasoning.encrypted';
  return part.summary ? 'reasoning.summary' : 'reasoning.text';
}

/** Whether the entry can say whose state it is, or it was this format's to begin with. */
export function isConventional(opaque: OpaqueState): boolean {
  return opaque.dialect === name || formatOf(opaque) !== undefined;
}

/** Formats of the convention name their maker, so that its state goes as it is; that of anybody else is sealed. */
function wordFor(opaque: OpaqueState): string {
  return formatOf(opaque) === undefined ? sealState(opaque, name) : opaque.value;
}

function formatOf(opaque: OpaqueState | undefined): string | undefined {
  if (opaque === undefined) return undefined;
  return Object.keys(reasoningFormats).find((format) => reasoningFormats[format] === opaque.dialect);
}
