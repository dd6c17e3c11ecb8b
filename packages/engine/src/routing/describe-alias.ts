/** What an alias does, as plain values for whoever asks; with everything that was left out when it was written. */
import type { Candidate } from './candidate.ts';
import type { CompiledAlias } from './compile-aliases.ts';

export interface DescribedAlias extends Pick<CompiledAlias, 'strategy' | 'sticky' | 'policy'> {
  readonly name: string;
  /** By tier, then as they were written. */
  readonly targets: readonly DescribedTarget[];
  readonly escalations: { readonly [Code in keyof CompiledAlias['escalations']]?: readonly string[] };
  readonly shadow?: { readonly model: string; readonly percent: number };
}

interface DescribedTarget {
  /** `provider:model`. */
  readonly model: string;
  readonly tier: number;
  readonly weight: number;
  readonly percent?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether only calls of some kind go there. */
  readonly isConditional: boolean;
}

export function describeAlias(name: string, alias: CompiledAlias): DescribedAlias {
  const { strategy, sticky, policy, shadow, escalations } = alias;
  return {
    name,
    strategy,
    sticky,
    policy,
    targets: alias.candidates.map(describeTarget),
    escalations: Object.fromEntries(
      Object.entries(escalations).map(([code, candidates]) => [code, candidates.map(({ key }) => key)]),
    ),
    ...(shadow && { shadow: { model: shadow.candidate.key, percent: shadow.percent } }),
  };
}

function describeTarget({ key, terms }: Candidate): DescribedTarget {
  const { tier, weight, percent, when, tags } = terms;
  return {
    model: key,
    tier,
    weight,
    ...(percent !== undefined && { percent }),
    ...(tags !== undefined && { tags: Object.fromEntries(tags) }),
    isConditional: when !== undefined,
  };
}
