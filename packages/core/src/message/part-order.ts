/** The order of parts, towards formats in which reasoning, words and calls have fields of their own. */
import type { Loss } from './loss.ts';
import type { Part } from './parts.ts';

const wordsRank = 1;
const ranks: Readonly<Partial<Record<Part['type'], number>>> = { reasoning: 0, 'tool-call': 2 };

/** Such a format cannot say that text came between tool calls, or reasoning after text. */
export function reportOrder(parts: readonly Part[], path: string, losses: Loss[]): void {
  const rank = (part: Part): number => ranks[part.type] ?? wordsRank;
  const isOrdered = parts.every((part, index) => index === 0 || rank(parts[index - 1] as Part) <= rank(part));
  if (isOrdered) return;
  const detail = 'Text, reasoning and tool calls are told apart, not in order.';
  losses.push({ field: `${path}.parts`, action: 'emulated', detail });
}
