// The models that can be called, with what is known of them: limits, abilities, prices, and the aliases that lead to them.
import { type Feature, KeelsonError, type ModelCard, priceVersionOf, supports } from '@keelson/core';
import type { Engine, KnownModel } from '@keelson/engine';
import {
  type AnyApiRoute,
  flag,
  integer,
  list,
  named,
  object,
  oneOf,
  optional,
  pageFields,
  pageOf,
  route,
  slicePage,
  text,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';

export interface ModelRoutesDeps {
  readonly engine: Pick<Engine, 'knownModels' | 'routing' | 'providers'>;
}

const chapter = 'Models';
const long = { most: 1000 };
const capabilities = [
  'text',
  'images',
  'documents',
  'audio',
  'tools',
  'parallel-tools',
  'structured-output',
  'reasoning',
  'streaming',
  'temperature',
] as const satisfies readonly Feature[];
type Capability = (typeof capabilities)[number];

const amounts = named('Decimal text, exact.', text('Dollars.', { pattern: '^\\d+(\\.\\d+)?$' }), {
  most: 1000,
});
const prices = object(
  {
    version: text('What receipts and calls name these prices by.', long),
    currency: oneOf('Dollars.', ['USD']),
    per_million_tokens: amounts,
    per_unit: amounts,
    long_context_above: optional(integer('Above so many tokens of input the rates for long context hold.')),
  },
  'Left out where no price is known, which is not the same as free.',
);
const model = object({
  name: text('As a caller writes it: `provider:model`.', long),
  provider: text('Who serves it.', long),
  model: text('By the own name of the provider.', long),
  display_name: optional(text('What people call it.', long)),
  family: optional(text('What it belongs to.', long)),
  endpoint: optional(text('What kind of call it answers.', long)),
  context_window: optional(integer('Tokens.')),
  max_input_tokens: optional(integer('Tokens.')),
  max_output_tokens: optional(integer('Tokens.')),
  capabilities: named(
    `What it can do and what it cannot: ${capabilities.join(', ')}. What is not known is left out.`,
    flag('Whether it can.'),
  ),
  is_deprecated: flag('Whether the provider has said that it will go.'),
  release_date: optional(text('Since when it is there.', long)),
  deprecated_date: optional(text('Since when it is deprecated.', long)),
  prices: optional(prices),
  aliases: list('Aliases that lead to it.', text('A name.', long)),
});
const question = object({
  ...pageFields(['name', '-name']),
  provider: optional(text('Only those of this provider.', { least: 1 })),
  search: optional(text('Only those with this in their name, in small or capital letters.', { least: 1 })),
  capability: optional(oneOf('Only those that are known to have it.', capabilities)),
});

export function modelRoutes(deps: ModelRoutesDeps): readonly AnyApiRoute[] {
  return [listModels(deps), getModel(deps)];
}

function listModels({ engine }: ModelRoutesDeps): AnyApiRoute {
  return route({
    name: 'listModels',
    method: 'GET',
    path: '/models',
    chapter,
    summary: 'Models that can be called',
    description:
      'Those that are known. A provider may serve others, which can be called by `provider:model` as well and have no price here.',
    permission: 'models:read',
    query: question,
    answer: pageOf('Models.', model),
    example: { query: { capability: 'tools', limit: 10 } },
    handle: async ({ query }) => {
      const { provider, capability } = query;
      const search = query.search?.toLowerCase();
      const found = engine.knownModels().filter((known) => {
        if (provider !== undefined && known.provider !== provider) return false;
        if (capability !== undefined && supports(known.card, capability) !== true) return false;
        return search === undefined || searchedIn(known).includes(search);
      });
      const isDescending = query.sort === '-name';
      const page = slicePage(found, { ...defined(query), isDescending }, (known) => [nameOf(known), '']);
      const aliases = aliasesByModel(engine);
      return { data: page.data.map((known) => showModel(known, aliases)), next_cursor: page.next_cursor };
    },
  });
}

function getModel({ engine }: ModelRoutesDeps): AnyApiRoute {
  return route({
    name: 'getModel',
    method: 'GET',
    path: '/models/{provider}/{model}',
    chapter,
    summary: 'One model',
    description: 'A slash in its name is written as `%2F`.',
    permission: 'models:read',
    answer: model,
    example: {},
    handle: async ({ params }) => {
      const { provider, model: asked } = params;
      const found = engine
        .knownModels()
        .find((known) => known.provider === provider && known.card.model === asked);
      if (found === undefined)
        throw unknownModel(`${provider}:${asked}`, engine.providers.has(provider ?? ''));
      return showModel(found, aliasesByModel(engine));
    },
  });
}

function unknownModel(name: string, hasProvider: boolean): KeelsonError {
  return new KeelsonError('not_found', `Nothing is known of a model \`${name.slice(0, 200)}\`.`, {
    hint: hasProvider
      ? 'It can be called all the same, if the provider serves it; GET /models lists those that are known.'
      : 'No provider of that name is configured; GET /models lists what can be called.',
  });
}

function nameOf({ provider, card }: KnownModel): string {
  return `${provider}:${card.model}`;
}

function searchedIn(known: KnownModel): string {
  return `${nameOf(known)} ${known.card.displayName ?? ''}`.toLowerCase();
}

function aliasesByModel({ routing }: Pick<Engine, 'routing'>): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { name, targets } of routing.describeAliases()) {
    for (const target of targets) {
      const known = names.get(target.model);
      if (known === undefined) names.set(target.model, [name]);
      else known.push(name);
    }
  }
  return names;
}

function showModel(
  known: KnownModel,
  aliases: ReadonlyMap<string, readonly string[]>,
): ValueOf<typeof model> {
  const { provider, card } = known;
  const { limits, lifeCycle } = card;
  const name = nameOf(known);
  return {
    name,
    provider,
    model: card.model,
    display_name: card.displayName,
    family: card.family,
    endpoint: card.endpoint,
    context_window: limits.contextWindow,
    max_input_tokens: limits.maxInput,
    max_output_tokens: limits.maxOutput,
    capabilities: showCapabilities(card),
    is_deprecated: lifeCycle.isDeprecated,
    release_date: lifeCycle.releaseDate,
    deprecated_date: lifeCycle.deprecatedDate,
    prices: showPrices(card),
    aliases: aliases.get(name) ?? [],
  };
}

function showCapabilities(card: ModelCard): Partial<Record<Capability, boolean>> {
  return defined(
    Object.fromEntries(capabilities.map((capability) => [capability, supports(card, capability)])),
  );
}

/** Atto-dollars a token are so many millionths of millionths of a dollar for a million of them. */
const placesPerMillion = 12;
const placesPerUnit = 18;

function showPrices(card: ModelCard): ValueOf<typeof prices> | undefined {
  if (card.prices === undefined) return undefined;
  const { rates, units, longContextAbove } = card.prices;
  return {
    version: priceVersionOf(card),
    currency: 'USD',
    per_million_tokens: showAmounts(rates, placesPerMillion),
    per_unit: showAmounts(units, placesPerUnit),
    ...(longContextAbove !== undefined && { long_context_above: longContextAbove }),
  };
}

function showAmounts(values: Readonly<Record<string, bigint>>, places: number): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decimal(value, places)]));
}

function decimal(value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`;
}
