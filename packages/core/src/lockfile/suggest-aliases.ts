/**
 * Aliases for whoever has none yet, computed from the registry and the providers that are there. No model is named here: a
 * new registry gives new answers. Each rule picks one model of every provider; the pool has them in the rule's order.
 */
import { type ModelCard, type Registry, supports } from '../registry/index.ts';
import type { LockedAlias } from './lockfile.ts';
import { blendedPrice } from './match-models.ts';

export interface Surroundings {
  /** Names of providers that can be called. */
  readonly providers: ReadonlySet<string>;
  /** Models that run on this machine, as `provider:model`, the preferred one first. */
  readonly localModels?: readonly string[];
}

export const suggestedAliases = [
  'fast',
  'balanced',
  'deep',
  'low_cost',
  'long_context',
  'json_mode',
  'vision',
  'multimodal',
  'pdf_reader',
  'local',
  'coder',
  'embedding',
  'rerank',
] as const;

type SuggestedAlias = (typeof suggestedAliases)[number];

const longestPool = 4;

/** Aliases that nobody there can answer are left out. */
export function suggestAliases(
  registry: Registry,
  surroundings: Surroundings,
): ReadonlyMap<string, LockedAlias> {
  const shelves = shelvesOf(registry, surroundings.providers);
  const aliases = new Map<string, LockedAlias>();
  for (const name of suggestedAliases) {
    const models =
      name === 'local'
        ? [...(surroundings.localModels ?? [])]
        : pickPool(rules[name], shelves).map(({ key }) => key);
    if (models.length > 0) aliases.set(name, { models: models.slice(0, longestPool) });
  }
  return aliases;
}

/** What one provider has, sorted out once. */
interface Shelf {
  /** Every usable model of any kind. */
  readonly all: readonly ModelCard[];
  /** Priced chat models. */
  readonly chat: readonly ModelCard[];
  /** Those of the provider's last ten months that can use tools. */
  readonly recent: readonly ModelCard[];
}

interface Rule {
  pick(shelf: Shelf): ModelCard | undefined;
  /** Which provider's model comes first. */
  readonly order: Order;
  readonly most?: number;
}

type Order = (a: ModelCard, b: ModelCard) => number;

const priceOf = (card: ModelCard): number => blendedPrice(card) ?? Infinity;
const dateOf = (card: ModelCard): string => card.lifeCycle.releaseDate ?? '';
const has = (card: ModelCard, ability: string): boolean => card.abilities[ability] === true;

const byName: Order = (a, b) => (a.key < b.key ? -1 : 1);
const newest: Order = (a, b) => Number(dateOf(b) > dateOf(a)) - Number(dateOf(b) < dateOf(a));
/** Of equal ones the plainest name: longer ones are usually made for something special. */
const cheapest: Order = (a, b) => priceOf(a) - priceOf(b) || byName(a, b);
const dearest: Order = (a, b) => priceOf(b) - priceOf(a) || newest(a, b) || byName(a, b);
const longest: Order = (a, b) =>
  (b.limits.contextWindow ?? 0) - (a.limits.contextWindow ?? 0) || cheapest(a, b);
const latest: Order = (a, b) => newest(a, b) || dearest(a, b);
/** Later editions of models without dates have later names. */
const latestName: Order = (a, b) => newest(a, b) || byName(b, a);

const first = (cards: readonly ModelCard[], order: Order): ModelCard | undefined => cards.toSorted(order)[0];

/** Dollars per million tokens: above are models for the few calls that nothing else can answer, which no default should be. */
const dearestDefault = 12;

function pickDeep({ recent }: Shelf): ModelCard | undefined {
  const usual = recent.filter((card) => priceOf(card) <= dearestDefault);
  const thinking = usual.filter((card) => has(card, 'thinking'));
  return first(thinking.length > 0 ? thinking : usual, dearest);
}

const pickFast = ({ recent }: Shelf): ModelCard | undefined => first(recent, cheapest);

/** Half-way between the cheapest and the deepest, as ratios. */
function pickBalanced(shelf: Shelf): ModelCard | undefined {
  const [low, high] = [pickFast(shelf), pickDeep(shelf)];
  if (low === undefined || high === undefined) return undefined;
  const middle = (Math.log(priceOf(low)) + Math.log(priceOf(high))) / 2;
  const distance = (card: ModelCard): number => Math.abs(Math.log(priceOf(card)) - middle);
  return first(shelf.recent, (a, b) => distance(a) - distance(b) || latest(a, b));
}

