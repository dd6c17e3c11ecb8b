/** Asks somebody on a terminal before something happens that cannot be taken back, unless the line has said yes already. */
import type { Surroundings } from '../line/command-spec.ts';
import { UsageError } from '../line/usage-error.ts';
import { askYesOrNo, canAsk } from './ask.ts';
import { plain } from './table.ts';

export interface Confirming {
  /** Whether `--yes` was given. */
  readonly isSure: boolean;
  readonly surroundings: Pick<Surroundings, 'stopping'>;
}

/** Without a terminal there is nobody to ask. */
export async function confirm(question: string, { isSure, surroundings }: Confirming): Promise<boolean> {
  if (isSure) return true;
  if (!canAsk())
    throw new UsageError('Nobody is there to confirm it.', {
      hint: 'Write `--yes` to do it without asking.',
    });
  return askYesOrNo(plain(question), surroundings.stopping);
}
