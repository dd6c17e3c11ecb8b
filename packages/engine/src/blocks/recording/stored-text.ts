/** Texts as recordings hold them: by lines, or as the JSON that they are, so that a change of one can be read in a review. */
import { isWithinBounds, type Json } from '@keelson/core';

export type StoredText = string | readonly string[] | { readonly json: Json };

/** So that the whole file is not too deep to be read. */
const deepestJson = 200;

/** Reads back as exactly the same text. */
export function storeText(text: string): StoredText {
  const json = findJson(text);
  if (json !== undefined) return { json };
  return text.includes('\n') ? text.split('\n') : text;
}

export function loadText(stored: StoredText): string {
  if (typeof stored === 'string') return stored;
  return isLines(stored) ? stored.join('\n') : JSON.stringify(stored.json);
}

function isLines(stored: StoredText): stored is readonly string[] {
  return Array.isArray(stored);
}

/** Only what is written exactly as we would: numbers that a double cannot hold stay text. */
function findJson(text: string): Json | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return isWithinBounds(value, deepestJson) && JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
