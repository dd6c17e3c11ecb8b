/** The error of a call that none of the targets may take, with what speaks against each. */
import { type ErrorCode, KeelsonError } from '@keelson/core';
import type { Decision, Reason } from './decide.ts';
import type { TargetMemories } from './target-memory.ts';

const mostTold = 10;

export function noTarget(
  requested: string,
  { dropped }: Decision,
  memories: TargetMemories,
  now: number,
): KeelsonError {
  const told = dropped.slice(0, mostTold).map(({ candidate, why }) => `\`${candidate.key}\` ${why}`);
  const more = dropped.length > mostTold ? `; and ${dropped.length - mostTold} more` : '';
  const waits = dropped
    .filter(({ reason }) => reason === 'circuit')
    .map(({ candidate }) => memories.find(candidate.key)?.circuit.waitMs(now) ?? 0);
  return new KeelsonError(
    codeOf(dropped.map(({ reason }) => reason)),
    `No target of \`${requested.slice(0, 100)}\` can take this call: ${told.join('; ')}${more}.`,
    {
      details: {
        model: requested.slice(0, 100),
        ...(waits.length > 0 && { retryAfterMs: Math.min(...waits) }),
      },
    },
  );
}

/** The reason that a caller can do most about: waiting, then shortening, then asking for less. */
function codeOf(reasons: readonly Reason[]): ErrorCode {
  if (reasons.includes('circuit')) return 'provider_unavailable';
  return reasons.includes('window') ? 'context_too_long' : 'invalid_request';
}
