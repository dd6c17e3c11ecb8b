/** Every target that calls of an alias may be sent to, for whoever must know the worst before there is a call. */
import type { CompiledAlias } from './compile-aliases.ts';
import type { PlanQuestion, Reach } from './plan.ts';

/** Conditions, trials and circuits are left aside: they hold for some calls, or for a while. */
export function reachOf(
  { candidates, escalations, policy }: CompiledAlias,
  asking: Pick<PlanQuestion, 'endpoint' | 'dialect'>,
): Reach {
  const { context_too_long: longer = [], content_blocked: milder = [] } = escalations;
  const found = [...candidates, ...longer, ...milder].flatMap((one) => one.findTarget(asking) ?? []);
  return { targets: [...new Set(found)], mayHedge: policy.mayHedge };
}
