// Every reason of the table can be met: each is brought about once, with the error type that the table promises.
import { readFileSync } from 'node:fs';
import {
  type AnyBlock,
  BlockError,
  buildGraph,
  debug,
  type Failure,
  fail,
  failureOf,
  graph,
  KeelsonError,
  Ledger,
  loop,
  map,
  type Policy,
  type Reason,
  race,
  reasonTable,
  repair,
  retry,
  step,
} from '@keelson/core';
import { expect, it } from 'vitest';
import { failed, handClock, testEnvironment, withModel } from './__fixtures__/index.ts';
import {
  approve,
  createEnvironment,
  createFlowKinds,
  createMemoryJournal,
  http,
  pause,
  prompt,
  readFlowText,
  runBlock,
  tool,
  waitFor,
} from './index.ts';

const plain = () => ({ environment: testEnvironment() });
const same = map('same', (value: unknown) => value);
const broken = (effects: 'none' | 'non_idempotent' = 'none') =>
  step(
    'broken',
    () => {
      throw fail('tool', 'root');
    },
    { effects },
  );
const ask = prompt('ask', { model: 'm' });
const open = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const;

const run = async (block: AnyBlock, settings: Parameters<typeof runBlock>[2] = plain()): Promise<Failure> =>
  failed(await runBlock(block as typeof same, 'text', settings));
const asking = (error: Error) => run(ask as AnyBlock, withModel([error]));
const told = (make: () => unknown): Failure => {
  try {
    make();
  } catch (thrown) {
    return failureOf(thrown);
  }
  throw new Error('It was to be refused.');
};
/** A problem of a graph, as the failure that it stands for. */
const problem = (definition: Parameters<typeof buildGraph>[1], reason: Reason): Failure => {
  const built = buildGraph('g', definition);
  const found = 'problems' in built ? built.problems.find((one) => one.reason === reason) : undefined;
  expect(found?.says).toMatch(/\w/);
  return { reason, errorType: 'graph', effect: 'not_started', details: {} };
};
const get = http('get', { method: 'GET', request: () => ({ url: 'https://x.example.com' }) }) as AnyBlock;
const answering = (
  answer: Awaited<ReturnType<NonNullable<ReturnType<typeof testEnvironment>['sendHttp']>>>,
) => run(get, { environment: testEnvironment({ sendHttp: async () => answer }) });
const gated = tool('t', { description: '', input: open, effects: 'none', gate: 'deny', run: () => 1 }).block;

const ways: Partial<Record<Reason, () => Failure | Promise<Failure>>> = {
  invalid_graph: () => told(() => graph('g', { entry: 'a', nodes: { a: same, b: same }, edges: {} })),
  unknown_node: () => problem({ entry: 'nobody', nodes: { a: same }, edges: {} }, 'unknown_node'),
  no_transition: () =>
    problem(
      { entry: 'a', nodes: { a: same }, edges: { a: [{ to: 'a', when: () => true }] } },
      'no_transition',
    ),
  max_steps_exceeded: () => run(loop('l', same, { until: () => false, max: 2 }) as AnyBlock),
  condition_resolution_error: async () => {
    const text =
      'flow: f\nentry: a\nnodes: {a: {kind: pass, next: [{to: b, when: nobody}, {to: b}]}, b: {kind: pass}}';
    const { problems } = await readFlowText(text, { kinds: createFlowKinds() });
    const [{ reason } = { reason: 'none' }] = problems;
    return {
      reason,
      errorType: reasonTable.condition_resolution_error.errorType,
      effect: 'not_started',
      details: {},
    };
  },
  condition_execution_error: () => run(loop('l', same, { until: () => 1 as never, max: 2 }) as AnyBlock),
  input_mapping_error: () =>
    run(
      graph('g', {
        entry: 'a',
        nodes: { a: { block: same, input: () => (undefined as never as { x: 1 }).x } },
        edges: {},
      }) as AnyBlock,
    ),
  invalid_payload: () => run(prompt('p', { model: 'm', maxInputBytes: 1 }) as AnyBlock, withModel(['x'])),
  schema_error: () => run(prompt('p', { model: 'm', output: open }) as AnyBlock, withModel(['no JSON'])),
  rate_limit_error: () => asking(new KeelsonError('rate_limited', 'x')),
  api_key_error: () => asking(new KeelsonError('provider_authentication_failed', 'x')),
  context_length_error: () => asking(new KeelsonError('context_too_long', 'x')),
  content_refused: () => asking(new KeelsonError('content_blocked', 'x')),
  llm_timeout: () => asking(new KeelsonError('provider_timeout', 'x')),
  llm_execution_failed: () => asking(new KeelsonError('provider_error', 'x')),
  model_unavailable: () => run(ask as AnyBlock),
  http_unavailable: () => run(get),
  http_unreachable: () => answering({ outcome: 'unreachable' }),
  http_interrupted: () => answering({ outcome: 'interrupted' }),
  http_denied: () => answering({ outcome: 'denied', why: 'inside_address' }),
  http_refused: () => answering({ outcome: 'refused', status: 400 }),
  http_rate_limited: () => answering({ outcome: 'rate_limited', status: 429 }),
  http_failed: () => answering({ outcome: 'failed', status: 500 }),
  race_lost: async () => {
    const reasons: Failure[] = [];
    const slow = step('slow', (_: unknown, scope) => scope.sleep(1000), { effects: 'none' });
    const record = ({
      outcome,
      reason = '',
      errorType = '',
    }: {
      outcome: string;
      reason?: string;
      errorType?: string;
    }) => {
      if (outcome === 'stopped') reasons.push({ reason, errorType, effect: 'unknown', details: {} });
    };
    const environment = createEnvironment({
      clock: handClock(),
      stats: { findStats: () => undefined, record },
    });
    await runBlock(race('r', { same, slow }), 1, { environment });
    return reasons[0] as Failure;
  },
  budget_exceeded: () =>
    run(ask as AnyBlock, { ...withModel(['x']), budget: { dollars: '0.000001', preflight: 'off' } }),
  budget_preflight_rejected: () =>
    run(ask as AnyBlock, { ...withModel(['x']), budget: { dollars: '0.000001' } }),
  budget_unpriced: () => {
    const environment = { ...withModel(['x']).environment, findModel: () => undefined };
    return run(ask as AnyBlock, { environment, budget: { dollars: '9', preflight: 'off' } });
  },
  deadline_exceeded: async () => {
    const clock = handClock();
    const hang = step('hang', () => new Promise(() => {}), { limits: { timeoutMs: 5 } });
    const running = run(hang as AnyBlock, { environment: createEnvironment({ clock }) });
    await clock.advance(10);
    return running;
  },
  cancelled: () => run(same as AnyBlock, { ...plain(), signal: AbortSignal.abort() }),
  approval_required: () => run(approve('a') as AnyBlock),
  approval_denied: () => {
    const journal = createMemoryJournal();
    journal.answer('/root', { approved: false, by: 'ann' });
    return run(approve('a') as AnyBlock, { ...plain(), journal });
  },
  time_awaited: () => {
    const journal = { ...createMemoryJournal(), wait: async () => ({ state: 'waiting' }) as const };
    return run(pause('p', 5) as AnyBlock, { ...plain(), journal });
  },
  waits_inside_effect: () => {
    const pay = step('pay', (_: unknown, scope) =>
      scope.waitFor({ for: 'approval', input: null, show: null, expiresInMs: 1 }),
    );
    return run(pay as AnyBlock, { ...plain(), journal: createMemoryJournal() });
  },
  denied_by_policy: () => run(gated as AnyBlock),
  event_awaited: () => run(waitFor('w', 'sunrise') as AnyBlock),
  debug_breakpoint_hit: () => run(broken().recover(debug()) as AnyBlock),
  repair_execution_failed: () =>
    run(
      broken().recover(
        repair(() => {
          throw new Error('x');
        }),
      ) as AnyBlock,
    ),
  unsafe_to_retry: () => run(broken('non_idempotent').recover(retry()) as AnyBlock),
  non_idempotent_side_effect: () => told(() => race('r', { pay: broken('non_idempotent') })),
  rollback_not_supported_for_side_effects: () => {
    const ledger = new Ledger();
    const checkpoint = ledger.createCheckpoint();
    ledger.noteEffect('pay', 'non_idempotent', 1);
    return told(() => ledger.rollback(checkpoint, { at: 2 }));
  },
  unknown_policy_type: () => told(() => same.recover({ kind: 'pray' } as unknown as Policy)),
  invalid_policy: () => told(() => same.recover(retry(), retry())),
  internal_error: () =>
    run(
      step('s', () => {
        throw new Error('x');
      }) as AnyBlock,
    ),
};

