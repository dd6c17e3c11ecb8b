/** Asks whoever sits at the terminal. Nobody is asked where there is none: a pipe cannot decide. */
import { fstatSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';

const input = 0;

/** Both what is read and what is asked must be seen by a person. */
export function canAsk(): boolean {
  try {
    return (
      fstatSync(input).isCharacterDevice() && process.stdin.isTTY === true && process.stderr.isTTY === true
    );
  } catch {
    return false;
  }
}

/** On the error channel, so that the output stays what was asked for. Everything but a clear yes is no. */
export async function askYesOrNo(question: string, stopping: AbortSignal): Promise<boolean> {
  const answer = await askLine(`${question} [y/N]`, stopping);
  return answer !== undefined && /^y(es)?$/i.test(answer);
}

/** Undefined after Ctrl-C, or at the end of the input. */
export async function askLine(question: string, stopping: AbortSignal): Promise<string | undefined> {
  const line = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal hands Ctrl-C to whoever reads keys, not to the process.
  line.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return (await line.question(`${question} `, { signal: stopping })).trim();
  } catch {
    return undefined;
  } finally {
    line.close();
  }
}
