/** The errand of rendering parts: to whom they go, where losses are told, and how items are named. */
import type { Loss } from '../../message/index.ts';

export interface PartRendering {
  readonly losses: Loss[];
  /** Whether request or answer came in this format, so that nothing has to be made to fit. */
  readonly isOwn: boolean;
  /** Whether the items are an answer to a caller rather than a request to a provider. */
  readonly isAnswer: boolean;
  readonly cacheMark: boolean;
  /** Of an answer, from which its items get ids where they have none. */
  readonly answerId?: string | undefined;
}

export function drop({ losses }: Pick<PartRendering, 'losses'>, field: string, detail: string): undefined {
  losses.push({ field, action: 'dropped', detail });
  return undefined;
}

/** The id of an item that came without one: the same in a whole answer and in a stream of it. */
export function itemId(prefix: string, position: number, { answerId }: PartRendering): string {
  return `${prefix}_${answerId ?? ''}_${position}`;
}
