/** Lines out of bytes as they come, split at line feeds and nowhere else: a changed byte must stay one. */
import { KeelsonError } from '@keelson/core';

const longestLine = 64 * 1024 * 1024;

/** `name` is what the source is called, for messages. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  let read = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      const place = `somewhere between byte ${read} and byte ${read + (chunk?.length ?? 0)}`;
      throw unreadable(name, `is no text in UTF-8, ${place}`, error);
    }
  };
  try {
    for await (const chunk of chunks) {
      rest += decode(chunk);
      read += chunk.length;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (rest.length > longestLine) throw unreadable(name, `has a line of more than ${longestLine} bytes`);
    }
  } catch (error) {
    if (KeelsonError.is(error) || (error as { code?: unknown }).code !== undefined) throw error;
    throw brokenOff(name, read, error);
  }
  rest += decode();
  if (rest !== '') yield rest;
}

function unreadable(name: string, says: string, cause?: unknown): KeelsonError {
  return new KeelsonError('invalid_request', `${name} ${says}.`, {
    hint: 'An export is made by `keelson receipts export`, one line for each receipt.',
    cause,
  });
}

function brokenOff(name: string, read: number, cause: unknown): KeelsonError {
  return new KeelsonError('provider_unavailable', `What ${name} sends broke off after ${read} bytes.`, {
    hint: 'Nothing was kept of it; try again.',
    cause,
  });
}
