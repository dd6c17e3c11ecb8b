/**
 * Why an answer ended, in the words of a format, both ways. Which word means what stands in the tables of each dialect;
 * the vendor's own word is kept, and repeated as long as it still means the same.
 */
import type { StopReason } from './events.ts';
import type { Loss } from './loss.ts';

type Reason = StopReason['unified'];

export interface StopWords {
  readonly reasons: Readonly<Record<string, Reason>>;
  readonly words: Readonly<Record<Reason, string>>;
}

export function unifiedStop(reasons: StopWords['reasons'], word: string | undefined): Reason {
  return word !== undefined && Object.hasOwn(reasons, word) ? (reasons[word] ?? 'unknown') : 'unknown';
}

/** `isOwn`: the answer came in this format. Undefined where it told no reason either. */
export function stopWord(
  { reasons, words }: StopWords,
  { unified, raw }: StopReason,
  isOwn: boolean,
): string | undefined {
  if (isOwn && raw !== undefined && unifiedStop(reasons, raw) === unified) return raw;
  if (isOwn && raw === undefined && unified === 'unknown') return undefined;
  return words[unified];
}

/** What an ending of another format loses where its word means something else here. */
export function reportStopWord(
  { reasons, words }: StopWords,
  { unified }: StopReason,
  field: string,
  losses: Loss[],
): void {
  const word = words[unified];
  if (unifiedStop(reasons, word) !== unified)
    losses.push({ field, action: 'emulated', detail: `\`${unified}\` is told as \`${word}\`.` });
}

/** What an ending of another format tells besides, towards one that has no words for it. */
export function reportStopExtras(stop: StopReason, field: string, detail: string, losses: Loss[]): void {
  for (const key of ['sequence', 'refusal'] as const)
    if (stop[key] !== undefined) losses.push({ field: `${field}.${key}`, action: 'dropped', detail });
}
