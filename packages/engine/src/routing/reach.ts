/** Every target that calls of an alias may be sent to, for whoever must know the worst before there is a call. */
import type { CompiledAlias } from './compile-aliases.ts';
import type { PlanQuestion, Reach, Target } from './plan.ts';

type Asking = Pick<PlanQuestion, 'endpoint' | 'dialect'>;

const known = new WeakMap<CompiledAlias, Map<string, Reach>>();

/** Made once for each kind of call: aliases do not change, others take their place. */
export function reachOf(alias: CompiledAlias, asking: Asking): Reach {
  let ofAlias = known.get(alias);
  if (ofAlias === undefined) {
    ofAlias = new Map();
    known.set(alias, ofAlias);
  }
  const kind = `${asking.endpoint} ${asking.dialect}`;
  const before = ofAlias.get(kind);
  if (before !== undefined) return before;
  const reach = { targets: targetsOf(alias, asking), mayHedge: alias.policy.mayHedge };
  ofAlias.set(kind, reach);
  return reach;
}

/** Conditions, trials and circuits are left aside: they hold for some calls, or for a while. */
function targetsOf({ candidates, escalations }: CompiledAlias, asking: Asking): Target[] {
  const { context_too_long: longer = [], content_blocked: milder = [] } = escalations;
  const found = [...candidates, ...longer, ...milder].flatMap((one) => one.findTarget(asking) ?? []);
  return [...new Set(found)];
}
