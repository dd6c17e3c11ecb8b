/**
 * Tool calls in a delta. A call is told by its index, by a new id where hosts reuse or omit the index, and its arguments
 * come in pieces of JSON text. Several calls may be open at once; one ends when its arguments are complete and another
 * begins, or with the answer.
 */
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import { type ChatEvent, closePart, decodeName, known, nextPart } from '../../message/index.ts';
import type { CallState, ChoiceState } from './stream-state.ts';
import { legacyCallId, spelledName } from './tool-calls.ts';
import { name } from './wire.ts';

/** The deprecated `function_call` has no index; a number that no host uses stands for it. */
const legacyIndex = -1;

export function pushToolCalls(state: ChoiceState, calls: Json, events: ChatEvent[]): void {
  for (const call of Array.isArray(calls) ? (calls as readonly Json[]) : []) {
    if (isJsonObject(call)) pushToolCall(state, call, events);
  }
}

function pushToolCall(state: ChoiceState, wire: JsonObject, events: ChatEvent[]): void {
  const call = findCall(state, wire) ?? beginCall(state, wireIndexOf(state, wire), events);
  if (call.id === '' && typeof wire.id === 'string') call.id = wire.id;
  noteSignature(call, wire.extra_content);
  const isCustom = wire.type !== 'function' && isJsonObject(wire.custom);
  const called = (isCustom ? wire.custom : wire.function) as Json;
  if (!isJsonObject(called)) return;
  startCall(state, call, { toolName: called.name, isCustom }, events);
  pushArguments(state, call, isCustom ? called.input : called.arguments, events);
}

/** The call this piece belongs to. A different id at a known index is another call: some hosts number all calls 0. */
function findCall(state: ChoiceState, wire: JsonObject): CallState | undefined {
  const { id, index } = wire;
  if (typeof index !== 'number') {
    if (typeof id === 'string' && id !== '') return state.calls.find((call) => call.id === id);
    return state.calls.at(-1);
  }
  const call = state.calls.findLast((candidate) => candidate.wireIndex === index);
  const isOther =
    typeof id === 'string' && id !== '' && call !== undefined && call.id !== '' && call.id !== id;
  return isOther ? undefined : call;
}

function wireIndexOf(state: ChoiceState, { index }: JsonObject): number {
  return typeof index === 'number' ? index : state.calls.length;
}

function beginCall(state: ChoiceState, wireIndex: number, events: ChatEvent[]): CallState {
  closePart(state.parts, events);
  for (const other of state.calls)
    if (!other.isEnded && isComplete(other.arguments)) endCall(state, other, events);
  const call: CallState = {
    wireIndex,
    index: nextPart(state.parts),
    id: '',
    arguments: '',
    isStarted: false,
    isEnded: false,
    opaque: undefined,
  };
  state.calls.push(call);
  return call;
}

/** Nothing can follow complete JSON, so the call is over although nobody said so. */
function isComplete(text: string): boolean {
  if (!text.endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function startCall(
  state: ChoiceState,
  call: CallState,
  { toolName, isCustom }: { readonly toolName: Json | undefined; readonly isCustom: boolean },
  events: ChatEvent[],
): void {
  if (call.isStarted || typeof toolName !== 'string') return;
  call.isStarted = true;
  if (call.id === '')
    call.id = call.wireIndex === legacyIndex ? legacyCallId(toolName) : `call_${call.index}`;
  const forms = known({
    name: spelledName(toolName),
    field: call.wireIndex === legacyIndex ? 'function_call' : undefined,
  });
  events.push({
    type: 'tool-call-start',
    ...state.parts.place,
    index: call.index,
    id: call.id,
    name: decodeName(toolName),
    ...(isCustom && { custom: true }),
    ...(Object.keys(forms).length > 0 && {
      spelling: { dialect: name, forms: forms as Record<string, string> },
    }),
  });
  if (call.arguments !== '') pushPiece(state, call, call.arguments, events);
}

function pushArguments(
  state: ChoiceState,
  call: CallState,
  piece: Json | undefined,
  events: ChatEvent[],
): void {
  // A host that sends the arguments as an object sends them whole.
  const text = isJsonObject(piece) ? JSON.stringify(piece) : piece;
  if (typeof text !== 'string' || text === '') return;
  call.arguments += text;
  // Arguments before the name wait for it.
  if (call.isStarted) pushPiece(state, call, text, events);
}

function pushPiece(state: ChoiceState, call: CallState, text: string, events: ChatEvent[]): void {
  events.push({ type: 'tool-call-delta', ...state.parts.place, index: call.index, arguments: text });
}

/** Gemini behind this format: the signature that must return with this call. */
function noteSignature(call: CallState, extra: Json | undefined): void {
  const google = isJsonObject(extra) ? extra.google : undefined;
  const signature = isJsonObject(google) ? google.thought_signature : undefined;
  if (typeof signature === 'string') call.opaque = { dialect: 'gemini-generate', value: signature };
}

export function pushFunctionCall(state: ChoiceState, value: Json, events: ChatEvent[]): void {
  if (!isJsonObject(value)) return;
  const call =
    state.calls.find((other) => other.wireIndex === legacyIndex) ?? beginCall(state, legacyIndex, events);
  startCall(state, call, { toolName: value.name, isCustom: false }, events);
  pushArguments(state, call, value.arguments, events);
}

/** With the answer every call ends; one whose name never came is told as it is, without one. */
export function endCalls(state: ChoiceState, events: ChatEvent[]): void {
  for (const call of state.calls) {
    if (call.isEnded) continue;
    if (!call.isStarted) startCall(state, call, { toolName: '', isCustom: false }, events);
    endCall(state, call, events);
  }
}

function endCall(state: ChoiceState, call: CallState, events: ChatEvent[]): void {
  call.isEnded = true;
  events.push({
    type: 'tool-call-end',
    ...state.parts.place,
    index: call.index,
    ...known({ opaque: call.opaque }),
  });
}
