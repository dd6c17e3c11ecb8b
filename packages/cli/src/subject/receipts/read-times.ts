/** Times as people write them on a line: a day, which begins at midnight UTC, or a moment as RFC 3339 has it. */
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import type { ReceiptRange } from './receipt-source.ts';

const form = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?$/;

export function readTime(input: Input, flag: string): number | undefined {
  const text = input.text(flag);
  if (text === undefined) return undefined;
  // Without an offset it is UTC, whatever this machine thinks.
  const isBare = /\d\d:\d\d/.test(text) && !/(?:[Zz]|[+-]\d\d:\d\d)$/.test(text);
  const ms = form.test(text) ? Date.parse(isBare ? `${text}Z` : text) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new UsageError(`\`--${flag}\` cannot be \`${text.slice(0, 60)}\`.`, {
    hint: 'Write a day as 2026-11-01, or a moment as 2026-11-01T12:00:00Z.',
  });
}

export function readRange(input: Input): ReceiptRange {
  const [from, to] = [readTime(input, 'start'), readTime(input, 'end')];
  const [workspace, organisation] = [input.text('workspace'), input.text('organisation')];
  if (from !== undefined && to !== undefined && from >= to)
    throw new UsageError('`--end` must be after `--start`.', {
      hint: 'The start is the first moment, the end the first one after it.',
    });
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(workspace !== undefined && { workspace }),
    ...(organisation !== undefined && { organisation }),
  };
}
