/** Blocks of plain code: a step, which may do anything, and a map, which only computes. */
import type { Block, BlockLimits, Expected, Scope } from './block.ts';
import { defineBlock } from './define-block.ts';
import type { Effects } from './effects.ts';
import type { Policy } from './policy.ts';
import { fixedPrior } from './prior.ts';

export interface StepOptions {
  /** `non_idempotent` when left out: nobody said that it may run twice. */
  readonly effects?: Effects;
  /** Changing it begins new statistics. */
  readonly version?: string;
  /** Its own code only calls other blocks (`scope.call`), and does the same again when it runs again. */
  readonly onlyCalls?: boolean;
  readonly recovery?: readonly Policy[];
  readonly limits?: BlockLimits;
  /** What one attempt costs where it spends money itself; nothing when left out. */
  readonly nanoDollars?: Expected;
}

/** `step('charge', (order: Order, scope) => bank.charge(order, scope.signal), { effects: 'idempotent' })`. */
export function step<Payload, Output>(
  name: string,
  run: (payload: Payload, scope: Scope) => Output | Promise<Output>,
  options: StepOptions = {},
): Block<Payload, Output> {
  const { nanoDollars, onlyCalls = false, ...rest } = options;
  const plan = nanoDollars === undefined ? undefined : () => fixedPrior({ nanoDollars });
  return defineBlock({
    name,
    kind: 'step',
    ...rest,
    body: {
      type: 'leaf',
      run: run as (payload: never, scope: Scope) => unknown,
      ...(plan && { plan }),
      ...(onlyCalls && { onlyCalls }),
    },
  });
}

/** A pure function as a block: `map('double', (n: number) => n * 2)`. */
export function map<Payload, Output>(
  name: string,
  compute: (payload: Payload) => Output,
): Block<Payload, Output> {
  const run = compute as (payload: never) => unknown;
  const plan = () => fixedPrior({ ms: { mean: 0, std: 0, max: null } });
  return defineBlock({ name, kind: 'map', effects: 'none', body: { type: 'leaf', run, plan } });
}