/** Given in durable runs alone, and tested with them. */
const ofDurableRuns: readonly Reason[] = [
  'approval_expired',
  'approval_invalid',
  'event_timeout',
  'interrupted',
  'interruption_undecided',
  'key_revoked',
  'output_not_kept',
  'run_diverged',
];

/** Given by recordings alone, and tested with them. */
const ofRecordings: readonly Reason[] = ['call_not_recorded', 'recording_failed'];

it.each(Object.keys(ways) as Reason[])('%s is met, with the type that the table says', async (reason) => {
  const failure = await (ways[reason] as () => Promise<Failure>)();
  expect(failure.reason).toBe(reason);
  const { errorType } = reasonTable[reason];
  const root = failure.cause?.errorType;
  expect(failure.errorType).toBe(errorType === 'root' ? root : errorType);
  expect(failure.errorType).toMatch(/^[a-z_.]+$/);
});

it('no reason of the table is left out, and none that failures need is missing', () => {
  const given = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
  const durable = given('../flows/flows.contract.ts') + given('../open-local-flows.test.ts');
  for (const reason of ofDurableRuns) expect(durable).toMatch(new RegExp(`['\`]${reason}['\`]`));
  for (const reason of ofRecordings) expect(given('recording/recording.test.ts')).toContain(`'${reason}'`);
  expect([...Object.keys(ways), ...ofDurableRuns, ...ofRecordings].sort()).toEqual(
    Object.keys(reasonTable).sort(),
  );
  const promised = [
    ...['invalid_graph', 'unknown_node', 'no_transition', 'max_steps_exceeded', 'condition_resolution_error'],
    ...['condition_execution_error', 'internal_error', 'repair_execution_failed', 'unsafe_to_retry'],
    ...['non_idempotent_side_effect', 'rollback_not_supported_for_side_effects', 'debug_breakpoint_hit'],
    ...['unknown_policy_type', 'invalid_payload', 'schema_error', 'rate_limit_error', 'api_key_error'],
    ...['context_length_error', 'llm_execution_failed'],
  ];
  expect(Object.keys(reasonTable)).toEqual(expect.arrayContaining(promised));
});

it('a failure says the same after it was written down and read again', async () => {
  for (const make of Object.values(ways)) {
    const failure = await make();
    expect(JSON.parse(JSON.stringify(failure))).toEqual(failure);
    // Written as a failure of a block once more, nothing is lost either.
    expect(failureOf(new BlockError(failure))).toEqual(failure);
  }
});
