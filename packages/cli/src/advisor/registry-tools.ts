/** What the advisor may look up: models by what they must have, and what they cost beside each other. */
import {
  type Constraint,
  didYouMean,
  findCard,
  type Json,
  type JsonObject,
  KeelsonError,
  type ModelCard,
  type Registry,
  whyNot,
} from '@keelson/core';
import { costOfCall } from '../subject/cost-of-call.ts';
import { priceOf, stateOf } from '../subject/describe-price.ts';
import type { AdvisorTool } from './run-tools.ts';
import { optionalNumber, optionalText, textList } from './tool-arguments.ts';

const usualLimit = 15;
const mostListed = 50;

export const limitFields = {
  min_context: { type: 'number', description: 'the smallest context window, in tokens' },
  max_cost: { type: 'number', description: 'the most dollars for a million tokens, of input as of output' },
  needs: {
    type: 'array',
    items: { type: 'string' },
    description: 'abilities, such as vision, function_calling, json_mode',
  },
} as const;

export function readLimits(given: JsonObject, match = '*'): Constraint {
  const [minContext, maxCost] = [optionalNumber(given, 'min_context'), optionalNumber(given, 'max_cost')];
  const needs = textList(given, 'needs');
  return {
    match,
    ...(minContext !== undefined && { minContext }),
    ...(maxCost !== undefined && { maxCost }),
    ...(needs.length > 0 && { needs }),
  };
}

/** Throws where the registry has no such model, with what was probably meant. */
export function getCard(registry: Registry, name: string): ModelCard {
  const card = findCard(registry, name);
  if (card !== undefined) return card;
  throw new KeelsonError('model_not_found', `The registry knows no model \`${name.slice(0, 100)}\`.`, {
    hint: didYouMean(name, registry.cards.keys()) ?? 'Find it with list_models.',
    details: { model: name.slice(0, 100) },
  });
}

export function createRegistryTools(registry: Registry): AdvisorTool[] {
  return [
    {
      name: 'list_models',
      description:
        'Lists models of the registry with context, prices in dollars for a million tokens, and abilities; the cheapest first.',
      parameters: {
        type: 'object',
        properties: {
          text: { type: 'string', description: 'part of a name' },
          provider: { type: 'string' },
          ...limitFields,
          sort: { type: 'string', enum: ['price', 'context', 'date'] },
          limit: { type: 'number', description: `how many, at most ${mostListed} (${usualLimit})` },
        },
      },
      run: async (given) => listModels(registry, given),
    },
    {
      name: 'compare_cost',
      description: 'Tells what one call would cost with each of these models, and their prices.',
      parameters: {
        type: 'object',
        properties: {
          models: { type: 'array', items: { type: 'string' }, description: 'such as openai:gpt-5.4-mini' },
          input_tokens: { type: 'number' },
          output_tokens: { type: 'number' },
        },
        required: ['models'],
      },
      run: async (given) => compareCost(registry, given),
    },
  ];
}

function listModels(registry: Registry, given: JsonObject): Json {
  const [text, provider] = [optionalText(given, 'text'), optionalText(given, 'provider')];
  const limits = readLimits(given);
  const found = [...registry.cards.values()].filter(
    (card) =>
      (provider === undefined || card.provider === provider) &&
      (text === undefined || card.key.toLowerCase().includes(text.toLowerCase())) &&
      whyNot(limits, card) === undefined,
  );
  const sorted = found.toSorted(orders[optionalText(given, 'sort') ?? 'price'] ?? orders.price);
  const limit = Math.min(optionalNumber(given, 'limit') ?? usualLimit, mostListed);
  return { found: found.length, models: sorted.slice(0, limit).map(describe) };
}

const dollarsOf = (card: ModelCard, side: 'input' | 'output'): number | undefined => {
  const price = priceOf(card.row, side);
  return typeof price === 'number' ? price : undefined;
};

const mixedPrice = (card: ModelCard): number =>
  3 * (dollarsOf(card, 'input') ?? Number.MAX_SAFE_INTEGER) + (dollarsOf(card, 'output') ?? 0);

const orders: Readonly<Record<string, (a: ModelCard, b: ModelCard) => number>> = {
  price: (a, b) => mixedPrice(a) - mixedPrice(b),
  context: (a, b) => (b.limits.contextWindow ?? 0) - (a.limits.contextWindow ?? 0),
  date: (a, b) => Number(released(b) > released(a)) - Number(released(b) < released(a)),
};

const released = ({ lifeCycle }: ModelCard): string => lifeCycle.releaseDate ?? '';

function describe(card: ModelCard): JsonObject {
  return {
    model: card.key,
    context: card.limits.contextWindow ?? null,
    max_output: card.limits.maxOutput ?? null,
    input: dollarsOf(card, 'input') ?? null,
    output: dollarsOf(card, 'output') ?? null,
    released: card.lifeCycle.releaseDate ?? null,
    state: stateOf(card),
    abilities: Object.keys(card.abilities).filter((ability) => card.abilities[ability] === true),
  };
}

function compareCost(registry: Registry, given: JsonObject): Json {
  const call = {
    input: Math.round(optionalNumber(given, 'input_tokens') ?? 1000),
    output: Math.round(optionalNumber(given, 'output_tokens') ?? 1000),
  };
  const cards = textList(given, 'models').map((name) => getCard(registry, name));
  return {
    input_tokens: call.input,
    output_tokens: call.output,
    models: cards.map((card) => ({ ...describe(card), call_dollars: costOfCall(card, call) ?? 'unknown' })),
  };
}
