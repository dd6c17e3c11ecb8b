/**
 * State that belongs to a tool call (Gemini's thought signatures), for formats that have no place for it on calls but one for
 * hidden reasoning: there it follows its call as hidden reasoning of its own, and finds its way back when it returns.
 */
import type { OpaqueState } from './opaque.ts';
import type { Part, ReasoningPart, ToolCallPart } from './parts.ts';

/** For an answer: the parts with each call's state behind it. */
export function detachCallState(parts: readonly Part[]): readonly Part[] {
  if (!parts.some((part) => part.type === 'tool-call' && part.opaque !== undefined)) return parts;
  return parts.flatMap((part): Part[] => {
    if (part.type !== 'tool-call' || part.opaque === undefined) return [part];
    const { opaque, ...call } = part;
    return [call, hiddenState(opaque)];
  });
}

/** The part that carries a call's state, for a stream that has just told the call. */
export function hiddenState(opaque: NonNullable<ToolCallPart['opaque']>): ReasoningPart {
  return { type: 'reasoning', text: '', redacted: true, opaque: { ...opaque, ofCall: true } };
}

/**
 * For an earlier turn: the parts with what `detachCallState` put behind a call back on it. Formats that keep reasoning in
 * front of all calls hand the states back before them, in their order.
 */
export function attachCallState(parts: readonly Part[]): readonly Part[] {
  if (!parts.some(isDetached)) return parts;
  const attached: Part[] = [];
  const waiting: OpaqueState[] = [];
  for (const part of parts) {
    const last = attached.at(-1);
    if (isDetached(part)) {
      const { ofCall: _detached, ...opaque } = part.opaque;
      if (last?.type === 'tool-call') attached[attached.length - 1] = { ...last, opaque };
      else waiting.push(opaque);
    } else if (part.type === 'tool-call') {
      const opaque = waiting.shift();
      attached.push(opaque === undefined ? part : { ...part, opaque });
    } else attached.push(part);
  }
  return attached;
}

type Detached = ReasoningPart & { readonly opaque: NonNullable<ReasoningPart['opaque']> };

function isDetached(part: Part): part is Detached {
  return part.type === 'reasoning' && part.opaque?.ofCall === true;
}
