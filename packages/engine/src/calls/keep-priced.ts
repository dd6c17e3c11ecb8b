/**
 * Strict cost, a part of the plan: targets whose price nobody knows are left out of it, and a call that has no other is refused
 * before anything is sent. Off, it costs a call nothing.
 */
import { findCard, KeelsonError, type ModelCard, missingPrices, type Registry } from '@keelson/core';
import type { LockedModel, Plan, Target } from '../routing/index.ts';
import type { ReadCall } from './open-call.ts';

/** Callers may name any model; what they have named must not fill the memory. */
const maxRemembered = 10_000;

/**
 * Whether all that calls of a target's kind are sold by has a price: a locked one where there is a lockfile, as when it is charged.
 * What is not known yet may become known.
 */
export function createPricedTest(registry: Registry): (target: Target) => boolean {
  const priced = new Set<string>();
  return ({ provider, model, locked }) => {
    if (provider.isFree) return true;
    const name = `${provider.form.registry ?? provider.form.name}:${model}`;
    if (locked === undefined && priced.has(name)) return true;
    const card = findCard(registry, name);
    if (locked !== undefined) return isLockPriced(locked, card);
    if (card === undefined || missingPrices(card).length > 0) return false;
    if (priced.size >= maxRemembered) priced.clear();
    priced.add(name);
    return true;
  };
}

function isLockPriced({ prices, priceVersion }: LockedModel, card: ModelCard | undefined): boolean {
  const kind = card?.endpoint === undefined ? {} : { endpoint: card.endpoint };
  return priceVersion !== undefined && missingPrices({ ...kind, prices }).length === 0;
}

export function keepPriced(plan: Plan, call: ReadCall, isPriced: (target: Target) => boolean): Plan {
  const { passed } = call;
  // What vendors take no money for needs no price, unless it starts something that they do take money for.
  const isUnpriced = passed?.way.isUnpriced === true;
  if ((call.isCount || passed?.endpoint.isFree === true) && !isUnpriced) return plan;
  const keep = (targets: readonly Target[]): readonly Target[] =>
    targets.filter((target) => target.provider.isFree || (!isUnpriced && isPriced(target)));
  const targets = keep(plan.targets);
  if (targets.length === 0) throw noPrice(plan);
  const { context_too_long: longer = [], content_blocked: milder = [] } = plan.escalations;
  const [long, mild] = [keep(longer), keep(milder)];
  return {
    ...plan,
    targets,
    escalations: {
      ...(long.length > 0 && { context_too_long: long }),
      ...(mild.length > 0 && { content_blocked: mild }),
    },
  };
}

function noPrice({ targets }: Plan): KeelsonError {
  const names = targets.map(({ provider, model }) => `\`${provider.name}:${model}\``);
  const says = `Nobody knows all that ${names.join(', ') || 'this call'} would cost, and only calls whose price is known are sent here.`;
  return new KeelsonError('unpriced_model', says, {
    hint: 'Ask for a model with prices, give this one some in the registry, or switch strict cost off.',
  });
}
