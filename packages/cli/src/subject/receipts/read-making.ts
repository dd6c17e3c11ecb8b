/** Which receipts a statement is to cover, and what it says besides, as it stands on the line. */
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { readRange } from './read-times.ts';
import type { MakingWish } from './receipt-source.ts';

export function readMaking(input: Input): MakingWish {
  const ids = input.list('receipt');
  const tags = input.list('tag');
  const description = input.text('description');
  const range = readRange(input);
  const isSinceLast = input.isOn('since-last');
  const hasPeriod = range.from !== undefined || range.to !== undefined;
  if ([ids !== undefined, hasPeriod, isSinceLast].filter(Boolean).length !== 1) {
    throw new UsageError(
      'Choose receipts by --receipt, by --start and --end, or with --since-last: by one of the three.',
      {
        hint: 'Write `keelson receipts issue --since-last`, for example.',
      },
    );
  }
  if (hasPeriod && (range.from === undefined || range.to === undefined)) {
    throw new UsageError('A period needs both --start and --end.', {
      hint: 'The start is the first moment, the end the first one after it.',
    });
  }
  return {
    ...range,
    ...(ids !== undefined && { ids }),
    ...(isSinceLast && { isSinceLast }),
    ...(description !== undefined && { description }),
    ...(tags !== undefined && { tags }),
  };
}
