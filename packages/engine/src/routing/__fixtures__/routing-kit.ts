/** What tests of routing are built from: a clock turned by hand, chance from a seed, providers that send nothing. */
import { KeelsonError } from '@keelson/core';
import type { Clock, Random } from '../../observability/index.ts';
import { type Provider, type ProviderForm, providerForms } from '../../providers/index.ts';
import type { CallFacts, ModelFacts, Plan, PlanQuestion, Target } from '../plan.ts';
import { createRouting, type RoutingSettings, type TableRouting } from '../routing.ts';

interface HandClock extends Clock {
  pass(ms: number): void;
  /** As when somebody sets the time of day. */
  setBack(ms: number): void;
}

function createHandClock(start = Date.parse('2026-10-01T12:00:00Z')): HandClock {
  let elapsed = 0;
  let error = 0;
  return {
    now: () => start + elapsed - error,
    elapsed: () => elapsed,
    sleep: async () => {},
    every: () => () => {},
    pass: (ms) => {
      elapsed += ms;
    },
    setBack: (ms) => {
      error += ms;
    },
  };
}

function createSeededRandom(seed = 1): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { float: next, bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)) };
}

export function fakeProvider(name: string, form?: Partial<ProviderForm>, load = 0): Provider {
  const like = providerForms.get(name) ?? (providerForms.get('openai') as ProviderForm);
  return {
    name,
    form: { ...like, ...form },
    address: `https://${name}.example`,
    isFree: form?.isLocal ?? like.isLocal ?? false,
    send: () => {
      throw new Error('Routing sends nothing.');
    },
    list: async () => {
      throw new Error('Routing lists nothing.');
    },
    clean: (error) => error,
    reveals: () => false,
    load: () => load,
    close: async () => {},
  };
}

export function providersOf(...providers: readonly (string | Provider)[]): ReadonlyMap<string, Provider> {
  const all = providers.map((one) => (typeof one === 'string' ? fakeProvider(one) : one));
  return new Map(all.map((provider) => [provider.name, provider]));
}

export interface Kit {
  readonly routing: TableRouting;
  readonly clock: HandClock;
}

export function createKit(settings: Partial<RoutingSettings> = {}, seed = 1): Kit {
  const clock = createHandClock();
  const providers = settings.providers ?? providersOf('openai', 'anthropic', 'simulator');
  const random = createSeededRandom(seed);
  return { routing: createRouting({ providers, clock, random, ...settings }), clock };
}

const plainFacts: CallFacts = {
  inputTokens: 10,
  hasTools: false,
  hasImages: false,
  hasDocuments: false,
  hasAudio: false,
  wantsSchema: false,
  wantsReasoning: false,
  metadata: {},
};

export function ask(
  model: string,
  { facts, ...question }: Partial<Omit<PlanQuestion, 'facts'>> & { readonly facts?: Partial<CallFacts> } = {},
): PlanQuestion {
  return {
    endpoint: 'chat',
    model,
    dialect: 'openai-chat',
    isStream: false,
    tags: {},
    facts: () => ({ ...plainFacts, ...facts }),
    ...question,
  };
}

/** A question of somebody who does not want the call to be read. */
export function askUnread(model: string, question: Partial<PlanQuestion> = {}): PlanQuestion {
  return {
    ...ask(model),
    ...question,
    facts: () => {
      throw new Error('The call was read.');
    },
  };
}

export interface Card extends Omit<ModelFacts, 'supports'> {
  readonly supports?: Readonly<Record<string, boolean>>;
}

export function factsFrom(cards: Readonly<Record<string, Card>>): NonNullable<RoutingSettings['factsOf']> {
  return (provider, model) => {
    const card = cards[`${provider.name}:${model}`];
    return card && { ...card, supports: (feature) => card.supports?.[feature] };
  };
}

export function modelsOf({ targets }: Plan): string[] {
  return targets.map(nameOf);
}

export function nameOf({ provider, model }: Target): string {
  return `${provider.name}:${model}`;
}

export function failure(code: ConstructorParameters<typeof KeelsonError>[0], retryAfterMs?: number): KeelsonError {
  return new KeelsonError(code, 'It failed.', { details: retryAfterMs === undefined ? {} : { retryAfterMs } });
}

/** What is thrown, as a KeelsonError. */
export function refusalOf(run: () => unknown): KeelsonError {
  try {
    run();
  } catch (thrown) {
    if (KeelsonError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was refused.');
}
