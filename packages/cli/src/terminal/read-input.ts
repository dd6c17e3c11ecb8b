/** What comes on standard input, to its end and within bounds. */
import { UsageError } from '../line/usage-error.ts';

const usualMegabytes = 1;

/** Without the line break at its end. */
export async function readInput(megabytes = usualMegabytes): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length > megabytes * 1024 * 1024)
      throw new UsageError(`What came on standard input is longer than ${megabytes} MB.`, {
        hint: 'Send less.',
      });
  }
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
