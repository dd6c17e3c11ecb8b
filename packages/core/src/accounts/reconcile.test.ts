// Receipts against statements of OpenAI and Anthropic in all their forms: what agrees is passed, and planted differences are found to the token.
import { describe, expect, test } from 'vitest';
import type { CallReceipt, Receipt } from '../receipts/index.ts';
import { makeReceipt } from './__fixtures__/receipts.ts';
import { parseProviderExport, Reconciler, type ReconciliationWish } from './index.ts';

const day = Date.UTC(2026, 10, 21) / 1000;
const daySeconds = 86_400;

function call(fields: Partial<CallReceipt>): CallReceipt {
  const { served_model: _, ...receipt } = makeReceipt(1);
  return { ...receipt, ...fields } as CallReceipt;
}

const claude = (
  input: CallReceipt['usage']['input'],
  output: number,
  fields: Partial<CallReceipt> = {},
): CallReceipt =>
  call({
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    usage: { input, output: { total: output } },
    ...fields,
  });

const anthropicReceipts: Receipt[] = [
  claude({ total: 1000, uncached: 700, cache_read: 200, cache_write: 100, cache_write_5m: 100 }, 50),
  claude({ total: 500, uncached: 500 }, 20, { served_model: 'claude-haiku-4-5-20251001' }),
  claude({ total: 90, uncached: 10, cache_write: 80, cache_write_1h: 80 }, 5, {
    timestamp: '2026-11-22T00:00:00.000Z',
  }),
  // Of another provider, and out of our cache.
  call({}),
  claude({ total: 9999 }, 1, { cache: 'hit' }),
];

const anthropicResult = (fields: object) => ({
  api_key_id: null,
  workspace_id: null,
  model: 'claude-haiku-4-5-20251001',
  uncached_input_tokens: 0,
  cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 },
  cache_read_input_tokens: 0,
  output_tokens: 0,
  server_tool_use: { web_search_requests: 0 },
  ...fields,
});

const anthropicPage = (planted = 0) =>
  JSON.stringify({
    data: [
      {
        starting_at: '2026-11-21T00:00:00Z',
        ending_at: '2026-11-22T00:00:00Z',
        results: [
          anthropicResult({
            model: 'claude-haiku-4-5',
            uncached_input_tokens: 700,
            cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 100 },
            cache_read_input_tokens: 200 + planted,
            output_tokens: 50,
          }),
          anthropicResult({ uncached_input_tokens: 500, output_tokens: 20 }),
        ],
      },
      {
        starting_at: '2026-11-22T00:00:00Z',
        ending_at: '2026-11-23T00:00:00Z',
        results: [
          anthropicResult({
            model: 'claude-haiku-4-5',
            uncached_input_tokens: 10,
            cache_creation: { ephemeral_1h_input_tokens: 80, ephemeral_5m_input_tokens: 0 },
            output_tokens: 5,
          }),
        ],
      },
    ],
    has_more: false,
    next_page: null,
  });

const anthropicTable = (planted = 0): string =>
  `\ufeffusage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count\r
2026-11-21,claude-haiku-4-5,"prod, eu",Default,standard,≤ 200k,700,100,0,${200 + planted},50,0\r
2026-11-21,claude-haiku-4-5-20251001,other,Default,standard,≤ 200k,500,0,0,0,20,0\r
2026-11-22,claude-haiku-4-5,other,Default,standard,≤ 200k,10,0,80,0,5,0\r
`;

const openAiReceipts: Receipt[] = [
  call({ usage: { input: { total: 100, cache_read: 40, uncached: 60 }, output: { total: 10 } } }),
  call({ usage: { input: { total: 1, uncached: 1 }, output: { total: 2 } } }),
  // The first attempt was answered by OpenAI and broke off; another provider answered in the end.
  call({
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    usage: { input: { total: 70 }, output: { total: 9 } },
    attempts: [
      {
        provider: 'openai',
        model: 'gpt-5-mini',
        reason: 'first',
        outcome: 'failed',
        usage: { input: { total: 30 }, output: { total: 4 } },
        cost: { amount: '0.01', currency: 'USD', status: 'priced' },
      },
      {
        provider: 'anthropic',
        model: 'claude-haiku-4-5',
        reason: 'fallback',
        outcome: 'answered',
        usage: { input: { total: 40 }, output: { total: 5 } },
      },
    ],
  }),
];

