/** What can be read of a document without its provider: its text. */
import type { MediaSource } from './parts.ts';

const decoder = new TextDecoder();

/** Undefined for a document that is no text, or of which only an address is known. */
export function documentText(source: MediaSource): string | undefined {
  switch (source.kind) {
    case 'text':
      return source.text;
    case 'base64':
      return source.mediaType?.startsWith('text/') ? decodeText(source.data) : undefined;
    case 'parts': {
      const texts = source.parts.map((part) => (part.type === 'text' ? part.text : undefined));
      return texts.includes(undefined) ? undefined : texts.join('');
    }
    default:
      return undefined;
  }
}

function decodeText(base64: string): string | undefined {
  try {
    return decoder.decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
