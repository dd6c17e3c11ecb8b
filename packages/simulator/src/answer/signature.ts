/**
 * How simulated reasoning is signed and checked. Like a real vendor, the simulator knows its own signatures again and
 * refuses reasoning that was changed on the way; those of others are let through, so that recordings can be replayed.
 */
import { type ChatRequest, KeelsonError, type OpaqueState, type ReasoningPart } from '@keelson/core';
import { shortHash } from '../random.ts';

const prefix = 'simulated-signature-';

export function signReasoning(text: string, dialect: string): OpaqueState {
  return { dialect, value: `${prefix}${shortHash(`${dialect}\n${text}`)}` };
}

/** Base64, as some formats have nothing else in its place. */
export function redactedState(dialect: string, id: string): OpaqueState {
  return { dialect, value: btoa(`simulated-redacted-${shortHash(id)}`) };
}

export function checkSignatures({ turns }: ChatRequest): void {
  for (const [turn, { parts }] of turns.entries()) {
    const wrong = parts.findIndex((part) => part.type === 'reasoning' && !isSound(part));
    if (wrong === -1) continue;
    const field = `turns[${turn}].parts[${wrong}]`;
    const message = `The reasoning of \`${field}\` does not fit its signature; send it back unchanged.`;
    throw new KeelsonError('invalid_request', message, { details: { field } });
  }
}

function isSound({ text, opaque }: ReasoningPart): boolean {
  if (opaque === undefined || !opaque.value.startsWith(prefix)) return true;
  return opaque.value === signReasoning(text, opaque.dialect).value;
}
