/** Plans: who may answer a call, in which order, and why not the others. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ask,
  askUnread,
  createKit,
  factsFrom,
  failure,
  fakeProvider,
  type Kit,
  modelsOf,
  providersOf,
  refusalOf,
} from './__fixtures__/routing-kit.ts';
import type { AliasTable } from './alias-table.ts';
import type { Plan, PlanQuestion } from './plan.ts';

/** The providers `a` to `e`, all alike. */
const letters = providersOf('a', 'b', 'c', 'd', 'e');

function kitOf(aliases: AliasTable['aliases'], cards: Parameters<typeof factsFrom>[0] = {}, seed = 1): Kit {
  return createKit({ providers: letters, aliases, factsOf: factsFrom(cards) }, seed);
}

function targetOf(kit: Kit, model: string) {
  return kit.routing.plan(ask(model)).targets[0]!;
}

function breakCircuit(kit: Kit, model: string): void {
  const target = targetOf(kit, model);
  for (let at = 0; at < 5; at++)
    kit.routing.learn({ target, outcome: 'failed', error: failure('provider_error') });
}

/** How often each model comes first. */
function firsts(kit: Kit, question: () => PlanQuestion, count: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let at = 0; at < count; at++) {
    const [first = ''] = modelsOf(kit.routing.plan(question()));
    counts[first] = (counts[first] ?? 0) + 1;
  }
  return counts;
}

