/**
 * How simulated reasoning is signed and checked. Like a real vendor, the simulator knows its own signatures again and
 * refuses reasoning that was changed on the way; those of others are let through, so that recordings can be replayed.
 * Every state names the dialect that made it, so that a test sees where it went.
 */
import { type ChatRequest, KeelsonError, type OpaqueState, type Part, type ReasoningPart } from '@keelson/core';
import { shortHash } from '../random.ts';

const prefix = 'simulated-signature-';

export function signReasoning(text: string, dialect: string): OpaqueState {
  return { dialect, value: `${prefix}${dialect}-${shortHash(`${dialect}\n${text}`)}` };
}

export function redactedState(dialect: string, id: string): OpaqueState {
  const value = `simulated-redacted-${dialect}-${shortHash(id)}`;
  // Bytes in this format, which its client library takes apart.
  return { dialect, value: dialect === 'bedrock-converse' ? btoa(value) : value };
}

/** The state of a call, for the one format that has a place for it on calls. */
export function callState(dialect: string, id: string): { opaque?: OpaqueState } {
  if (dialect !== 'gemini-generate') return {};
  return { opaque: { dialect, value: `simulated-call-${dialect}-${shortHash(id)}` } };
}

export function checkSignatures({ turns }: ChatRequest): void {
  for (const [turn, { parts }] of turns.entries()) {
    const wrong = parts.findIndex((part, index) => part.type === 'reasoning' && !isSound(part, index, parts));
    if (wrong === -1) continue;
    const field = `turns[${turn}].parts[${wrong}]`;
    const message = `The reasoning of \`${field}\` does not fit its signature; send it back unchanged.`;
    throw new KeelsonError('invalid_request', message, { details: { field } });
  }
}

function isSound({ text, opaque }: ReasoningPart, index: number, parts: readonly Part[]): boolean {
  if (opaque === undefined || !opaque.value.startsWith(prefix)) return true;
  const signed = text === '' ? streamedBefore(index, parts) : text;
  return opaque.value === signReasoning(signed, opaque.dialect).value;
}

/** A thought that was streamed may come back in its pieces, with the signature behind them. */
function streamedBefore(index: number, parts: readonly Part[]): string {
  const before = parts.slice(0, index);
  const start = before.findLastIndex((part) => part.type !== 'reasoning' || part.opaque !== undefined);
  return before
    .slice(start + 1)
    .map((part) => (part.type === 'reasoning' ? part.text : ''))
    .join('');
}
