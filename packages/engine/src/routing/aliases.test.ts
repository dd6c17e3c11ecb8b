/** Alias tables: what is refused, with everything that is wrong told at once, and what names mean. */
import { describe, expect, test } from 'vitest';
import {
  ask,
  createKit,
  factsFrom,
  fakeProvider,
  modelsOf,
  providersOf,
  refusalOf,
} from './__fixtures__/routing-kit.ts';

describe('a table that is wrong', () => {
  const problemsOf = (aliases: unknown): string => {
    const error = refusalOf(() => createKit().routing.setAliases({ aliases }));
    expect(error.code).toBe('configuration_invalid');
    return error.message;
  };

  test.each([
    [{ fast: [] }, '`aliases.fast.targets`'],
    [{ fast: {} }, '`aliases.fast.targets`'],
    [{ fast: 'openai:one' }, '`aliases.fast`'],
    [{ fast: [7] }, '`aliases.fast.targets[0]`'],
    [{ fast: { targets: ['openai:one'], retrys: 1 } }, 'has no field `retrys`. Did you mean `retries`?'],
    [{ fast: [{ model: 'openai:one', wieght: 1 }] }, 'has no field `wieght`. Did you mean `weight`?'],
    [{ fast: { targets: ['openai:one'], strategy: 'cheap' } }, '`aliases.fast.strategy`'],
    [{ fast: { targets: ['openai:one'], retries: -1 } }, '`aliases.fast.retries`'],
    [{ fast: { targets: ['openai:one'], cache: { ttlSeconds: 0 } } }, '`aliases.fast.cache.ttlSeconds`'],
    [{ fast: { targets: ['openai:one'], cache: { ttlSeconds: -5 } } }, '`aliases.fast.cache.ttlSeconds`'],
    [{ fast: { targets: ['openai:one'], cache: { ttlSeconds: 1.5 } } }, '`aliases.fast.cache.ttlSeconds`'],
    [{ fast: { targets: ['openai:one'], cache: { ttlSeconds: 2_592_001 } } }, '<=2592000'],
    [{ fast: { targets: ['openai:one'], cache: {} } }, '`aliases.fast.cache.ttlSeconds`'],
    [{ fast: { targets: ['openai:one'], cache: { ttl: 5 } } }, 'has no field `ttl`'],
    [{ fast: [{ model: 'openai:one', percent: 101 }] }, '`aliases.fast.targets[0].percent`'],
    [
      { fast: ['opnai:one'] },
      'names `opnai:one`, which begins with no configured provider. Did you mean `openai`?',
    ],
    [{ fast: ['one'] }, 'names `one`, which begins with no configured provider. Configured are `openai`'],
    [{ fast: ['openai:'] }, 'names `openai:`'],
    [{ fast: ['openai:one', 'openai/one'] }, '`aliases.fast.targets` names a model twice'],
    [
      { 'openai:one': ['openai:two'] },
      '`aliases.openai:one` would hide the model `one` of the provider `openai`',
    ],
    [{ ' fast': ['openai:two'] }, 'has a name with blank ends'],
    [
      { fast: [{ model: 'openai:one', when: { colour: 'red' } }] },
      '`aliases.fast.targets[0].when.colour` is no field',
    ],
    [
      { fast: { targets: ['openai:one'], sticky: 'session', strategy: 'ordered' } },
      '`aliases.fast.sticky` spreads',
    ],
    [{ fast: [{ model: 'openai:one', percent: 5 }] }, 'are all trials'],
    [
      {
        fast: [{ model: 'openai:a', percent: 60 }, { model: 'openai:b', percent: 60 }, 'openai:c'],
      },
      'have `percent` of 120 together',
    ],
    [
      { fast: { targets: ['openai:one'], shadow: { target: 'x:y', percent: 1 } } },
      '`aliases.fast.shadow.target` names',
    ],
    [{ fast: { targets: ['openai:one'], escalate: { too_long: ['openai:b'] } } }, 'has no field `too_long`'],
    [
      { fast: { targets: ['openai:one'], escalate: { content_blocked: ['bgi'] } }, big: ['openai:two'] },
      '`aliases.fast.escalate.content_blocked[0]` names `bgi`, which begins with no configured provider. Did you mean `big`?',
    ],
    [
      {
        a: { targets: ['openai:one'], escalate: { context_too_long: ['b'] } },
        b: { targets: ['openai:two'], escalate: { context_too_long: ['a'] } },
      },
      '`aliases.b.escalate.context_too_long[0]` goes round in a circle: a -> b -> a',
    ],
  ])('%j', (aliases, problem) => {
    expect(problemsOf(aliases)).toContain(problem);
  });

  test('is told about everything at once, and the table of before stays', () => {
    const { routing } = createKit({ aliases: { fast: ['openai:one'] } });
    const error = refusalOf(() =>
      routing.setAliases({ aliases: { a: ['x:1', 'y:2'], b: [{ model: 'z:3', when: { q: 1 } }] } }),
    );
    for (const name of ['x:1', 'y:2', 'z:3', 'when.q']) expect(error.message).toContain(name);
    expect(routing.aliases).toEqual(['fast']);
    expect(modelsOf(routing.plan(ask('fast')))).toEqual(['openai:one']);
  });

  test.each([undefined, null, [], 7, { alias: {} }])('%j is no table', (table) => {
    expect(refusalOf(() => createKit().routing.setAliases(table)).code).toBe('configuration_invalid');
  });

  test('aliases that escalate to each other in many ways are compiled in no time', () => {
    const aliases = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        `a${at}`,
        {
          targets: [`openai:m${at}`],
          ...(at < 58 && { escalate: { context_too_long: [`a${at + 1}`, `a${at + 2}`] } }),
        },
      ]),
    );
    const { routing } = createKit({ aliases });
    expect(routing.plan(ask('a0')).escalations.context_too_long).toHaveLength(59);
  });
});

