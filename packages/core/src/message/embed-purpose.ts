/** The vendors' words for what vectors are for, and ours; each dialect brings its own list of words. */
import type { EmbedPurpose, UnifiedPurpose } from './embedding.ts';
import type { Loss } from './loss.ts';

export type PurposeWords = Readonly<Record<string, UnifiedPurpose>>;

export function parsePurpose(raw: string, words: PurposeWords): EmbedPurpose {
  return { unified: (Object.hasOwn(words, raw) ? words[raw] : undefined) ?? 'other', raw };
}

export interface PurposePlace {
  readonly field: string;
  readonly dialect: string;
  /** Whether the request came in this format, so that a word nobody knows may be repeated. */
  readonly isOwn: boolean;
  readonly losses: Loss[];
}

/** The format's word for it; the vendor's own word first, because several words may mean the same. */
export function renderPurpose(
  { unified, raw }: EmbedPurpose,
  words: PurposeWords,
  { field, dialect, isOwn, losses }: PurposePlace,
): string | undefined {
  if (Object.hasOwn(words, raw) && words[raw] === unified) return raw;
  if (isOwn && unified === 'other') return raw;
  const word = Object.keys(words).find((candidate) => words[candidate] === unified);
  if (word === undefined)
    losses.push({ field, action: 'dropped', detail: `${dialect} has no word for \`${raw}\`.` });
  return word;
}
