/** The arguments of a call, towards formats in which they are an object: ours are a text, which may be no JSON at all. */
import { isJsonObject, type Json, repairJson } from '../json/index.ts';
import type { Loss } from './loss.ts';
import type { ToolCallPart } from './parts.ts';

/** What is no JSON is repaired, and what cannot be repaired is shown as what it is. */
export function toolInput(part: ToolCallPart, field: string, losses: Loss[]): Json {
  if (part.arguments === '') return {};
  if (part.custom) {
    reportFreeText(field, losses);
    return { input: part.arguments };
  }
  try {
    return JSON.parse(part.arguments) as Json;
  } catch {
    return repairInput(part.arguments, `${field}.arguments`, losses);
  }
}

function reportFreeText(field: string, losses: Loss[]): void {
  losses.push({ field, action: 'emulated', detail: 'Free-text input is sent as `{"input": text}`.' });
}

function repairInput(text: string, field: string, losses: Loss[]): Json {
  const emulate = (detail: string): number => losses.push({ field, action: 'emulated', detail });
  try {
    const { value } = repairJson(text);
    if (isJsonObject(value)) {
      emulate('The arguments were not JSON and have been repaired.');
      return value;
    }
  } catch {
    // Beyond repair: shown as it is, below.
  }
  emulate('The arguments are not JSON and are sent as `INVALID_JSON`.');
  return { INVALID_JSON: text };
}

/** A call that is being streamed, with its arguments so far. */
export interface StreamedInput {
  /** Free text has to become an object, and so waits for its end; JSON goes out as it comes. */
  readonly custom: boolean;
  text: string;
}

/** What is left to tell of the arguments when the call ends. Pieces that were no JSON are with the caller already. */
export function restOfInput(
  { custom, text }: StreamedInput,
  field: string,
  losses: Loss[],
): string | undefined {
  if (custom) {
    reportFreeText(field, losses);
    return JSON.stringify({ input: text });
  }
  if (text !== '' && !isJson(text))
    losses.push({ field: `${field}.arguments`, action: 'emulated', detail: 'The arguments are not JSON.' });
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
