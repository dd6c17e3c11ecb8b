/** What a run may spend, by the flags of a command. */
import { KeelsonError, type PreflightMode, parseDollars } from '@keelson/core';
import type { RunBudgetSettings } from '@keelson/engine';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';

/** Undefined where there is no limit. */
export function readBudget(input: Input): RunBudgetSettings | undefined {
  const [dollars, preflight] = [input.text('budget'), input.text('preflight')];
  if (dollars === undefined) {
    if (preflight === undefined && !input.isOn('allow-unpriced')) return undefined;
    throw new UsageError('`--preflight` and `--allow-unpriced` are about a budget, and there is none.', {
      hint: 'Write `--budget DOLLARS` too.',
    });
  }
  checkDollars(dollars);
  return {
    dollars,
    ...(preflight !== undefined && { preflight: preflight as PreflightMode }),
    ...(input.isOn('allow-unpriced') && { allowUnpriced: true }),
  };
}

function checkDollars(dollars: string): void {
  try {
    parseDollars(dollars);
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    throw new UsageError(`\`--budget\` cannot be \`${dollars}\`.`, { hint: error.hint, cause: error });
  }
}
