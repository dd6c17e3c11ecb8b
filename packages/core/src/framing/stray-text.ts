/**
 * What arrives on an SSE connection without being SSE. Gemini answers a failed stream request with
 * `content-type: text/event-stream` and a plain JSON body, and a proxy may answer with a page: the standard
 * says to ignore such lines, and the error would vanish with them.
 */
import { type ErrorDetails, KeelsonError } from '../errors/index.ts';
import { framingBounds } from './bounds.ts';

export class StrayText {
  #lines: string[] = [];
  #characters = 0;

  add(line: string): void {
    this.#characters += line.length + 1;
    if (this.#characters <= framingBounds.maxStrayCharacters) this.#lines.push(line);
  }

  clear(): void {
    this.#lines = [];
    this.#characters = 0;
  }

  /**
   * The JSON object or array that the whole text is, `undefined` when there is no text; throws for anything
   * else.
   */
  toJsonText(): string | undefined {
    const limit = framingBounds.maxStrayCharacters;
    if (this.#characters > limit) throw notAnEventStream({ limit });
    const text = this.#lines.join('\n').trim();
    if (text === '') return undefined;
    if (!isJsonObjectOrArray(text)) throw notAnEventStream({});
    return text;
  }
}

function notAnEventStream(details: ErrorDetails): KeelsonError {
  return new KeelsonError('invalid_response', 'The body is neither an event stream nor a JSON document.', {
    details: { position: 0, expected: 'lines that begin with `data:`', ...details },
  });
}

function isJsonObjectOrArray(text: string): boolean {
  if (!text.startsWith('{') && !text.startsWith('[')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
