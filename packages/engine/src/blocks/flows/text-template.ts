/** Texts of flow files with places to fill: `Classify: {{ticket.text}}`; `{{$}}` is the whole payload. Nothing is evaluated. */
import { follow, readSteps, refuse } from '@keelson/core';

export interface TextTemplate {
  /** Throws `invalid_payload` where the payload has nothing at a place. */
  readonly fill: (payload: unknown) => string;
  /** Places that are no paths. */
  readonly wrong: readonly string[];
}

const placeForm = /\{\{([^{}]*)\}\}/g;

interface Place {
  readonly written: string;
  readonly steps: readonly (string | number)[];
}

/** `encode` makes what is filled in fit its surroundings, such as an address. */
export function readTemplate(
  text: string,
  encode: (value: string) => string = (value) => value,
): TextTemplate {
  const wrong: string[] = [];
  const parts: (string | Place)[] = [];
  let end = 0;
  for (const match of text.matchAll(placeForm)) {
    parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const written = (match[1] as string).trim();
    const steps = written === '$' ? [] : readSteps(written.startsWith('[') ? written : `.${written}`);
    if (steps === undefined || written === '') wrong.push(match[0]);
    else parts.push({ written, steps });
  }
  parts.push(text.slice(end));
  const fill = (payload: unknown): string =>
    parts.map((part) => (typeof part === 'string' ? part : encode(read(payload, part)))).join('');
  return { fill, wrong };
}

function read(payload: unknown, { written, steps }: Place): string {
  let value: unknown;
  try {
    value = follow(payload, steps, written);
  } catch (error) {
    if (error instanceof RangeError) throw refuse('invalid_payload', { missing: written });
    throw error;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
