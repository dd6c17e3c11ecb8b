/**
 * How simulated reasoning is signed and checked. Like a real vendor, the simulator knows its own signatures again and
 * refuses reasoning that was changed on the way; those of others are let through, so that recordings can be replayed.
 * Every state names the dialect that made it, so that a test sees where it went.
 */
import {
  type ChatRequest,
  KeelsonError,
  type OpaqueState,
  type ReasoningPart,
  type ToolCallPart,
} from '@keelson/core';
import { shortHash } from '../random.ts';

const prefix = 'simulated-signature-';
const callPrefix = 'simulated-call-';

export function signReasoning(text: string, dialect: string): OpaqueState {
  return { dialect, value: `${prefix}${dialect}-${shortHash(`${dialect}\n${text}`)}` };
}

export function redactedState(dialect: string, id: string): OpaqueState {
  const value = `simulated-redacted-${dialect}-${shortHash(id)}`;
  // Bytes in this format, which its client library takes apart.
  return { dialect, value: dialect === 'bedrock-converse' ? btoa(value) : value };
}

/** The state of a call, for the one format that has a place for it on calls. */
export function signCall(call: ToolCallPart, dialect: string): ToolCallPart {
  return dialect === 'gemini-generate' ? { ...call, opaque: stateOfCall(call, dialect) } : call;
}

function stateOfCall({ name, arguments: text }: ToolCallPart, dialect: string): OpaqueState {
  // Without spaces, which nobody has to keep.
  return { dialect, value: `${callPrefix}${dialect}-${shortHash(`${name}\n${text.replace(/\s/g, '')}`)}` };
}

export function checkSignatures({ turns }: ChatRequest): void {
  for (const [turn, { parts }] of turns.entries()) {
    const wrong = parts.findIndex((part) =>
      part.type === 'tool-call' ? !isSoundCall(part) : part.type === 'reasoning' && !isSound(part),
    );
    if (wrong === -1) continue;
    const field = `turns[${turn}].parts[${wrong}]`;
    const subject = parts[wrong]?.type === 'reasoning' ? 'reasoning' : 'call';
    const message = `The ${subject} of \`${field}\` does not fit its signature; send it back unchanged.`;
    throw new KeelsonError('invalid_request', message, { details: { field } });
  }
}

function isSoundCall(call: ToolCallPart): boolean {
  const { opaque } = call;
  if (opaque === undefined || !opaque.value.startsWith(callPrefix)) return true;
  return opaque.value === stateOfCall(call, opaque.dialect).value;
}

function isSound({ text, opaque }: ReasoningPart): boolean {
  if (opaque === undefined || !opaque.value.startsWith(prefix)) return true;
  return opaque.value === signReasoning(text, opaque.dialect).value;
}