const openAiResult = (fields: object) => ({
  object: 'organization.usage.completions.result',
  input_tokens: 131,
  input_cached_tokens: 40,
  output_tokens: 16,
  num_model_requests: 3,
  project_id: null,
  api_key_id: null,
  model: 'gpt-5-mini',
  ...fields,
});

const openAiPage = (...results: object[]): string =>
  JSON.stringify({
    object: 'page',
    data: [{ object: 'bucket', start_time: day, end_time: day + daySeconds, results }],
    has_more: false,
    next_page: null,
  });

function reconcile(
  texts: readonly string[],
  receipts: readonly Receipt[],
  wish: Partial<ReconciliationWish> = {},
) {
  const exports = texts.flatMap((text, at) => parseProviderExport(text, `file ${at + 1}`));
  const reconciler = new Reconciler({ exports, ...wish });
  for (const receipt of receipts) reconciler.add(receipt);
  return reconciler.finish();
}

describe('what agrees is reconciled', () => {
  test.each<[string, string, readonly Receipt[], number]>([
    ['pages of Anthropic', anthropicPage(), anthropicReceipts, 3],
    ['the table of Anthropic', anthropicTable(), anthropicReceipts, 3],
    ['a page of OpenAI', openAiPage(openAiResult({})), openAiReceipts, 3],
    ['pages in a list', `[${openAiPage(openAiResult({}))}]`, openAiReceipts, 3],
    ['a page in each line', `${openAiPage(openAiResult({}))}\n${openAiPage()}\n`, openAiReceipts, 3],
    [
      'buckets of minutes',
      JSON.stringify([
        {
          start_time: day,
          end_time: day + 60,
          results: [openAiResult({ input_tokens: 130, num_model_requests: 1 })],
        },
        { start_time: day + 60, end_time: day + 120, results: [] },
        {
          start_time: day + 120,
          end_time: day + 180,
          results: [
            openAiResult({
              input_tokens: 1,
              input_cached_tokens: 0,
              output_tokens: 0,
              num_model_requests: 2,
            }),
          ],
        },
      ]),
      openAiReceipts,
      3,
    ],
    [
      'the table of OpenAI',
      `start_time,end_time,start_time_iso,end_time_iso,model,num_model_requests,input_tokens,output_tokens,input_cached_tokens\n${day},${day + 60},2026-11-21T00:00:00+00:00,,gpt-5-mini,3,131,16,40\n${day + 60},${day + 120},2026-11-21T00:01:00+00:00,,,,,,\n`,
      openAiReceipts,
      3,
    ],
  ])('%s', (_, text, receipts, counted) => {
    const said = reconcile([text], receipts);
    expect(said.differences).toEqual([]);
    expect(said).toMatchObject({ isReconciled: true, receipts: counted, isCut: false });
    expect(said.compared).toBeGreaterThan(3);
  });
});

