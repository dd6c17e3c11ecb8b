/** What a check demands only where somebody asks for it: that every model has a price, and that the registry is not too old. */
import { findCard, missingPrices, type Registry, tellTooOld } from '../registry/index.ts';
import type { Finding } from './finding.ts';
import { readReference } from './model-reference.ts';

/** As LLMRing calls what a cost can be instead of known. */
export type CostGap = 'model_not_in_registry' | 'no_pricing_in_registry' | 'invalid_model_format';

/** Why a call to the model has no certain price; undefined where it has one, or costs nothing. */
export function costGapOf(
  reference: string,
  registry: Registry,
  isFree: (provider: string) => boolean,
): CostGap | undefined {
  const provider = readReference(reference)?.provider;
  if (provider === undefined) return 'invalid_model_format';
  if (isFree(provider)) return undefined;
  const card = findCard(registry, reference);
  if (card === undefined) return 'model_not_in_registry';
  return missingPrices(card).length === 0 ? undefined : 'no_pricing_in_registry';
}

const saysOf: Readonly<Record<CostGap, (reference: string) => string>> = {
  invalid_model_format: (reference) => `\`${reference}\` is not of the form provider:model.`,
  model_not_in_registry: (reference) =>
    `\`${reference}\` is not in the registry, so nobody knows what it costs.`,
  no_pricing_in_registry: (reference) => `The registry does not know all that \`${reference}\` costs.`,
};

/** `no_pricing_in_registry: The registry does not know all that …` */
export const tellCostGap = (gap: CostGap, reference: string): string => `${gap}: ${saysOf[gap](reference)}`;

export function unpricedFinding(gap: CostGap, reference: string): Finding {
  return {
    code: 'not_priced',
    severity: 'error',
    reference,
    says: tellCostGap(gap, reference),
    hint: 'Bind the alias to a model with prices, or give it some with --registry.',
  };
}

export interface MaxRegistryAge {
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** `updated_at` by provider. */
  readonly updatedAt: ReadonlyMap<string, string | undefined>;
}

/** Undefined where the file of the provider is new enough, or where there is none. */
export function staleFinding(
  provider: string,
  { days, now, updatedAt }: MaxRegistryAge,
): Finding | undefined {
  if (!updatedAt.has(provider)) return undefined;
  const of = updatedAt.get(provider);
  const file = { provider, ...(of !== undefined && { updatedAt: of }) };
  const says = tellTooOld(file, { maxAgeDays: days, now });
  if (says === undefined) return undefined;
  return {
    code: 'registry_stale',
    severity: 'error',
    provider,
    says,
    hint: 'Get a newer registry, or allow more days.',
  };
}
