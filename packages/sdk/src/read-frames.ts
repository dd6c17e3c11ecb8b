/**
 * The data of server-sent events, as far as our own format has them: one line each. The reader of core knows what all the world
 * sends, and would be a tenth of what a page loads.
 */
import { KeelsonError } from '@keelson/core';

/** More in one frame is no answer of ours. */
const maxFrameCharacters = 64 * 1024 * 1024;

export async function* readFrames(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const piece of pieces) {
    waiting += decoder.decode(piece, { stream: true });
    const lines = waiting.split(/\r?\n/);
    waiting = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) yield line.slice('data:'.length);
    if (waiting.length > maxFrameCharacters)
      throw new KeelsonError(
        'invalid_response',
        'A frame of the stream is longer than any answer of Keelson.',
      );
  }
  // What has no end was torn off, and is not worth more than the error that follows.
}
