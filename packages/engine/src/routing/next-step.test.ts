/** What may be done after failures: again, elsewhere, or nothing; after how long; and that it always comes to an end. */
import { type ErrorCode, errorTable } from '@keelson/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ask,
  createKit,
  factsFrom,
  failure,
  type Kit,
  modelsOf,
  nameOf,
  providersOf,
} from './__fixtures__/routing-kit.ts';
import type { Alias } from './alias-table.ts';
import type { FailedAttempt, NextStep, Plan } from './plan.ts';

const letters = providersOf('a', 'b', 'c', 'd');

function kitOf(
  alias: Alias,
  cards: Parameters<typeof factsFrom>[0] = {},
  seed = 1,
): Kit & { readonly plan: Plan } {
  const kit = createKit({ providers: letters, aliases: { any: alias }, factsOf: factsFrom(cards) }, seed);
  return { ...kit, plan: kit.routing.plan(ask('any')) };
}

/** Fails with one error after the other, as the pipeline would, and tells every step; the clock goes along. */
function steps(
  kit: Kit & { readonly plan: Plan },
  errors: readonly (ErrorCode | [ErrorCode, number])[],
): string[] {
  const { routing, plan, clock } = kit;
  const failures: FailedAttempt[] = [];
  const seen: string[] = [];
  for (const one of [...errors, undefined]) {
    const step = routing.nextStep(plan, failures, clock.elapsed());
    seen.push(tell(step));
    if (step.kind === 'stop' || one === undefined) break;
    clock.pass(step.afterMs);
    const error = Array.isArray(one) ? failure(...one) : failure(one);
    routing.learn({ target: step.target, outcome: 'failed', error });
    failures.push({ target: step.target, error });
  }
  return seen;
}

function tell(step: NextStep): string {
  return step.kind === 'stop' ? `stop: ${step.why}` : `${step.kind} ${nameOf(step.target)}`;
}

describe('which target', () => {
  test('every other one first, then those again that may recover', () => {
    const kit = kitOf({ targets: ['a:1', 'b:1'], retries: 1, maxAttempts: 10 });
    expect(steps(kit, ['provider_error', 'provider_error', 'provider_error', 'provider_error'])).toEqual([
      'next a:1',
      'next b:1',
      expect.stringMatching(/^again [ab]:1$/),
      expect.stringMatching(/^again [ab]:1$/),
      'stop: No target is left.',
    ]);
  });

  test('a single one as often as it may be repeated', () => {
    const kit = kitOf({ targets: ['a:1'], retries: 2 });
    expect(steps(kit, ['provider_timeout', 'provider_timeout', 'provider_timeout'])).toEqual([
      'next a:1',
      'again a:1',
      'again a:1',
      'stop: No target is left.',
    ]);
  });

  test('not a wrong key again, and not a model that is not there', () => {
    for (const code of ['provider_authentication_failed', 'model_not_found', 'quota_exhausted'] as const) {
      expect(steps(kitOf({ targets: ['a:1', 'b:1'], retries: 5 }), [code, code])).toEqual([
        'next a:1',
        'next b:1',
        'stop: No target is left.',
      ]);
    }
  });

  test.each(
    (Object.keys(errorTable) as ErrorCode[]).filter((code) => errorTable[code].retry === 'never'),
  )('none after %s', (code) => {
    expect(steps(kitOf({ targets: ['a:1', 'b:1'], retries: 5 }), [code])).toEqual([
      'next a:1',
      `stop: \`${code}\` is not tried again.`,
    ]);
  });

  test('none when one of two that raced says that nothing will help', () => {
    const { routing, plan } = kitOf({ targets: ['a:1', 'b:1', 'c:1'] });
    const [first, second] = plan.targets;
    const failures = [
      { target: first!, error: failure('invalid_request') },
      { target: second!, error: failure('provider_error') },
    ];
    expect(tell(routing.nextStep(plan, failures, 0))).toBe('stop: `invalid_request` is not tried again.');
  });

  test('what could not be said to a target is not counted as an attempt', () => {
    const kit = kitOf({ targets: ['a:1', 'b:1', 'c:1'], maxAttempts: 1 });
    expect(steps(kit, ['lossy_translation', 'lossy_translation', 'provider_error'])).toEqual([
      'next a:1',
      'next b:1',
      'next c:1',
      'stop: All 1 attempts are used up.',
    ]);
  });

  test('not one whose circuit opened meanwhile', () => {
    const kit = kitOf({ targets: ['a:1', 'b:1', 'c:1'] });
    const target = kit.plan.targets[1]!;
    for (let at = 0; at < 5; at++)
      kit.routing.learn({ target, outcome: 'failed', error: failure('provider_error') });
    expect(steps(kit, ['provider_error'])).toEqual(['next a:1', 'next c:1']);
  });

  test('none at all when all circuits opened since it was planned', () => {
    const kit = kitOf({ targets: ['a:1'] });
    const target = kit.plan.targets[0]!;
    for (let at = 0; at < 5; at++)
      kit.routing.learn({ target, outcome: 'failed', error: failure('provider_error') });
    expect(steps(kit, [])).toEqual(['stop: All targets keep failing and are left alone for now.']);
  });
});