describe('order', () => {
  test('as written, lower tiers first', () => {
    const { routing } = kitOf({
      fast: [{ model: 'a:1', tier: 1 }, 'b:1', { model: 'c:1', tier: 1 }, 'd:1'] as never,
    });
    expect(modelsOf(routing.plan(askUnread('fast')))).toEqual(['b:1', 'd:1', 'a:1', 'c:1']);
  });

  test('the policy of the alias, or the usual one', () => {
    const own = { retries: 3, deadlineMs: 5000, maxAttempts: 7, hedge: true, lossPolicy: 'strict' } as const;
    const { routing } = kitOf({
      fast: { targets: ['a:1'], ...own },
      six: ['a:1', 'a:2', 'a:3', 'a:4', 'a:5', 'a:6'],
    });
    const { hedge, ...rest } = own;
    expect(routing.plan(ask('fast')).policy).toEqual({ ...rest, mayHedge: hedge });
    const usual = { maxAttempts: 4, retries: 1, deadlineMs: 600_000, mayHedge: false, lossPolicy: 'warn' };
    expect(routing.plan(ask('a:1')).policy).toEqual(usual);
    expect(routing.plan(ask('six')).policy.maxAttempts).toBe(6);
  });

  test('by weight, as often as the weights say', () => {
    const targets = [
      { model: 'a:1', weight: 6 },
      { model: 'b:1', weight: 3 },
      { model: 'c:1' },
      { model: 'd:1', weight: 0 },
    ];
    const kit = kitOf({ fast: { targets } });
    const counts = firsts(kit, () => askUnread('fast'), 20_000);
    expect(counts['a:1']! / 20_000).toBeCloseTo(0.6, 1);
    expect(counts['b:1']! / 20_000).toBeCloseTo(0.3, 1);
    expect(counts['c:1']! / 20_000).toBeCloseTo(0.1, 1);
    expect(counts['d:1']).toBeUndefined();
    expect(modelsOf(kit.routing.plan(ask('fast'))).at(-1)).toBe('d:1');
  });

  test('by the price of this very call, unknown prices last, models of this machine for nothing', () => {
    const cards = {
      'a:1': { inputPrice: 1, outputPrice: 20 },
      'b:1': { inputPrice: 5, outputPrice: 5 },
      'c:1': { inputPrice: 0.1 },
    };
    const targets = ['a:1', 'b:1', 'c:1', 'home:1'];
    const kit = createKit({
      providers: providersOf('a', 'b', 'c', fakeProvider('home', { isLocal: true })),
      aliases: { cheap: { targets, strategy: 'cheapest' } },
      factsOf: factsFrom(cards),
    });
    const order = (inputTokens: number, maxOutputTokens: number) =>
      modelsOf(kit.routing.plan(ask('cheap', { facts: { inputTokens, maxOutputTokens } })));
    expect(order(10_000, 10)).toEqual(['home:1', 'a:1', 'b:1', 'c:1']);
    expect(order(10, 10_000)).toEqual(['home:1', 'b:1', 'a:1', 'c:1']);
  });

  test('the faster of two drawn first, so the slowest never and the fastest most', () => {
    const kit = kitOf({ quick: { targets: ['a:1', 'b:1', 'c:1', 'd:1'], strategy: 'fastest' } });
    for (const [model, firstByteMs] of [
      ['a:1', 900],
      ['b:1', 100],
      ['c:1', 300],
      ['d:1', 600],
    ] as const) {
      kit.routing.learn({ target: targetOf(kit, model), outcome: 'answered', firstByteMs, isStream: true });
    }
    const counts = firsts(kit, () => askUnread('quick', { isStream: true }), 12_000);
    expect(counts['a:1']).toBeUndefined();
    expect(counts['b:1']! / 12_000).toBeCloseTo(1 / 2, 1);
    expect(counts['c:1']! / 12_000).toBeCloseTo(1 / 3, 1);
    expect(counts['d:1']! / 12_000).toBeCloseTo(1 / 6, 1);
    const order = modelsOf(kit.routing.plan(ask('quick', { isStream: true })));
    expect(order.slice(1)).toEqual(['b:1', 'c:1', 'd:1', 'a:1'].filter((model) => model !== order[0]));
  });

  test('a provider with many calls under way counts as slower', () => {
    const providers = providersOf(fakeProvider('a', {}, 9), fakeProvider('b'));
    const kit = createKit({
      providers,
      aliases: { quick: { targets: ['a:1', 'b:1'], strategy: 'fastest' } },
    });
    for (const model of ['a:1', 'b:1']) {
      kit.routing.learn({
        target: targetOf(kit, model),
        outcome: 'answered',
        firstByteMs: model === 'a:1' ? 100 : 500,
      });
    }
    expect(firsts(kit, () => ask('quick', { isStream: true }), 50)).toEqual({ 'b:1': 50 });
  });

  test('the same for the same seed, whatever the alias', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom('weighted', 'fastest', 'ordered', 'cheapest'),
        (seed, strategy) => {
          const targets = ['a:1', 'b:1', 'c:1', 'd:1', 'e:1'];
          const runs = [1, 2].map(() => {
            const kit = kitOf(
              { any: { targets, strategy: strategy as never } },
              { 'b:1': { inputPrice: 1, outputPrice: 1 } },
              seed,
            );
            return Array.from({ length: 5 }, () => modelsOf(kit.routing.plan(ask('any'))));
          });
          expect(runs[0]).toEqual(runs[1]);
          for (const order of runs[0]!) expect(order.toSorted()).toEqual(targets);
        },
      ),
    );
  });
});