describe('what is planted is found', () => {
  test.each([
    ['pages', anthropicPage],
    ['the table', anthropicTable],
  ])('one token more read from the cache, in %s of Anthropic', (_, make) => {
    expect(reconcile([make(1)], anthropicReceipts).differences).toEqual([
      {
        kind: 'differs',
        day: '2026-11-21',
        model: 'claude-haiku-4-5',
        figure: 'cache_read',
        provider: 201,
        receipts: 200,
        difference: -1,
      },
    ]);
  });

  test('calls that are in no receipt, and receipts that the provider does not know', () => {
    const unknown = openAiResult({
      model: 'gpt-5',
      input_tokens: 7,
      input_cached_tokens: 0,
      output_tokens: 1,
      num_model_requests: 1,
    });
    const ghost = call({ model: 'gpt-4.1', usage: { input: { total: 3 }, output: { total: 2 } } });
    const { differences, totals } = reconcile(
      [openAiPage(openAiResult({}), unknown)],
      [...openAiReceipts, ghost],
    );
    expect(
      differences.map(({ kind, model, figure, difference }) => [kind, model, figure, difference]),
    ).toEqual([
      ['missing_at_provider', 'gpt-4.1', 'requests', 1],
      ['missing_at_provider', 'gpt-4.1', 'input', 3],
      ['missing_at_provider', 'gpt-4.1', 'output', 2],
      ['missing_in_receipts', 'gpt-5', 'requests', -1],
      ['missing_in_receipts', 'gpt-5', 'input', -7],
      ['missing_in_receipts', 'gpt-5', 'output', -1],
    ]);
    expect(totals).toContainEqual({ figure: 'input', provider: 138, receipts: 134 });
  });

  test('a call of a day that was empty for the provider, and one that was counted on the next day', () => {
    const late = { ...openAiReceipts[1], timestamp: '2026-11-22T00:00:00.001Z' } as CallReceipt;
    const text = JSON.stringify({
      data: [
        { start_time: day, end_time: day + daySeconds, results: [openAiResult({})] },
        { start_time: day + daySeconds, end_time: day + 2 * daySeconds, results: [] },
      ],
    });
    const { differences } = reconcile(
      [text],
      [openAiReceipts[0] as Receipt, late, openAiReceipts[2] as Receipt],
    );
    expect(differences.map(({ day: at, figure, difference }) => [at, figure, difference])).toEqual([
      ['2026-11-21', 'requests', -1],
      ['2026-11-21', 'input', -1],
      ['2026-11-21', 'output', -2],
      ['2026-11-22', 'requests', 1],
      ['2026-11-22', 'input', 1],
      ['2026-11-22', 'output', 2],
    ]);
  });

  test('by workspace, where it is said which key or project is whose', () => {
    const rows = [
      openAiResult({
        api_key_id: 'key_a',
        input_tokens: 100,
        input_cached_tokens: 40,
        output_tokens: 10,
        num_model_requests: 1,
      }),
      openAiResult({
        project_id: 'proj_b',
        input_tokens: 32,
        input_cached_tokens: 0,
        output_tokens: 6,
        num_model_requests: 2,
      }),
      openAiResult({
        project_id: 'proj_x',
        input_tokens: 5,
        input_cached_tokens: 0,
        output_tokens: 0,
        num_model_requests: 1,
      }),
    ];
    const [first, ...rest] = openAiReceipts as CallReceipt[];
    const receipts = [first as CallReceipt, ...rest.map((receipt) => ({ ...receipt, workspace: 'other' }))];
    const workspaces = new Map([
      ['key_a', 'main'],
      ['proj_b', 'other'],
    ]);
    const { differences } = reconcile([openAiPage(...rows)], receipts, { workspaces });
    expect(
      differences.map(({ kind, workspace, figure, difference }) => [kind, workspace, figure, difference]),
    ).toEqual([
      ['missing_in_receipts', '(proj_x)', 'requests', -1],
      ['missing_in_receipts', '(proj_x)', 'input', -5],
      ['differs', 'other', 'input', -1],
    ]);
    const only = reconcile([openAiPage(...rows)], receipts, { workspaces, only: ['key_a'] });
    expect(only).toMatchObject({ isReconciled: true, receipts: 1 });
  });

  test('costs, day by day, of both, beyond a cent', () => {
    const paid = openAiReceipts.map(
      (receipt) => ({ ...receipt, cost: { amount: '1.25', currency: 'USD', status: 'priced' } }) as Receipt,
    );
    const costs = (value: number) =>
      JSON.stringify({
        object: 'page',
        data: [
          {
            start_time: day,
            end_time: day + daySeconds,
            results: [
              {
                object: 'organization.costs.result',
                amount: { value, currency: 'usd' },
                line_item: null,
                project_id: null,
              },
            ],
          },
        ],
      });
    // Two calls and the attempt that broke off.
    expect(reconcile([costs(2.515)], paid).differences).toEqual([]);
    expect(reconcile([costs(2.5301)], paid).differences).toEqual([
      {
        kind: 'differs',
        day: '2026-11-21',
        figure: 'cost',
        provider: '2.5301',
        receipts: '2.51',
        difference: '-0.0201',
      },
    ]);
    expect(reconcile([costs(2.515)], paid, { toleranceNanoDollars: 0 }).isReconciled).toBe(false);
    const cents = JSON.stringify({
      data: [
        {
          starting_at: '2026-11-21T00:00:00Z',
          ending_at: '2026-11-22T00:00:00Z',
          results: [{ amount: '123.45', currency: 'USD', workspace_id: null, description: null }],
        },
      ],
    });
    expect(reconcile([cents], []).differences).toMatchObject([
      { kind: 'missing_in_receipts', provider: '1.2345' },
    ]);
  });
});

