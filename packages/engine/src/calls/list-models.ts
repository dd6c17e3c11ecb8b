/** The names by which callers may ask: aliases first, then the models that are known of each provider. */
import type { ModelCard, Registry } from '@keelson/core';
import type { Provider } from '../providers/index.ts';

export interface ListedModel {
  /** As a caller writes it. */
  readonly name: string;
  /** Who answers; left out for aliases, which may have several. */
  readonly provider?: string;
  readonly displayName: string;
  /** Seconds since 1970. */
  readonly createdAt?: number;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
}

/** A model that is known of a provider that is there; others may be served besides. */
export interface KnownModel {
  /** As it is configured, which its card knows nothing of. */
  readonly provider: string;
  readonly card: ModelCard;
}

export function listModels(
  aliases: readonly string[],
  providers: ReadonlyMap<string, Provider>,
  registry: Registry,
): readonly ListedModel[] {
  const ofProviders = knownModels(providers, registry).map(({ provider, card }) => listCard(provider, card));
  return [...aliases.map((name) => ({ name, displayName: name })), ...ofProviders];
}

export function knownModels(
  providers: ReadonlyMap<string, Provider>,
  registry: Registry,
): readonly KnownModel[] {
  const cards = [...registry.cards.values()].filter(({ lifeCycle }) => lifeCycle.isActive);
  return [...providers.values()].flatMap(({ name, form }) =>
    cards
      .filter(({ provider }) => provider === (form.registry ?? form.name))
      .map((card) => ({ provider: name, card })),
  );
}

function listCard(
  provider: string,
  { model, displayName = model, limits, lifeCycle }: ModelCard,
): ListedModel {
  const released = Date.parse(lifeCycle.releaseDate ?? '');
  const { contextWindow, maxOutput } = limits;
  return {
    name: `${provider}:${model}`,
    provider,
    displayName,
    ...(!Number.isNaN(released) && { createdAt: released / 1000 }),
    ...(contextWindow !== undefined && { contextWindow }),
    ...(maxOutput !== undefined && { maxOutputTokens: maxOutput }),
  };
}