describe('escalations', () => {
  const alias: Alias = {
    targets: ['a:1', 'b:1'],
    escalate: { context_too_long: ['c:1', 'd:1'], content_blocked: ['d:1'] },
  };

  test('lead on after their own errors, through all that they name', () => {
    expect(steps(kitOf(alias), ['context_too_long', 'provider_error', 'context_too_long'])).toEqual([
      'next a:1',
      'next c:1',
      'next d:1',
      expect.stringMatching(/^again c:1$/),
    ]);
    expect(steps(kitOf(alias), ['content_blocked', 'content_blocked'])).toEqual([
      'next a:1',
      'next d:1',
      'stop: No target is left.',
    ]);
    expect(steps(kitOf(alias), ['provider_error', 'content_blocked'])).toEqual([
      'next a:1',
      'next b:1',
      'next d:1',
    ]);
  });

  test('without any, blocked content is not tried elsewhere', () => {
    expect(steps(kitOf({ targets: ['a:1', 'b:1'] }), ['content_blocked'])).toEqual([
      'next a:1',
      'stop: `content_blocked` is not tried again.',
    ]);
  });

  test('without any, a call that is too long goes on only to models that may hold more', () => {
    const cards = {
      'a:1': { contextWindow: 100 },
      'b:1': { contextWindow: 100 },
      'c:1': { contextWindow: 200 },
    };
    const kit = kitOf({ targets: ['a:1', 'b:1', 'c:1', 'd:1'] }, cards);
    expect(steps(kit, ['context_too_long', 'context_too_long'])).toEqual([
      'next a:1',
      'next c:1',
      'next d:1',
    ]);
  });
});

