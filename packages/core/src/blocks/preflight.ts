/** Whether a run may begin, by what it is estimated to cost. Pure: it looks at an estimate and a limit, and at nothing else. */

import type { Failure } from './envelope.ts';
import type { Estimate } from './estimate-draft.ts';
import { capDetails } from './safe-details.ts';

/** What of the estimate has to fit; `off`: begin, and see. */
export type PreflightMode = 'off' | 'mean' | 'p90' | 'max';

/** The failure that the run is refused with; undefined where it may begin. */
export function checkPreflight(
  { nanoDollars, confidence, notes }: Estimate,
  limit: number,
  mode: PreflightMode,
): Failure | undefined {
  if (mode === 'off') return undefined;
  const needed = nanoDollars[mode];
  if (needed !== null && needed <= limit) return undefined;
  // Notes name ways and nodes, of which there may be thousands.
  const facts = capDetails({ limitNanoDollars: limit, confidence, mode, notes: notes.slice(0, 5) });
  if (needed === null)
    return { reason: 'budget_unpriced', errorType: 'budget', effect: 'not_started', details: facts };
  return {
    reason: 'budget_preflight_rejected',
    errorType: 'budget',
    effect: 'not_started',
    details: { ...facts, estimatedNanoDollars: needed },
  };
}
