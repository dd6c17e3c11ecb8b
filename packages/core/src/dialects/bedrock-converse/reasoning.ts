/** Reasoning blocks, both ways: text with a signature, or bytes that only the model's maker can read. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  isSpelledBy,
  isValidFor,
  type OpaqueState,
  openState,
  type Part,
  present,
  type ReasoningPart,
  sealState,
  type WireObject,
} from '../../message/index.ts';
import { drop, type Rendering } from './rendering.ts';
import { name } from './wire.ts';

export function parseReasoning(block: WireObject): Part | undefined {
  const content = block.peek('reasoningContent');
  if (!isJsonObject(content)) return undefined;
  if (typeof content.redactedContent === 'string') {
    const value = block.object('reasoningContent')?.string('redactedContent') as string;
    const opaque = openState(value, name);
    return { type: 'reasoning', text: '', redacted: true, opaque, ...block.annotations(name) };
  }
  if (!isJsonObject(content.reasoningText)) return undefined;
  const wire = block.object('reasoningContent')?.object('reasoningText') as WireObject;
  const text = wire.string('text');
  const signature = wire.string('signature');
  const forms: Record<string, string> = {};
  if (text === undefined) forms.text = 'absent';
  if (signature === '') forms.signature = 'empty';
  return {
    type: 'reasoning',
    text: text ?? '',
    ...(signature && { opaque: openState(signature, name) }),
    ...block.annotations(name, forms),
  };
}

/** Reasoning may return only with the signature that its maker gave it. */
export function renderReasoning(
  part: ReasoningPart,
  field: string,
  rendering: Rendering,
): Record<string, Json> | undefined {
  const state = part.opaque && stateFor(part.opaque, rendering);
  if (part.redacted) {
    if (state !== undefined) return { reasoningContent: { redactedContent: state } };
    return drop(rendering, field, 'Hidden reasoning is valid only where it was made.');
  }
  const forms = part.spelling?.dialect === name ? part.spelling.forms : undefined;
  const text = forms?.text === 'absent' && part.text === '' ? undefined : part.text;
  const told = (signature: string | undefined) => ({
    reasoningContent: { reasoningText: present({ text, signature }) },
  });
  if (state !== undefined) return told(state);
  const isOurs = isSpelledBy(part, name) || rendering.isOwn;
  if (part.opaque === undefined && isOurs) return told(forms?.signature === 'empty' ? '' : undefined);
  if (!rendering.isAnswer) return drop(rendering, field, `${name} takes only reasoning that it signed.`);
  return part.text === '' ? undefined : told(undefined);
}

/** What stands for the state on the wire: a caller keeps anybody's for us, a provider sees only its own. */
function stateFor(opaque: OpaqueState, { isAnswer, provider }: Rendering): string | undefined {
  if (isAnswer) return sealState(opaque, name);
  return isValidFor(opaque, { dialect: name, provider }) ? opaque.value : undefined;
}
