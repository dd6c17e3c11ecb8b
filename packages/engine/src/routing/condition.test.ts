/** Conditions hold for the calls they describe, and what is wrong with one is told with its place. */
import { describe, expect, test } from 'vitest';
import { ask, askUnread } from './__fixtures__/routing-kit.ts';
import { compileCondition } from './condition.ts';

function compile(condition: unknown) {
  const problems: string[] = [];
  const holds = compileCondition(condition, 'when', (path, problem) => problems.push(`${path} ${problem}`));
  return { holds, problems };
}

const question = ask('any', {
  isStream: true,
  keyId: 'key_1',
  tags: { team: 'search' },
  facts: { inputTokens: 500, hasTools: true, metadata: { tier: 'gold', seats: 12, trial: false } },
});

describe('what holds', () => {
  test.each([
    [{ stream: true }, true],
    [{ stream: false }, false],
    [{ hasTools: true, hasImages: false }, true],
    [{ hasTools: true, hasImages: true }, false],
    [{ inputTokens: { gt: 499, lt: 501 } }, true],
    [{ inputTokens: { gt: 500 } }, false],
    [{ inputTokens: 500 }, true],
    [{ dialect: { prefix: 'openai-' } }, true],
    [{ dialect: { in: ['anthropic-messages', 'openai-chat'] } }, true],
    [{ key: { in: ['key_2'] } }, false],
    [{ endpoint: 'chat' }, true],
    [{ 'tags.team': 'search' }, true],
    [{ 'tags.toString': { prefix: '' } }, false],
    [{ 'metadata.tier': { in: ['gold', 'silver'] } }, true],
    [{ 'metadata.seats': { gt: 10 } }, true],
    [{ 'metadata.tier': { gt: 10 } }, false],
    [{ 'metadata.trial': false }, true],
    [{ 'metadata.constructor': 'x' }, false],
    [{ not: { stream: true } }, false],
    [{ all: [{ stream: true }, { hasTools: true }] }, true],
    [{ any: [{ stream: false }, { hasTools: true }] }, true],
    [{ any: [{ stream: false }, { hasImages: true }] }, false],
    [{ not: { any: [{ hasImages: true }, { 'tags.team': 'ads' }] }, stream: true }, true],
  ])('%j: %s', (condition, expected) => {
    const { holds, problems } = compile(condition);
    expect(problems).toEqual([]);
    expect(holds(question)).toBe(expected);
  });

  test('a call is read only for what is asked of its content', () => {
    const { holds } = compile({ stream: true, 'tags.team': 'search', inputTokens: { gt: 5 } });
    expect(holds(askUnread('any'))).toBe(false);
    expect(() => holds(askUnread('any', { isStream: true, tags: { team: 'search' } }))).toThrow('was read');
  });
});

describe('what is wrong', () => {
  test.each([
    [{ hasTool: true }, 'when.hasTool is no field of a call. Did you mean `hasTools`?'],
    [{ inputTokens: { gte: 5 } }, 'when.inputTokens.gte is no comparison. Did you mean `gt`'],
    [{ inputTokens: { gt: '5' } }, 'when.inputTokens.gt must be a number'],
    [{ stream: 'true' }, 'when.stream.eq must be a boolean'],
    [{ stream: { gt: 1 } }, 'when.stream.gt does not fit: the field is a boolean'],
    [{ dialect: { prefix: 5 } }, 'when.dialect.prefix must be a string'],
    [{ dialect: { in: [] } }, 'when.dialect.in must be a list of at least one value'],
    [{ dialect: { in: ['a', 5] } }, 'when.dialect.in must be a string'],
    [{ 'metadata.x': null }, 'when.metadata.x.eq must be a string, number or boolean'],
    [{ 'tags.': 'x' }, 'when.tags. is no field of a call.'],
    [{ key: {} }, 'when.key compares with nothing'],
    [{ all: [] }, 'when.all must be a list'],
    [{ any: [{ not: { colour: 'red' } }] }, 'when.any[0].not.colour is no field of a call. Known are'],
    [{}, 'when is empty'],
    [[], 'when must be an object'],
    ['stream', 'when must be an object'],
    [null, 'when must be an object'],
  ])('%j', (condition, problem) => {
    expect(compile(condition).problems).toEqual([expect.stringContaining(problem)]);
  });

  test('everything is told at once', () => {
    expect(compile({ a: 1, all: [{ b: 2 }, { stream: 3 }] }).problems).toHaveLength(3);
  });
});
