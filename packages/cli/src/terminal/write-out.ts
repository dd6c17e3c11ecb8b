/** Writes to the output and the error channel as they are: making streams of them takes longer than most that is said. */
import { fstatSync, writeSync } from 'node:fs';

const output = 1;
const errors = 2;

export const writeOut = (text: string): void => writeAll(output, text);
export const writeAside = (text: string): void => writeAll(errors, text);

/** False where nobody reads it any more, which ends nothing. */
export function tryWriteAside(text: string): boolean {
  try {
    writeSync(errors, text);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A pipe that is full loses a line of what is only said aside.
    return code === 'EAGAIN';
  }
}

function writeAll(channel: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(channel, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Somebody made the pipe one that does not wait; the stream knows how to.
      if (code === 'EAGAIN') {
        writeByStream(channel, bytes.subarray(done));
        return;
      }
      // `keelson models list | head -1` has all it wanted.
      if (code === 'EPIPE') process.exit(0);
      throw error;
    }
  }
}

function writeByStream(channel: number, bytes: Uint8Array): void {
  const stream = channel === output ? process.stdout : process.stderr;
  stream.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  stream.write(bytes);
}

/** Asks the stream only of what could be a terminal. */
export function isTerminal(channel: 'output' | 'errors'): boolean {
  const [number, name] = channel === 'output' ? [output, 'stdout' as const] : [errors, 'stderr' as const];
  try {
    return fstatSync(number).isCharacterDevice() && process[name].isTTY === true;
  } catch {
    // It is closed.
    return false;
  }
}
