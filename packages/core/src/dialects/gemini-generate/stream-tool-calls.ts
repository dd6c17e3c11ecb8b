/** Calls whose arguments come in pieces: each piece names a place in the arguments by a path and says what stands there. */
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import type { ChoiceState, PartialCall } from './stream-state.ts';

/** Takes a call that is not whole yet, or gives back the part that it has become. */
export function collectCall(choice: ChoiceState, part: JsonObject): JsonObject | undefined {
  const call = part.functionCall;
  if (!isJsonObject(call)) return part;
  const pieces = call.partialArgs;
  const isPartial = Array.isArray(pieces) || call.willContinue === true;
  if (choice.partial === undefined && !isPartial) return part;
  choice.partial ??= { call: {}, args: {}, signature: undefined };
  const { partial } = choice;
  for (const key of ['id', 'name'] as const) if (call[key] !== undefined) partial.call[key] = call[key];
  if (typeof part.thoughtSignature === 'string') partial.signature = part.thoughtSignature;
  for (const piece of Array.isArray(pieces) ? (pieces as readonly Json[]) : []) addPiece(partial, piece);
  return call.willContinue === true ? undefined : finishCall(choice);
}

/** The call as it stands, when it is whole or the stream ends. */
export function finishCall(choice: ChoiceState): JsonObject | undefined {
  const { partial } = choice;
  if (partial === undefined) return undefined;
  choice.partial = undefined;
  const { call, args, signature } = partial;
  return {
    functionCall: { ...call, args },
    ...(signature !== undefined && { thoughtSignature: signature }),
  };
}

const steps = /\.([^.[\]]+)|\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g;
/** A list of a thousand places is a broken stream. */
const longestList = 1000;

function addPiece({ args }: PartialCall, piece: Json): void {
  if (!isJsonObject(piece) || typeof piece.jsonPath !== 'string') return;
  const path = [...piece.jsonPath.matchAll(steps)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? Number(match[4]),
  );
  const last = path.pop();
  if (last === undefined) return;
  let target: Json = args;
  for (const [at, step] of path.entries()) target = childOf(target, step, path[at + 1] ?? last);
  const value = saidBy(piece);
  const before = valueAt(target, last);
  put(target, last, typeof before === 'string' && typeof value === 'string' ? before + value : value);
}

function saidBy({ stringValue, numberValue, boolValue }: JsonObject): Json {
  return stringValue ?? numberValue ?? boolValue ?? null;
}

function childOf(target: Json, step: string | number, next: string | number): Json {
  const child = valueAt(target, step);
  if (typeof child === 'object' && child !== null) return child;
  const created: Json = typeof next === 'number' ? [] : {};
  put(target, step, created);
  return created;
}

function valueAt(target: Json, step: string | number): Json | undefined {
  if (Array.isArray(target)) return target[step as number] as Json | undefined;
  return isJsonObject(target) && Object.hasOwn(target, step) ? target[step] : undefined;
}

function put(target: Json, step: string | number, value: Json): void {
  if (Array.isArray(target)) {
    if (typeof step === 'number' && step <= Math.min(target.length, longestList)) target[step] = value;
  } else if (isJsonObject(target)) setField(target as Record<string, Json>, String(step), value);
}
