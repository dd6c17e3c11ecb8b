/** Asks somebody on a terminal before something happens that cannot be taken back. */
import { createInterface } from 'node:readline';
import type { Surroundings } from '../line/command-spec.ts';
import { UsageError } from '../line/usage-error.ts';
import { plain } from './table.ts';

export interface Confirming {
  /** Whether `--yes` was given. */
  readonly isSure: boolean;
  readonly surroundings: Pick<Surroundings, 'stopping'>;
}

/** Without a terminal there is nobody to ask. The question goes aside, so that what is printed stays what was asked for. */
export async function confirm(question: string, { isSure, surroundings }: Confirming): Promise<boolean> {
  if (isSure) return true;
  if (!canAsk())
    throw new UsageError('Nobody is there to confirm it.', {
      hint: 'Write `--yes` to do it without asking.',
    });
  const answer = await askLine(`${plain(question)} [y/N] `, surroundings.stopping);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Undefined at the end of input, and where it was stopped. */
function askLine(question: string, stopping: AbortSignal): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((done) => {
    const close = (): void => lines.close();
    stopping.addEventListener('abort', close, { once: true });
    // The terminal hands Ctrl-C to whoever reads keys, not to the process.
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    lines.on('close', () => {
      stopping.removeEventListener('abort', close);
      done(undefined);
    });
    lines.question(question, (answer) => {
      done(answer);
      lines.close();
    });
  });
}
