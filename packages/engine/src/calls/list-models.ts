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

export function listModels(
  aliases: readonly string[],
  providers: ReadonlyMap<string, Provider>,
  registry: Registry,
): readonly ListedModel[] {
  const cards = [...registry.cards.values()].filter(({ lifeCycle }) => lifeCycle.isActive);
  const ofProviders = [...providers.values()].flatMap(({ name, form }) =>
    cards
      .filter(({ provider }) => provider === (form.registry ?? form.name))
      .map((card) => listCard(name, card)),
  );
  return [...aliases.map((name) => ({ name, displayName: name })), ...ofProviders];
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
