/**
 * Strict JSON text to a value, with bounded nesting and an error that says where the text stops being JSON. Text of a
 * model that may be damaged goes through `repair-json.ts`, text that is still arriving through `partial-json.ts`.
 */
import { KeelsonError } from '../errors/index.ts';
import { maxJsonDepth } from './bounds.ts';
import type { Json, JsonObject } from './json.ts';
import { readPrefix } from './read-prefix.ts';
import { describeCharacter, describePosition } from './text-position.ts';

/** `what` names the text in the message: `request body`, `lockfile`. */
export function parseJson(text: string, what = 'text'): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    // The position comes from our own reader: the engine's message has it only sometimes and in changing words.
    throw refusal(text, what, cause);
  }
  if (!isWithinBounds(value, maxJsonDepth)) throw refusal(text, what);
  return value;
}

/**
 * Whether a parsed value nests no deeper than allowed and has no number beyond the range of a double: `1e999` parses to
 * Infinity, which would silently be rendered as `null`.
 */
export function isWithinBounds(value: Json, levels: number): boolean {
  if (typeof value === 'number') return value < Infinity && value > -Infinity;
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++)
      if (!isWithinBounds(value[at] as Json, levels - 1)) return false;
    return true;
  }
  // Parsed JSON has own fields only, and `for in` makes no list of them.
  const fields = value as JsonObject;
  for (const name in fields) {
    const field = fields[name] as Json;
    // Most fields hold words, and are not worth a call.
    if (typeof field !== 'string' && !isWithinBounds(field, levels - 1)) return false;
  }
  return true;
}

function refusal(text: string, what: string, cause?: unknown): KeelsonError {
  const { position, expected, tooDeep } = readPrefix(text);
  const place = `${describePosition(text, position)} (position ${position})`;
  const message = tooDeep
    ? `The ${what} is nested deeper than ${maxJsonDepth} levels at ${place}.`
    : `The ${what} is not valid JSON at ${place}: expected ${expected}, but ${describeCharacter(text, position)}.`;
  const details = tooDeep ? { position, limit: maxJsonDepth } : { position, expected };
  return new KeelsonError('invalid_json', message, { details, cause });
}