describe('sessions', () => {
  const targets = ['a:1', 'b:1', 'c:1', 'd:1', 'e:1'];
  const sessions = Array.from({ length: 1000 }, (_, at) => `session-${at}`);
  const homes = (kit: Kit) =>
    new Map(
      sessions.map((sessionId) => [
        sessionId,
        modelsOf(kit.routing.plan(askUnread('chat', { sessionId })))[0],
      ]),
    );

  test('stay, spread evenly, and move only when their own target is not well', () => {
    const kit = kitOf({ chat: { targets, sticky: 'session' } });
    const before = homes(kit);
    for (const model of targets) {
      const share = [...before.values()].filter((home) => home === model).length;
      expect(share).toBeGreaterThan(150);
      expect(share).toBeLessThan(250);
    }
    expect(homes(kit)).toEqual(before);
    breakCircuit(kit, 'c:1');
    const meanwhile = homes(kit);
    for (const [session, home] of before) {
      if (home === 'c:1') expect(meanwhile.get(session)).not.toBe('c:1');
      else expect(meanwhile.get(session)).toBe(home);
    }
    kit.clock.pass(5000);
    expect(homes(kit)).toEqual(before);
  });

  test('follow the weights', () => {
    const kit = kitOf({ chat: { targets: [{ model: 'a:1', weight: 9 }, 'b:1'], sticky: 'session' } });
    const onA = [...homes(kit).values()].filter((home) => home === 'a:1').length;
    expect(onA).toBeGreaterThan(860);
    expect(onA).toBeLessThan(940);
  });

  test('a call without a session is spread as if there were none', () => {
    const kit = kitOf({ chat: { targets, sticky: 'session' } });
    expect(Object.keys(firsts(kit, () => askUnread('chat'), 200))).toHaveLength(5);
  });

  test('a conversation stays by its beginning, whatever is said later', () => {
    const kit = kitOf({ chat: { targets, sticky: 'prefix' } });
    const turn = (role: 'user' | 'assistant', text: string) => ({ role, parts: [{ type: 'text', text }] });
    const home = (first: string, ...later: string[]) => {
      const turns = [turn('user', first), ...later.map((text) => turn('assistant', text))];
      const request = { model: 'chat', system: [{ type: 'text', text: 'Be brief.' }], turns } as never;
      return modelsOf(kit.routing.plan(ask('chat', { facts: { request } })))[0];
    };
    const beginnings = Array.from({ length: 60 }, (_, at) => `Question ${at}`);
    for (const first of beginnings) {
      expect(new Set([home(first), home(first, 'Yes.'), home(first, 'Yes.', 'Go on.')]).size).toBe(1);
    }
    expect(new Set(beginnings.map((first) => home(first))).size).toBe(5);
  });
});