describe('waiting', () => {
  const waitOf = (step: NextStep): number => (step.kind === 'stop' ? Number.NaN : step.afterMs);

  test('another target is tried at once, the same one after a while that grows', () => {
    const { routing, plan } = kitOf({ targets: ['a:1', 'b:1'], retries: 10, maxAttempts: 100 });
    const [target, other] = plan.targets;
    const failures = [{ target: other!, error: failure('invalid_response') }];
    expect(waitOf(routing.nextStep(plan, [{ target: target!, error: failure('provider_error') }], 0))).toBe(
      0,
    );
    for (let count = 1; count <= 9; count++) {
      failures.push({ target: target!, error: failure('provider_error') });
      const alone = { ...plan, targets: [target!] };
      const waits = Array.from({ length: 200 }, () => waitOf(routing.nextStep(alone, failures, 0)));
      const bound = Math.min(250 * 2 ** (count - 1), 8000);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...waits)).toBeLessThanOrEqual(bound);
      expect(Math.max(...waits)).toBeGreaterThan(bound * 0.9);
      expect(Math.min(...waits)).toBeLessThan(bound * 0.1);
    }
  });

  test('retry-after is waited for, unless that passes the deadline or takes too long', () => {
    const kit = kitOf({ targets: ['a:1'], deadlineMs: 30_000 });
    const after = (ms: number, elapsed: number) =>
      kit.routing.nextStep(
        kit.plan,
        [{ target: kit.plan.targets[0]!, error: failure('rate_limited', ms) }],
        elapsed,
      );
    expect(waitOf(after(2000, 0))).toBeGreaterThanOrEqual(2000);
    expect(waitOf(after(2000, 0))).toBeLessThanOrEqual(2250);
    expect(tell(after(2000, 28_500))).toBe('stop: Waiting would pass the deadline of 30000 ms.');
    expect(tell(after(90_000, 0))).toMatch(/^stop: No target takes calls for another 90\d\d\d ms\.$/);
    expect(tell(after(1, 30_000))).toBe('stop: The deadline of 30000 ms has passed.');
  });

  test('a date that a provider named is waited for as well', () => {
    const { routing, plan } = kitOf({ targets: ['a:1'] });
    const target = plan.targets[0]!;
    const error = failure('provider_unavailable');
    routing.learn({
      target,
      outcome: 'failed',
      error,
      headers: { 'retry-after': 'Thu, 01 Oct 2026 12:00:20 GMT' },
    });
    expect(waitOf(routing.nextStep(plan, [{ target, error }], 0))).toBeGreaterThanOrEqual(20_000);
  });

  test('a target at its limits is gone to when it opens, unless another is there sooner', () => {
    const kit = kitOf({ targets: ['a:1', 'b:1', 'c:1'], retries: 0 });
    const limit = (at: number, ms: number) =>
      kit.routing.learn({
        target: kit.plan.targets[at]!,
        outcome: 'failed',
        error: failure('rate_limited', ms),
      });
    limit(1, 5000);
    const failures = [{ target: kit.plan.targets[0]!, error: failure('provider_error') }];
    expect(tell(kit.routing.nextStep(kit.plan, failures, 0))).toBe('next c:1');
    limit(2, 3000);
    const step = kit.routing.nextStep(kit.plan, failures, 0);
    expect([tell(step), waitOf(step)]).toEqual(['next c:1', 3000]);
  });
});

test('whatever fails, it ends, within its attempts and its deadline, and never leaves its plan', () => {
  const code = fc.constantFrom(...(Object.keys(errorTable) as ErrorCode[]));
  const alias = fc.record({
    targets: fc.uniqueArray(fc.constantFrom('a:1', 'b:1', 'c:1', 'd:1'), { minLength: 1 }),
    retries: fc.integer({ min: 0, max: 5 }),
    maxAttempts: fc.integer({ min: 1, max: 12 }),
    deadlineMs: fc.integer({ min: 1000, max: 100_000 }),
    escalate: fc.constantFrom({}, { context_too_long: ['d:1', 'd:2'] }, { content_blocked: ['c:2'] }),
  });
  const lasting = fc.oneof(
    fc.constant('provider_error' as const),
    fc.constant('rate_limited' as const),
    code,
  );
  let repeated = 0;
  fc.assert(
    fc.property(
      alias,
      fc.infiniteStream(lasting),
      fc.infiniteStream(fc.integer({ min: 0, max: 9000 })),
      (one, codes, ms) => {
        const kit = kitOf(one);
        const { routing, plan, clock } = kit;
        const named = [
          ...modelsOf(plan),
          ...Object.values(plan.escalations).flatMap((targets) => targets.map(nameOf)),
        ];
        const failures: FailedAttempt[] = [];
        for (let count = 0; ; count++) {
          expect(count).toBeLessThan(100);
          const step = routing.nextStep(plan, failures, clock.elapsed());
          if (step.kind === 'stop') break;
          expect(named).toContain(nameOf(step.target));
          expect(step.afterMs).toBeGreaterThanOrEqual(0);
          expect(clock.elapsed() + step.afterMs).toBeLessThan(one.deadlineMs);
          const before = failures.filter(({ target }) => nameOf(target) === nameOf(step.target));
          expect(step.kind).toBe(before.length === 0 ? 'next' : 'again');
          expect(before.length).toBeLessThanOrEqual(one.retries);
          if (before.length > 0) repeated += 1;
          clock.pass(step.afterMs + ms.next().value);
          const error = failure(codes.next().value, count % 3 === 0 ? ms.next().value : undefined);
          routing.learn({ target: step.target, outcome: 'failed', error });
          failures.push({ target: step.target, error });
        }
        expect(failures.filter(({ error }) => error.code !== 'lossy_translation').length).toBeLessThanOrEqual(
          one.maxAttempts,
        );
      },
    ),
    { numRuns: 500 },
  );
  expect(repeated).toBeGreaterThan(100);
});