test('a tolerance in tokens and one in percent let small differences pass', () => {
  expect(reconcile([anthropicPage(5)], anthropicReceipts, { toleranceTokens: 5 }).isReconciled).toBe(true);
  expect(reconcile([anthropicPage(5)], anthropicReceipts, { toleranceTokens: 4 }).isReconciled).toBe(false);
  expect(reconcile([anthropicPage(5)], anthropicReceipts, { tolerancePercent: 3 }).isReconciled).toBe(true);
});

test('a provider that has another name here is compared by that name, and calls that nobody counted are told', () => {
  const receipts = openAiReceipts
    .slice(0, 2)
    .map((receipt) => ({ ...receipt, provider: 'openai-eu' }) as Receipt);
  const lost = call({ provider: 'openai-eu', interrupted: true, usage: { input: {}, output: {} } });
  const row = openAiResult({ input_tokens: 101, output_tokens: 12, num_model_requests: 3 });
  const said = reconcile([openAiPage(row)], [...receipts, lost], { providers: ['openai-eu'] });
  expect(said).toMatchObject({ isReconciled: true, receipts: 3, uncounted: 1 });
});

test('embeddings are compared with calls for embeddings, and a statement that is cut says so', () => {
  const text = JSON.stringify({
    data: [
      {
        start_time: day,
        end_time: day + daySeconds,
        results: [
          {
            object: 'organization.usage.embeddings.result',
            input_tokens: 100,
            num_model_requests: 1,
            model: 'gpt-5-mini',
          },
        ],
      },
    ],
    has_more: true,
  });
  const embed = call({ endpoint: 'embed', usage: { input: { total: 100 }, output: {} } });
  expect(reconcile([text], [...openAiReceipts, embed])).toMatchObject({ isReconciled: true, isCut: true });
});

test.each<[string, string, string]>([
  ['text of another kind', 'hello\nthere', 'columns that are not known: hello'],
  ['broken JSON', '{"data": [', 'neither JSON nor CSV'],
  ['JSON of another kind', '{"choices": []}', 'no page of usage'],
  ['no bucket', '{"data": []}', 'no bucket of time'],
  ['a bucket without a time', '{"data": [{"results": []}]}', 'no time at which it begins'],
  [
    'a bucket of a week',
    `{"data": [{"start_time": ${day}, "end_time": ${day + 7 * daySeconds}, "results": []}]}`,
    'longer than a day',
  ],
  [
    'results of another kind',
    openAiPage({ object: 'organization.usage.images.result' }),
    'organization.usage.images.result',
  ],
  [
    'a count that is none',
    openAiPage(openAiResult({ input_tokens: -3 })),
    '`input_tokens` in bucket 1 of page 1 of file 1 is no count: -3',
  ],
  ['a count of fractions', openAiPage(openAiResult({ output_tokens: 1.5 })), 'is no count: 1.5'],
  [
    'a row with too many cells',
    'start_time,input_tokens,output_tokens\n1,2,3,4\n',
    'Line 2 of file 1 has more cells',
  ],
  ['a row without a date', 'model,input_tokens,output_tokens\nx,2,3\n', 'Line 2 of file 1 has no date'],
])('%s is told, with its place', (_, text, said) => {
  expect(() => parseProviderExport(text, 'file 1')).toThrow(
    expect.objectContaining({ message: expect.stringContaining(said) }),
  );
});

test('statements of two providers are not mixed', () => {
  expect(() => reconcile([anthropicPage(), openAiPage()], [])).toThrow('must be of one provider');
});