describe('who is left out', () => {
  const cards = {
    'a:1': { contextWindow: 1000, supports: { tools: false, images: true } },
    'b:1': { contextWindow: 100_000, supports: { tools: true, images: false } },
  };
  const aliases = { two: ['a:1', 'b:1'], three: ['a:1', 'b:1', 'c:1'] };

  test('models known to lack what is needed; those of which nothing is known stay', () => {
    const { routing } = kitOf(aliases, cards);
    const plan = routing.plan(ask('three', { facts: { hasTools: true } }));
    expect(modelsOf(plan)).toEqual(['b:1', 'c:1']);
    expect(plan.dropped).toEqual([{ model: 'a:1', why: 'does not support tools' }]);
    expect(modelsOf(routing.plan(ask('three', { facts: { hasTools: true, hasImages: true } })))).toEqual([
      'c:1',
    ]);
  });

  test('when nobody is left, the error says what each lacks', () => {
    const { routing } = kitOf(aliases, cards);
    const error = refusalOf(() => routing.plan(ask('two', { facts: { hasTools: true, hasImages: true } })));
    expect(error).toMatchObject({
      code: 'invalid_request',
      message:
        'No target of `two` can take this call: `a:1` does not support tools; `b:1` does not support images.',
    });
  });

  test('models whose context is known to be too small', () => {
    const { routing } = kitOf(aliases, cards);
    const fits = (inputTokens: number) => modelsOf(routing.plan(ask('two', { facts: { inputTokens } })));
    expect(fits(1250)).toEqual(['a:1', 'b:1']);
    expect(fits(1251)).toEqual(['b:1']);
    const error = refusalOf(() => fits(200_000));
    expect(error.code).toBe('context_too_long');
    expect(error.message).toContain('`a:1` has a context of 1000 tokens, and the call has about 200000');
  });

  test('everything is too small: the longer models take it at once', () => {
    const { routing } = kitOf(
      { small: { targets: ['a:1'], escalate: { context_too_long: ['big'] } }, big: ['b:1'] },
      cards,
    );
    const plan = routing.plan(ask('small', { facts: { inputTokens: 5000 } }));
    expect(modelsOf(plan)).toEqual(['b:1']);
    expect(plan.dropped.map(({ model }) => model)).toEqual(['a:1']);
    expect(refusalOf(() => routing.plan(ask('small', { facts: { inputTokens: 1e6 } }))).code).toBe(
      'context_too_long',
    );
  });

  test('a call is not read where that could change nothing', () => {
    const able = { contextWindow: 1000, supports: { tools: true } };
    const { routing } = kitOf({ two: ['a:1', 'b:1'] }, { 'a:1': able, 'b:1': able });
    expect(modelsOf(routing.plan(askUnread('two', { bodyLength: 1000 })))).toEqual(['a:1', 'b:1']);
    expect(() => routing.plan(askUnread('two', { bodyLength: 1001 }))).toThrow('was read');
    expect(() => routing.plan(askUnread('two'))).toThrow('was read');
    expect(modelsOf(kitOf({}, cards).routing.plan(askUnread('a:1')))).toEqual(['a:1']);
    expect(
      modelsOf(kitOf(aliases, cards).routing.plan(askUnread('three', { endpoint: 'embed' }))),
    ).toHaveLength(3);
  });

  test('targets whose condition or tags the call does not meet', () => {
    const targets = [
      { model: 'a:1', when: { stream: true } },
      { model: 'b:1', tags: { team: 'ads', stage: 'test' } },
      'c:1',
    ];
    const { routing } = kitOf({ any: { targets } });
    expect(modelsOf(routing.plan(ask('any', { isStream: true })))).toEqual(['a:1', 'c:1']);
    expect(modelsOf(routing.plan(ask('any', { tags: { team: 'ads', stage: 'test', x: 'y' } })))).toEqual([
      'b:1',
      'c:1',
    ]);
    expect(routing.plan(ask('any', { tags: { team: 'ads' } })).dropped).toEqual([
      { model: 'a:1', why: 'does not take calls like this' },
      { model: 'b:1', why: 'takes only calls with the tag `stage=test`' },
    ]);
  });

  test('a model that keeps failing, until it may be tried again', () => {
    const kit = kitOf({ two: ['a:1', 'b:1'] });
    breakCircuit(kit, 'a:1');
    const plan = kit.routing.plan(ask('two'));
    expect(modelsOf(plan)).toEqual(['b:1']);
    expect(plan.dropped).toEqual([{ model: 'a:1', why: 'keeps failing and is left alone for 5000 ms' }]);
    const alone = refusalOf(() => kit.routing.plan(ask('a:1')));
    expect(alone).toMatchObject({ code: 'provider_unavailable', details: { retryAfterMs: 5000 } });
    kit.clock.pass(5000);
    expect(modelsOf(kit.routing.plan(ask('two')))).toEqual(['a:1', 'b:1']);
  });

  test('the time of day may be set back meanwhile', () => {
    const kit = kitOf({ two: ['a:1', 'b:1'] });
    breakCircuit(kit, 'a:1');
    kit.clock.setBack(3_600_000);
    kit.clock.pass(5000);
    expect(modelsOf(kit.routing.plan(ask('two')))).toEqual(['a:1', 'b:1']);
  });

  test('only the first of several calls is the probe', () => {
    const kit = kitOf({ two: ['a:1', 'b:1'] });
    breakCircuit(kit, 'a:1');
    kit.clock.pass(5000);
    const plans = [1, 2, 3].map(() => kit.routing.plan(ask('two')));
    const begun = plans.map((plan) => kit.routing.nextStep(plan, [], 0));
    expect(begun.map((step) => 'target' in step && step.target.provider.name)).toEqual(['a', 'b', 'b']);
    expect(modelsOf(kit.routing.plan(ask('two')))).toEqual(['b:1']);
    const target = plans[0]!.targets[0]!;
    expect(kit.routing.mayTry(target)).toBe(false);
    kit.routing.learn({ target, outcome: 'answered' });
    expect(kit.routing.mayTry(target)).toBe(true);
    expect(modelsOf(kit.routing.plan(ask('two')))).toEqual(['a:1', 'b:1']);
  });

  test.each([
    'rate_limited',
    'invalid_request',
    'context_too_long',
    'model_not_found',
    'internal_error',
    'content_blocked',
  ] as const)('%s never opens a circuit', (code) => {
    const kit = kitOf({});
    const target = targetOf(kit, 'a:1');
    kit.routing.learn({ target, outcome: 'answered' });
    for (let at = 0; at < 50; at++) kit.routing.learn({ target, outcome: 'failed', error: failure(code) });
    for (let at = 0; at < 50; at++) kit.routing.learn({ target, outcome: 'cancelled' });
    expect(kit.routing.states()).toMatchObject([{ circuit: 'closed', failuresInRow: 0 }]);
  });

  test.each([
    'provider_error',
    'provider_timeout',
    'provider_authentication_failed',
    'quota_exhausted',
  ] as const)('%s opens one', (code) => {
    const kit = kitOf({});
    const target = targetOf(kit, 'a:1');
    for (let at = 0; at < 5; at++) kit.routing.learn({ target, outcome: 'failed', error: failure(code) });
    expect(kit.routing.states()).toMatchObject([
      { provider: 'a', model: '1', circuit: 'open', opensInMs: 5000 },
    ]);
  });
});

