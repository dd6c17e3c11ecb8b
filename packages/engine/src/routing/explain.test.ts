/** Explanations say the same as plans, with the reason for every target, also where there is no plan. */
import { describe, expect, test } from 'vitest';
import {
  ask,
  createKit,
  factsFrom,
  failure,
  modelsOf,
  nameOf,
  providersOf,
} from './__fixtures__/routing-kit.ts';
import { explainLines } from './explain.ts';

const providers = providersOf('openai', 'anthropic', 'simulator');

describe('an explanation', () => {
  const cards = {
    'openai:a': { inputPrice: 2, outputPrice: 8, supports: { tools: true } },
    'openai:b': { inputPrice: 1, outputPrice: 4, supports: { tools: false } },
    'anthropic:c': {},
  };
  const aliases = {
    cheap: { targets: ['openai:a', 'openai:b', 'anthropic:c'], strategy: 'cheapest' as const, retries: 0 },
  };

  test('holds everything that decided, as plain values', () => {
    const kit = createKit({ providers, aliases, factsOf: factsFrom(cards) });
    const question = ask('cheap', { facts: { inputTokens: 1000, maxOutputTokens: 500, hasTools: true } });
    const error = failure('rate_limited', 2000);
    kit.routing.learn({ target: kit.routing.plan(question).targets[0]!, outcome: 'failed', error });
    const explanation = kit.routing.explain(question);
    expect(JSON.parse(JSON.stringify(explanation))).toEqual({
      requested: 'cheap',
      alias: 'cheap',
      strategy: 'cheapest',
      sticky: 'none',
      candidates: [
        {
          model: 'anthropic:c',
          isKept: true,
          tier: 0,
          dialect: 'anthropic-messages',
          lane: 'translated',
          circuit: 'closed',
          limitedForMs: 0,
          score: { by: 'dollars' },
          why: 'is tried first',
        },
        {
          model: 'openai:a',
          isKept: true,
          tier: 0,
          dialect: 'openai-chat',
          lane: 'pass-through',
          circuit: 'closed',
          limitedForMs: 2000,
          score: { by: 'dollars', value: 0.006 },
          why: 'is tried after 1 other, late because it is at its rate limits',
        },
        {
          model: 'openai:b',
          isKept: false,
          tier: 0,
          dialect: 'openai-chat',
          lane: 'pass-through',
          circuit: 'closed',
          limitedForMs: 0,
          reason: 'lacks',
          why: 'does not support tools',
        },
      ],
      policy: { maxAttempts: 4, retries: 0, deadlineMs: 600_000, mayHedge: false, lossPolicy: 'warn' },
      escalations: {},
    });
    expect(explainLines(explanation)).toEqual([
      'cheap: an alias, cheapest',
      '  + anthropic:c is tried first (dollars unknown)',
      '  + openai:a is tried after 1 other, late because it is at its rate limits (dollars 0.006)',
      '  - openai:b does not support tools',
      '  at most 4 attempts, 0 again at one target, 600000 ms',
    ]);
  });

  test('agrees with the plan that the same chance gives', () => {
    const targets = ['openai:a', 'anthropic:c', 'simulator:d'];
    for (const strategy of ['weighted', 'fastest', 'cheapest', 'ordered'] as const) {
      for (let seed = 1; seed <= 20; seed++) {
        const settings = { providers, aliases: { any: { targets, strategy } }, factsOf: factsFrom(cards) };
        const { candidates } = createKit(settings, seed).routing.explain(ask('any'));
        const plan = createKit(settings, seed).routing.plan(ask('any'));
        expect(candidates.map(({ model }) => model)).toEqual(modelsOf(plan));
      }
    }
  });

  test('of a call that cannot be planned holds the error', () => {
    const { routing } = createKit({
      providers,
      aliases: { small: ['openai:b', 'openai:d'] },
      factsOf: factsFrom({ 'openai:b': cards['openai:b'], 'openai:d': cards['openai:b'] }),
    });
    const nobody = routing.explain(ask('small', { facts: { hasTools: true } }));
    expect(nobody.error).toMatchObject({ code: 'invalid_request' });
    expect(nobody.candidates.map(({ isKept }) => isKept)).toEqual([false, false]);
    const unknown = routing.explain(ask('smal'));
    expect(unknown.error).toMatchObject({ code: 'model_not_found' });
    expect(explainLines(unknown)).toEqual([
      'smal',
      '  No model or alias is called `smal`. Did you mean `small`?',
    ]);
  });

  test('asks for no probe', () => {
    const { routing, clock } = createKit({ providers });
    const [target] = routing.plan(ask('openai:a')).targets;
    for (let at = 0; at < 5; at++)
      routing.learn({ target: target!, outcome: 'failed', error: failure('provider_error') });
    expect(routing.explain(ask('openai:a'))).toMatchObject({
      candidates: [{ circuit: 'open', reason: 'circuit' }],
    });
    clock.pass(5000);
    for (let at = 0; at < 3; at++) {
      expect(routing.explain(ask('openai:a'))).toMatchObject({
        candidates: [{ circuit: 'half-open', isKept: true }],
      });
    }
    expect(routing.mayTry(target!)).toBe(true);
    expect(routing.explain(ask('openai:a')).error).toMatchObject({ code: 'provider_unavailable' });
  });

  test('tells of sessions, trials, escalations and copies', () => {
    const { routing } = createKit({
      providers,
      aliases: {
        agent: {
          targets: ['openai:a', { model: 'openai:b', percent: 0 }, 'anthropic:c'],
          sticky: 'session',
          hedge: true,
          escalate: { content_blocked: ['simulator:d'] },
          shadow: { target: 'simulator:e', percent: 3 },
        },
      },
    });
    const explanation = routing.explain(ask('agent', { sessionId: 's' }));
    expect(explanation.candidates[0]?.score?.by).toBe('session');
    const lines = explainLines(explanation);
    expect(lines[0]).toBe('agent: an alias, weighted, kept by session');
    expect(lines.slice(3)).toEqual([
      '  - openai:b takes only 0 % of the calls',
      '  on content_blocked: simulator:d',
      '  copies of 3 % to simulator:e',
      '  at most 4 attempts, 1 again at one target, 600000 ms, hedged',
    ]);
  });
});

