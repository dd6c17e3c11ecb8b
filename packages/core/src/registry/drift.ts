/** What has changed between two versions of one registry file: models that came and went, prices, abilities, limits. Pure data. */
import type { JsonObject } from '../json/index.ts';
import { known } from '../message/index.ts';
import type { ModelCard, ModelLimits } from './model-card.ts';
import { comparePrices, type PriceChange } from './price-changes.ts';
import { priceFieldsOf } from './price-version.ts';

/** A registry file, or as much of one as is known. */
export interface DriftSide {
  readonly provider: string;
  readonly version: number;
  readonly cards: readonly ModelCard[];
}

interface OfModel {
  /** `provider:model_name`. */
  readonly model: string;
}

/** Dollars per million tokens, left out where not known; `changes` has every price that changed, these two or others. */
export interface ModelPriceChange extends OfModel {
  readonly oldInput?: number;
  readonly newInput?: number;
  readonly oldOutput?: number;
  readonly newOutput?: number;
  readonly changes: readonly PriceChange[];
}

export interface LostAbility extends OfModel {
  readonly ability: string;
  /** Whether the newer file denies it, or only says nothing of it any more. */
  readonly now: 'denied' | 'unknown';
}

export interface ShrunkLimit extends OfModel {
  readonly limit: keyof ModelLimits;
  readonly before: number;
  /** Left out where it is not known any more. */
  readonly after?: number;
}

export interface LeavingModel extends OfModel {
  readonly since?: string;
}

export interface RegistryDrift {
  readonly provider: string;
  readonly hasDrift: boolean;
  readonly pinnedVersion: number;
  readonly currentVersion: number;
  /** Negative where the registry at hand is older than what was pinned. */
  readonly versionsBehind: number;
  readonly addedModels: readonly string[];
  readonly removedModels: readonly string[];
  /** Active before, and not now. */
  readonly retiredModels: readonly LeavingModel[];
  /** Served, but announced to go, which they were not before. */
  readonly deprecatedModels: readonly LeavingModel[];
  /** Of models that are in both. */
  readonly priceChanges: readonly ModelPriceChange[];
  readonly lostAbilities: readonly LostAbility[];
  readonly shrunkLimits: readonly ShrunkLimit[];
}

export function compareRegistryFiles(pinned: DriftSide, current: DriftSide): RegistryDrift {
  const [before, after] = [byKey(pinned), byKey(current)];
  const pairs = [...before].flatMap(([key, old]) => {
    const now = after.get(key);
    return now === undefined ? [] : [{ old, now }];
  });
  const changes = {
    addedModels: [...after.keys()].filter((key) => !before.has(key)),
    removedModels: [...before.keys()].filter((key) => !after.has(key)),
    retiredModels: pairs.filter(hasRetired).map(leaving),
    deprecatedModels: pairs.filter(isAnnounced).map(leaving),
    priceChanges: pairs.flatMap(changedPrices),
    lostAbilities: pairs.flatMap(lostAbilities),
    shrunkLimits: pairs.flatMap(shrunkLimits),
  };
  const versionsBehind = current.version - pinned.version;
  return {
    provider: current.provider,
    hasDrift: versionsBehind !== 0 || Object.values(changes).some(({ length }) => length > 0),
    pinnedVersion: pinned.version,
    currentVersion: current.version,
    versionsBehind,
    ...changes,
  };
}

interface Pair {
  readonly old: ModelCard;
  readonly now: ModelCard;
}

const byKey = ({ cards }: DriftSide): ReadonlyMap<string, ModelCard> =>
  new Map(cards.map((card) => [card.key, card] as const).sort(([one], [other]) => (one < other ? -1 : 1)));

const hasRetired = ({ old, now }: Pair): boolean => old.lifeCycle.isActive && !now.lifeCycle.isActive;

const isAnnounced = ({ old, now }: Pair): boolean =>
  now.lifeCycle.isActive && now.lifeCycle.isDeprecated && !old.lifeCycle.isDeprecated;

function leaving({ now: { key, lifeCycle } }: Pair): LeavingModel {
  const { deprecatedDate: since } = lifeCycle;
  return { model: key, ...(since !== undefined && { since }) };
}

const inputPrice = 'dollars_per_million_tokens_input';
const outputPrice = 'dollars_per_million_tokens_output';

function changedPrices({ old, now }: Pair): ModelPriceChange[] {
  const changes = comparePrices(priceFieldsOf(old), priceFieldsOf(now));
  if (changes.length === 0) return [];
  return [
    {
      model: now.key,
      ...known({
        oldInput: priceOf(old, inputPrice),
        newInput: priceOf(now, inputPrice),
        oldOutput: priceOf(old, outputPrice),
        newOutput: priceOf(now, outputPrice),
      }),
      changes,
    },
  ];
}

function priceOf({ row }: ModelCard, field: string): number | undefined {
  const price = row[field];
  return typeof price === 'number' ? price : undefined;
}

function lostAbilities({ old, now }: Pair): LostAbility[] {
  const lost = Object.keys(old.abilities)
    .filter((ability) => old.abilities[ability] === true && now.abilities[ability] !== true)
    .sort();
  return lost.map((ability) => ({
    model: now.key,
    ability,
    now: now.abilities[ability] === false ? 'denied' : 'unknown',
  }));
}

const limitNames = ['contextWindow', 'maxInput', 'maxOutput', 'maxTools'] as const;

function shrunkLimits({ old, now }: Pair): ShrunkLimit[] {
  return limitNames.flatMap((limit) => {
    const [before, after] = [old.limits[limit], now.limits[limit]];
    if (before === undefined || (after !== undefined && after >= before)) return [];
    return [{ model: now.key, limit, before, ...(after !== undefined && { after }) }];
  });
}

/** As LLMRing names it, with what else has changed beside it. Prices are dollars per million tokens, null where not known. */
export function renderDrift(drift: RegistryDrift): JsonObject {
  return {
    provider: drift.provider,
    has_drift: drift.hasDrift,
    pinned_version: drift.pinnedVersion,
    current_version: drift.currentVersion,
    versions_behind: drift.versionsBehind,
    added_models: drift.addedModels,
    removed_models: drift.removedModels,
    price_changes: drift.priceChanges.map(renderPrices),
    retired_models: drift.retiredModels.map(renderLeaving),
    deprecated_models: drift.deprecatedModels.map(renderLeaving),
    lost_capabilities: drift.lostAbilities.map(({ model, ability, now }) => ({
      model,
      capability: ability,
      now,
    })),
    shrunk_limits: drift.shrunkLimits.map(({ model, limit, before, after }) => ({
      model,
      limit: limit.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      before,
      after: after ?? null,
    })),
  };
}

function renderPrices({
  model,
  oldInput,
  newInput,
  oldOutput,
  newOutput,
  changes,
}: ModelPriceChange): JsonObject {
  return {
    model,
    old_input_cost: oldInput ?? null,
    new_input_cost: newInput ?? null,
    old_output_cost: oldOutput ?? null,
    new_output_cost: newOutput ?? null,
    changes: changes.map(renderChange),
  };
}

const renderLeaving = ({ model, since }: LeavingModel): JsonObject => ({ model, since: since ?? null });

function renderChange({ field, before, after, risePercent }: PriceChange): JsonObject {
  // JSON has no infinity; what was free has no percentage.
  const isNumber = risePercent !== undefined && Number.isFinite(risePercent);
  return { field, old: before ?? null, new: after ?? null, rise_percent: isNumber ? risePercent : null };
}
