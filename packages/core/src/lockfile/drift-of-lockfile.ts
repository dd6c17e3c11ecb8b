/**
 * How the registry has moved on since a lockfile pinned it, provider by provider. With the archived file that was pinned, all of
 * it is compared; without, what the pins took down of their models, so that a lost archive hides no rise of a price.
 */
import type { JsonObject } from '../json/index.ts';
import {
  compareRegistryFiles,
  createRegistry,
  type DriftSide,
  findCard,
  type RegistryDrift,
  readRegistryFile,
} from '../registry/index.ts';
import type { Lockfile, Pin } from './lockfile.ts';
import { readReference } from './model-reference.ts';
import { getProfile, type WholeProfile } from './profiles.ts';

export interface DriftOptions {
  /** The default one when left out. */
  readonly profile?: string;
  /** By provider, the registry file of now. */
  readonly current: ReadonlyMap<string, DriftSide>;
  /** By provider, the archived file of the version that is pinned, where there is one. */
  readonly archived?: ReadonlyMap<string, DriftSide>;
}

export interface LockfileDrift {
  readonly provider: string;
  readonly pinnedVersion: number;
  /** What was compared with the registry of now; `nothing` where that is not at hand, which is not the same as no drift. */
  readonly basis: 'archive' | 'pins' | 'nothing';
  readonly drift?: RegistryDrift;
  /** Pinned models that the drift says something of. */
  readonly affected: readonly string[];
}

export function driftOfLockfile(lockfile: Lockfile, options: DriftOptions): readonly LockfileDrift[] {
  const profile = getProfile(lockfile, options.profile);
  return [...profile.registryVersions]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([provider, version]) => driftOfProvider(profile, provider, version, options));
}

function driftOfProvider(
  profile: WholeProfile,
  provider: string,
  version: number,
  { current, archived }: DriftOptions,
): LockfileDrift {
  const now = current.get(provider);
  if (now === undefined) return { provider, pinnedVersion: version, basis: 'nothing', affected: [] };
  const pins = pinsOf(profile, provider);
  const archive = archived?.get(provider);
  // An archive of another version is not what was pinned.
  const isPinned = archive?.version === version;
  const drift = isPinned
    ? compareRegistryFiles(archive, now)
    : compareRegistryFiles(sideOfPins(provider, version, pins), narrow(now, pins));
  const changed = new Set(modelsIn(drift));
  const affected = [...pins].filter(([, { card }]) => changed.has(card)).map(([reference]) => reference);
  return { provider, pinnedVersion: version, basis: isPinned ? 'archive' : 'pins', drift, affected };
}

interface PinnedCard {
  readonly pin: Pin;
  /** Key of its card. */
  readonly card: string;
}

function pinsOf({ pins }: WholeProfile, provider: string): ReadonlyMap<string, PinnedCard> {
  const own = new Map<string, PinnedCard>();
  for (const [reference, { entry: pin }] of pins)
    if (readReference(reference)?.provider === provider && pin.isUnlisted !== true)
      own.set(reference, { pin, card: pin.card ?? reference });
  return own;
}

/** Stands in for the file, with as much as the pins know of it. */
function sideOfPins(provider: string, version: number, pins: ReadonlyMap<string, PinnedCard>): DriftSide {
  const models: Record<string, JsonObject> = {};
  for (const { pin, card } of pins.values()) {
    const { prices = {}, abilities = [], contextWindow, maxOutput } = pin;
    models[card] = {
      ...prices,
      ...(contextWindow !== undefined && { context_window_tokens: contextWindow }),
      ...(maxOutput !== undefined && { max_output_tokens: maxOutput }),
      ...Object.fromEntries(abilities.map((ability) => [`supports_${ability}`, true])),
    };
  }
  return readRegistryFile({ provider, version, models });
}

function narrow({ provider, version, cards }: DriftSide, pins: ReadonlyMap<string, PinnedCard>): DriftSide {
  const registry = createRegistry([{ cards }]);
  const pinned = [...pins.values()].flatMap(({ card }) => {
    const found = findCard(registry, card);
    // A card that is found by another name now is still the model that was pinned.
    return found === undefined ? [] : [{ ...found, key: card }];
  });
  return { provider, version, cards: pinned };
}

function modelsIn(drift: RegistryDrift): readonly string[] {
  const { retiredModels, deprecatedModels, priceChanges, lostAbilities, shrunkLimits } = drift;
  const named = [retiredModels, deprecatedModels, priceChanges, lostAbilities, shrunkLimits].flat();
  return [...drift.removedModels, ...named.map(({ model }) => model)];
}