describe('rate limits', () => {
  test('a model at its limits comes last until they are over', () => {
    const kit = kitOf({ two: ['a:1', 'b:1'] });
    const target = targetOf(kit, 'a:1');
    kit.routing.learn({ target, outcome: 'failed', error: failure('rate_limited', 3000) });
    expect(kit.routing.mayTry(target)).toBe(false);
    expect(modelsOf(kit.routing.plan(ask('two')))).toEqual(['b:1', 'a:1']);
    expect(modelsOf(kit.routing.plan(ask('a:1')))).toEqual(['a:1']);
    kit.clock.pass(3000);
    expect(modelsOf(kit.routing.plan(ask('two')))).toEqual(['a:1', 'b:1']);
    expect(kit.routing.mayTry(target)).toBe(true);
  });

  test('an answer that took the last of them says so', () => {
    const kit = kitOf({ two: ['a:1', 'b:1'] });
    const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m' };
    kit.routing.learn({ target: targetOf(kit, 'a:1'), outcome: 'answered', headers });
    expect(modelsOf(kit.routing.plan(ask('two')))).toEqual(['b:1', 'a:1']);
    expect(kit.routing.states()).toMatchObject([{ limitedForMs: 60_000, circuit: 'closed' }]);
  });

  test('retry-after as a date is kept to', () => {
    const kit = kitOf({});
    const headers = { 'retry-after': 'Thu, 01 Oct 2026 12:00:20 GMT' };
    kit.routing.learn({
      target: targetOf(kit, 'a:1'),
      outcome: 'failed',
      error: failure('rate_limited'),
      headers,
    });
    expect(kit.routing.states()).toMatchObject([{ limitedForMs: 20_000 }]);
  });
});

describe('trials and copies', () => {
  const targets = ['a:1', { model: 'b:1', percent: 10 }, { model: 'c:1', percent: 5 }];

  test('take their share of the calls first, and no others', () => {
    const kit = kitOf({ any: { targets } });
    const counts = firsts(kit, () => askUnread('any'), 20_000);
    expect(counts['b:1']! / 20_000).toBeCloseTo(0.1, 1);
    expect(counts['b:1']).toBeGreaterThan(1700);
    expect(counts['c:1']).toBeGreaterThan(850);
    expect(counts['c:1']).toBeLessThan(1150);
    const orders = Array.from({ length: 500 }, () => modelsOf(kit.routing.plan(ask('any'))).join(' '));
    expect(new Set(orders)).toEqual(new Set(['a:1', 'b:1 a:1', 'c:1 a:1']));
  });

  test('a session takes part in a trial or not, as a whole', () => {
    const kit = kitOf({ any: { targets } });
    let trials = 0;
    for (let at = 0; at < 400; at++) {
      const first = () => modelsOf(kit.routing.plan(ask('any', { sessionId: `s${at}` })))[0];
      const [one] = [first()];
      expect([first(), first()]).toEqual([one, one]);
      if (one !== 'a:1') trials += 1;
    }
    expect(trials).toBeGreaterThan(30);
    expect(trials).toBeLessThan(90);
  });

  test('copies go to the shadow for its share of the calls', () => {
    const kit = kitOf({ any: { targets: ['a:1'], shadow: { target: 'b:1', percent: 25 } } });
    const plans = Array.from({ length: 4000 }, () => kit.routing.plan(ask('any')));
    const copied = plans.filter(({ shadow }) => shadow !== undefined);
    expect(copied.length / plans.length).toBeCloseTo(0.25, 1);
    expect(copied[0]?.shadow).toMatchObject({ model: '1', provider: { name: 'b' } });
  });
});

