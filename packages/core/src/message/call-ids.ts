/**
 * Ids of tool calls for formats and hosts that have none. Parsers leave a missing id empty; here every call gets one of its
 * own, and every result that of the call it answers: by the function's name, then by order.
 */
import type { ToolCallPart, ToolResultPart } from './parts.ts';
import type { Turn } from './request.ts';

/** An id for a call of an answer whose format gave none: the same for the whole answer and for a stream of it. */
export function inventCallId(answerId: string | undefined, index: number): string {
  return `call_${answerId === undefined ? '' : `${answerId}_`}${index}`;
}

/** The conversation with no id missing. Turns that miss none are handed back as they are. */
export function pairCalls(turns: readonly Turn[]): readonly Turn[] {
  if (!turns.some(missesId)) return turns;
  const pairing = new Pairing(turns);
  return turns.map((turn) => pairing.fill(turn));
}

function missesId(turn: Turn): boolean {
  return turn.role === 'tool'
    ? turn.parts.some(({ callId }) => callId === '')
    : turn.parts.some((part) => part.type === 'tool-call' && part.id === '');
}

class Pairing {
  readonly #taken: Set<string>;
  /** Calls that no result has answered yet, in order. */
  #open: { readonly id: string; readonly name: string }[] = [];
  #count = 0;

  constructor(turns: readonly Turn[]) {
    const ids = turns.flatMap((turn): string[] =>
      turn.role === 'tool'
        ? turn.parts.map(({ callId }) => callId)
        : turn.parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])),
    );
    this.#taken = new Set(ids);
  }

  fill(turn: Turn): Turn {
    if (turn.role === 'tool') return { ...turn, parts: this.#answer(turn.parts) };
    return {
      ...turn,
      parts: turn.parts.map((part) => (part.type === 'tool-call' ? this.#call(part) : part)),
    };
  }

  #call(call: ToolCallPart): ToolCallPart {
    const filled = call.id === '' ? { ...call, id: this.#invent() } : call;
    this.#open.push({ id: filled.id, name: filled.name });
    return filled;
  }

  #invent(): string {
    let id = '';
    do id = inventCallId(undefined, this.#count++);
    while (this.#taken.has(id));
    this.#taken.add(id);
    return id;
  }

  /** Results that say which call they mean come first, so that the others share what is left. */
  #answer(results: readonly ToolResultPart[]): ToolResultPart[] {
    const named = new Set(results.map(({ callId }) => callId));
    this.#open = this.#open.filter(({ id }) => !named.has(id));
    return results.map((result) =>
      result.callId === '' ? { ...result, callId: this.#take(result.name) } : result,
    );
  }

  #take(name: string | undefined): string {
    const same = this.#open.findIndex((call) => call.name === name);
    const [taken] = this.#open.splice(Math.max(0, same), 1);
    return taken?.id ?? this.#invent();
  }
}
