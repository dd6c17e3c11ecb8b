/** What a reason means in a sentence: for people who are told why a run or one of its nodes failed. */
import { type Reason, reasonTable } from '@keelson/core';

export function meaningOfReason(reason: string): string {
  return Object.hasOwn(reasonTable, reason)
    ? reasonTable[reason as Reason].means
    : 'The block failed with a reason of its own.';
}
