/** What comes on standard input, to its end and within bounds. */
import { UsageError } from '../line/usage-error.ts';

const maxBytes = 1024 * 1024;

/** Without the line break at its end. */
export async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length > maxBytes)
      throw new UsageError('What came on standard input is longer than 1 MB.', { hint: 'Send less.' });
  }
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