describe('names', () => {
  const kit = (names: readonly string[], cards: readonly string[] = [], aliases = {}) =>
    createKit({
      providers: providersOf(...names),
      factsOf: factsFrom(Object.fromEntries(cards.map((card) => [card, {}]))),
      models: () => cards,
      aliases,
    }).routing;

  test.each([
    ['openai:gpt-5', ['openai:gpt-5']],
    ['openai/gpt-5', ['openai:gpt-5']],
    ['openrouter:openai/gpt-5', ['openrouter:openai/gpt-5']],
    ['openrouter/openai/gpt-5:free', ['openrouter:openai/gpt-5:free']],
    ['openai:ft:gpt-5:me', ['openai:ft:gpt-5:me']],
    ['gpt-only-here', ['openai:gpt-only-here']],
    ['llama3:8b', ['ollama:llama3:8b']],
    ['fast', ['openai:a', 'ollama:b']],
  ])('%s is %j', (name, models) => {
    const cards = ['openai:gpt-only-here', 'ollama:llama3:8b'];
    const routing = kit(['openai', 'openrouter', 'ollama'], cards, { fast: ['openai:a', 'ollama:b'] });
    const plan = routing.plan(askOf(name));
    expect(modelsOf(plan)).toEqual(models);
    expect(plan.requested).toBe(name);
    expect(plan.alias).toBe(name === 'fast' ? 'fast' : undefined);
  });

  test('a model that several providers have is not guessed at', () => {
    const error = refusalOf(() =>
      kit(['openai', 'azure'], ['openai:gpt-5', 'azure:gpt-5']).plan(askOf('gpt-5')),
    );
    expect(error).toMatchObject({
      code: 'model_not_found',
      message: 'Several providers have a model `gpt-5`.',
      hint: 'Say which is meant: `openai:gpt-5`, `azure:gpt-5`.',
    });
  });

  test.each([
    ['fsat', 'Did you mean `fast`?'],
    ['gtp-5', 'Did you mean `openai:gpt-5`?'],
    ['sonnet', 'Did you mean `openai:claude-sonnet-4` or `openai:claude-sonnet-5`?'],
    ['OPENAI:GPT-5', 'Did you mean `openai:gpt-5`?'],
  ])('%s is unknown: %s', (name, hint) => {
    const cards = ['openai:gpt-5', 'openai:claude-sonnet-5', 'openai:claude-sonnet-4'];
    const error = refusalOf(() => kit(['openai'], cards, { fast: ['openai:a'] }).plan(askOf(name)));
    expect(error).toMatchObject({ code: 'model_not_found', details: { model: name } });
    expect(error.hint).toBe(hint);
  });

  test('suggestions are at most three', () => {
    const cards = Array.from({ length: 9 }, (_, at) => `openai:gpt-${at}`);
    const { hint } = refusalOf(() => kit(['openai'], cards).plan(askOf('gpt-x')));
    expect(hint.match(/`/g)).toHaveLength(6);
  });

  test('a provider that is not configured is named', () => {
    const { message } = refusalOf(() => kit(['openai']).plan(askOf('mistral:large')));
    expect(message).toBe(
      'No model or alias is called `mistral:large`, and no provider `mistral` is configured.',
    );
  });

  test.each([
    '',
    ':',
    'openai:',
    '/',
    '__proto__',
    'constructor',
    'x'.repeat(100_000),
  ])('%j is not found', (name) => {
    const error = refusalOf(() => kit(['openai'], ['openai:one'], { fast: ['openai:a'] }).plan(askOf(name)));
    expect(error.code).toBe('model_not_found');
    expect(error.message.length).toBeLessThan(400);
  });

  function askOf(model: string) {
    return ask(model);
  }
});

describe('the format a provider is spoken to in', () => {
  const routing = createKit({
    providers: providersOf('openai', 'anthropic', 'simulator', fakeProvider('rerankers', { chat: [] })),
  }).routing;
  const seen = (
    model: string,
    dialect: string,
    endpoint: 'chat' | 'count-tokens' | 'embed' | 'rerank' = 'chat',
  ) => {
    const [target] = routing.plan(ask(model, { dialect, endpoint })).targets;
    return [target?.speech.dialect, target?.lane];
  };

  test.each([
    ['openai:a', 'openai-chat', ['openai-chat', 'pass-through']],
    ['openai:a', 'openai-responses', ['openai-responses', 'pass-through']],
    ['openai:a', 'anthropic-messages', ['openai-chat', 'translated']],
    ['anthropic:a', 'anthropic-messages', ['anthropic-messages', 'pass-through']],
    ['anthropic:a', 'openai-chat', ['anthropic-messages', 'translated']],
    // A quirk that only changes what other formats are made into is none to the format's own callers.
    ['simulator:a', 'openai-chat', ['openai-chat', 'pass-through']],
    ['simulator:a', 'ollama-chat', ['ollama-chat', 'pass-through']],
    ['openai:a', 'constructor', ['openai-chat', 'translated']],
  ])('%s for a caller of %s', (model, dialect, expected) => {
    expect(seen(model, dialect)).toEqual(expected);
  });

  test('embeddings and reranking have formats of their own', () => {
    expect(seen('openai:a', 'cohere-embed', 'embed')).toEqual(['openai-embeddings', 'translated']);
    expect(seen('simulator:a', 'cohere-rerank', 'rerank')).toEqual(['cohere-rerank', 'translated']);
    expect(seen('anthropic:a', 'anthropic-messages', 'count-tokens')).toEqual([
      'anthropic-messages',
      'pass-through',
    ]);
  });

  test.each([
    ['anthropic:a', 'embed'],
    ['openai:a', 'rerank'],
    ['rerankers:a', 'chat'],
  ] as const)('%s offers nothing for %s', (model, endpoint) => {
    expect(refusalOf(() => seen(model, 'x', endpoint))).toMatchObject({
      code: 'invalid_request',
      message: `No target of \`${model}\` can take this call: \`${model}\` offers nothing for \`${endpoint}\`.`,
    });
  });
});
