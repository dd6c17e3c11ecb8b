/** What the renderers of messages hand down to those of their parts. */
import type { Loss } from '../../message/index.ts';
import type { CohereChatQuirks } from './wire.ts';

export interface Rendering {
  readonly quirks: CohereChatQuirks;
  readonly losses: Loss[];
  /** Whether request or answer came in this format, so that nothing has to be made to fit. */
  readonly isOwn: boolean;
  /** Whether it is an answer to a caller rather than a request to a provider. */
  readonly isAnswer: boolean;
}

export function drop({ losses }: Pick<Rendering, 'losses'>, field: string, detail: string): undefined {
  losses.push({ field, action: 'dropped', detail });
  return undefined;
}