test('what callers make up is not remembered', () => {
  const kit = kitOf({});
  for (let at = 0; at < 100; at++) {
    const target = targetOf(kit, `a:made-up-${at}`);
    kit.routing.learn({ target, outcome: 'failed', error: failure('model_not_found') });
  }
  expect(kit.routing.states()).toEqual([]);
});

test('no plan ever holds what it dropped, and none is empty', () => {
  const model = fc.constantFrom('a:1', 'b:1', 'c:1', 'd:1', 'e:1');
  const plain = fc.record({
    model,
    tier: fc.integer({ min: 0, max: 2 }),
    weight: fc.integer({ min: 0, max: 3 }),
  });
  const choosy = fc.record(
    {
      model,
      tier: fc.integer({ min: 0, max: 2 }),
      weight: fc.integer({ min: 0, max: 3 }),
      when: fc.constantFrom({ stream: true }, { hasTools: true }, { inputTokens: { gt: 100 } }),
      percent: fc.integer({ min: 0, max: 20 }),
      tags: fc.constantFrom({ team: 'x' }, { team: 'y' }),
    },
    { requiredKeys: ['model'] },
  );
  const target = fc.oneof({ arbitrary: plain, weight: 3 }, { arbitrary: choosy, weight: 1 });
  const table = fc.record({
    targets: fc.uniqueArray(target, { minLength: 1, maxLength: 5, selector: (one) => one.model }),
    strategy: fc.constantFrom('ordered', 'weighted', 'cheapest', 'fastest'),
  });
  const lesson = fc.record({
    model,
    code: fc.constantFrom('provider_error', 'rate_limited', 'invalid_request'),
  });
  const card = fc.record(
    {
      contextWindow: fc.constantFrom(50, 500),
      inputPrice: fc.integer({ min: 0, max: 9 }),
      supports: fc.constantFrom({ tools: false }, { tools: true }),
    },
    { requiredKeys: [] },
  );
  const call = fc.record({
    isStream: fc.boolean(),
    facts: fc.record({ hasTools: fc.boolean(), inputTokens: fc.constantFrom(10, 200, 5000) }),
    tags: fc.constantFrom({}, { team: 'x' }),
  });
  let planned = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      table,
      fc.dictionary(model, card),
      fc.array(lesson, { maxLength: 20 }),
      call,
      (alias, cards, lessons, asked) => {
        let kit: Kit;
        try {
          kit = kitOf({ any: alias as never }, cards);
        } catch (thrown) {
          expect(thrown).toMatchObject({ message: expect.stringContaining('are all trials') });
          return;
        }
        const usual = new Map(
          ['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}:1`, targetOf(kit, `${name}:1`)]),
        );
        for (const { model: learnt, code } of lessons) {
          kit.routing.learn({
            target: usual.get(learnt)!,
            outcome: 'failed',
            error: failure(code as never, 500),
          });
        }
        let plan: Plan;
        try {
          plan = kit.routing.plan(ask('any', asked));
        } catch (thrown) {
          expect(thrown).toMatchObject({
            code: expect.stringMatching(/^(provider_unavailable|context_too_long|invalid_request)$/),
          });
          refused += 1;
          return;
        }
        planned += 1;
        const kept = modelsOf(plan);
        const dropped = plan.dropped.map((one) => one.model);
        expect(kept.length).toBeGreaterThan(0);
        expect([...kept, ...dropped].toSorted()).toEqual(alias.targets.map((one) => one.model).toSorted());
      },
    ),
    { numRuns: 400 },
  );
  expect(planned).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(20);
});
