/** Cuts an answer as a vendor would: at the first stop sequence in its text, and after so many words. */
import { type ChatRequest, known, type Part, type StopReason } from '@keelson/core';
import { countWords, firstWords } from '../words.ts';

export interface LimitedAnswer {
  readonly parts: readonly Part[];
  /** Set when something was cut off. */
  readonly stop?: StopReason;
}

export function applyLimits(
  parts: readonly Part[],
  { stop = [], maxOutputTokens }: ChatRequest,
): LimitedAnswer {
  const stopped = cutAtSequence(parts, stop);
  if (maxOutputTokens === undefined) return stopped;
  const cut = cutWords(stopped.parts, maxOutputTokens);
  return { ...stopped, ...cut };
}

/** Only text is searched: reasoning and tool arguments are no output to a vendor. */
function cutAtSequence(parts: readonly Part[], sequences: readonly string[]): LimitedAnswer {
  for (const [index, part] of parts.entries()) {
    if (part.type !== 'text') continue;
    const met = findFirst(part.text, sequences);
    if (met === undefined) continue;
    const text = part.text.slice(0, met.at);
    const kept = text === '' && index > 0 ? [] : [{ ...part, text }];
    return {
      parts: [...parts.slice(0, index), ...kept],
      stop: { unified: 'stop-sequence', sequence: met.sequence },
    };
  }
  return { parts };
}

function findFirst(text: string, sequences: readonly string[]): { at: number; sequence: string } | undefined {
  return sequences
    .filter((sequence) => sequence !== '')
    .map((sequence) => ({ at: text.indexOf(sequence), sequence }))
    .filter(({ at }) => at !== -1)
    .sort((a, b) => a.at - b.at)[0];
}

/** Arguments of tool calls are never cut in the middle, but nothing follows once the words are used up. */
function cutWords(parts: readonly Part[], limit: number): Partial<LimitedAnswer> {
  const kept: Part[] = [];
  let left = limit;
  for (const part of parts) {
    const words = 'text' in part ? countWords(part.text) : 0;
    if (left <= 0) return { parts: kept, stop: { unified: 'length' } };
    if ('text' in part && words > left) {
      return {
        parts: [...kept, { ...part, text: firstWords(part.text, left) }],
        stop: { unified: 'length' },
      };
    }
    kept.push(part);
    left -= words;
  }
  return known({ parts: kept });
}