/** Balanced among those that can do all of it. */
const pickAble =
  (...abilities: readonly string[]) =>
  (shelf: Shelf): ModelCard | undefined =>
    pickBalanced({
      ...shelf,
      recent: shelf.recent.filter((card) => abilities.every((each) => has(card, each))),
    });

const codingNames = /code|codex|codestral|devstral/;

const rules: Readonly<Record<Exclude<SuggestedAlias, 'local'>, Rule>> = {
  fast: { pick: pickFast, order: cheapest },
  balanced: { pick: pickBalanced, order: latest },
  deep: { pick: pickDeep, order: dearest },
  low_cost: { pick: ({ chat }) => first(chat, cheapest), order: cheapest },
  long_context: { pick: ({ recent }) => first(recent, longest), order: longest },
  json_mode: {
    pick: (shelf) => pickAble('json_schema')(shelf) ?? pickAble('json_mode')(shelf),
    order: latest,
  },
  vision: { pick: pickAble('vision'), order: latest },
  multimodal: {
    pick: (shelf) =>
      pickAble('vision', 'audio')(shelf) ??
      pickAble('vision', 'documents')(shelf) ??
      pickAble('vision')(shelf),
    order: (a, b) => Number(has(b, 'audio')) - Number(has(a, 'audio')) || latest(a, b),
  },
  pdf_reader: {
    pick: (shelf) => pickAble('documents')(shelf) ?? pickAble('pdf_input')(shelf),
    order: latest,
  },
  coder: {
    pick: (shelf) =>
      first(
        shelf.recent.filter(({ model }) => codingNames.test(model)),
        latest,
      ) ?? pickDeep(shelf),
    order: latest,
  },
  // Vectors of different models mean nothing to each other, so there is no second model to fall back to.
  embedding: {
    pick: ({ all }) =>
      first(
        all.filter(({ endpoint }) => endpoint === 'embeddings'),
        latest,
      ),
    order: latest,
    most: 1,
  },
  rerank: {
    pick: ({ all }) =>
      first(
        all.filter(({ endpoint }) => endpoint === 'rerank'),
        latestName,
      ),
    order: latestName,
  },
};

function pickPool(rule: Rule, shelves: readonly Shelf[]): readonly ModelCard[] {
  const picked = shelves.map((shelf) => rule.pick(shelf)).filter((card) => card !== undefined);
  return picked.toSorted((a, b) => rule.order(a, b) || byName(a, b)).slice(0, rule.most);
}

const recentMonths = 10;
/** Models that read less are made for something special, such as speech. */
const smallestContext = 64_000;
const wholeDate = /[-@]20\d{2}-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$/;

function shelvesOf(registry: Registry, providers: ReadonlySet<string>): readonly Shelf[] {
  const byProvider = new Map<string, ModelCard[]>();
  for (const card of registry.cards.values()) {
    if (!providers.has(card.provider) || !card.lifeCycle.isActive || card.lifeCycle.isDeprecated) continue;
    // A dated edition of a model that is there too is the same model a second time.
    if (wholeDate.test(card.key) && registry.cards.has(card.key.replace(wholeDate, ''))) continue;
    byProvider.set(card.provider, [...(byProvider.get(card.provider) ?? []), card]);
  }
  return [...byProvider.values()].map(shelfOf);
}

/** What costs nothing is a trial or somebody's mistake, and may end any day. */
function shelfOf(all: readonly ModelCard[]): Shelf {
  const chat = all.filter(
    (card) =>
      card.endpoint !== 'realtime' && supports(card, 'text') === true && (blendedPrice(card) ?? 0) > 0,
  );
  const last = first(chat, newest);
  const since = last === undefined ? '' : monthsBefore(dateOf(last), recentMonths);
  const usable = chat.filter((card) => has(card, 'function_calling'));
  const roomy = usable.filter(({ limits }) => (limits.contextWindow ?? 0) >= smallestContext);
  const recent = roomy.filter((card) => dateOf(card) >= since);
  return { all, chat, recent: recent.length > 0 ? recent : usable };
}

/** `2026-08-12` less ten months is `2025-10-12`; days that a month does not have still compare rightly as text. */
function monthsBefore(date: string, months: number): string {
  const [year = 0, month = 0] = date.split('-').map(Number);
  const count = year * 12 + month - 1 - months;
  return date === ''
    ? ''
    : `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}${date.slice(7)}`;
}