describe('what attempts teach', () => {
  test('a second attempt is worth its price only when enough is known, streams and whole answers apart', () => {
    const { routing } = createKit({ providers });
    const target = routing.plan(ask('openai:a')).targets[0]!;
    for (let at = 1; at <= 20; at++) {
      expect(routing.hedgeAfterMs(target)).toBeUndefined();
      routing.learn({ target, outcome: 'answered', firstByteMs: at * 10, isStream: true });
    }
    expect(routing.hedgeAfterMs(target)).toBe(190);
    expect(routing.hedgeAfterMs(target, false)).toBeUndefined();
    for (let at = 0; at < 100; at++)
      routing.learn({ target, outcome: 'failed', firstByteMs: 1, error: failure('rate_limited', 1) });
    expect(routing.hedgeAfterMs(target)).toBe(190);
  });

  test('states are told for each model', () => {
    const { routing, clock } = createKit({ providers });
    const target = routing.plan(ask('openai:a')).targets[0]!;
    routing.learn({ target, outcome: 'answered', firstByteMs: 200, isStream: true });
    routing.learn({ target, outcome: 'failed', error: failure('provider_error') });
    clock.pass(1000);
    expect(nameOf(target)).toBe('openai:a');
    expect(routing.states()).toEqual([
      {
        provider: 'openai',
        model: 'a',
        circuit: 'closed',
        failuresInRow: 1,
        failureShare: 0.5,
        opensInMs: 0,
        limitedForMs: 0,
        streamedMs: expect.closeTo(200 * Math.exp(-1 / 30), 6),
        samples: 1,
      },
    ]);
  });

  test('memory is bounded, and the longest unheard of goes first', () => {
    const { routing } = createKit({ providers });
    const learn = (model: string) =>
      routing.learn({ target: routing.plan(ask(`openai:${model}`)).targets[0]!, outcome: 'answered' });
    for (let at = 0; at < 10_000; at++) learn(`m${at}`);
    learn('m0');
    learn('one-more');
    const models = routing.states().map(({ model }) => model);
    expect(models).toHaveLength(10_000);
    expect(models).toContain('m0');
    expect(models).not.toContain('m1');
  });
});
