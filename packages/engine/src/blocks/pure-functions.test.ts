// G2 and the inputs of nodes: conditions and mappings are pure, at once, and may fail in every way without more than a failure.
import { branch, fail, flow, graph, loop, map, seq } from '@keelson/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failed, testEnvironment } from './__fixtures__/index.ts';
import { runBlock } from './index.ts';

const plain = () => ({ environment: testEnvironment() });
const same = (name: string) => map(name, (value: unknown) => value);

const unheard: unknown[] = [];
const hear = (reason: unknown): void => void unheard.push(reason);
beforeAll(() => void process.on('unhandledRejection', hear));
afterAll(() => void process.off('unhandledRejection', hear));
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What code may do in place of saying yes or no. */
const oddities: [string, () => unknown, string][] = [
  ['waits', async () => true, 'no boolean: Promise'],
  ['waits and fails', async () => Promise.reject(new Error('my secret')), 'no boolean: Promise'],
  [
    'throws',
    () => {
      throw new RangeError('my secret');
    },
    'RangeError',
  ],
  [
    'throws a failure of ours',
    () => {
      throw fail('llm.timeout', 'slow');
    },
    'BlockError',
  ],
  ['says nothing', () => undefined, 'no boolean: undefined'],
  ['says something true', () => 1, 'no boolean: number'],
  [
    'gives an object that throws',
    () =>
      new Proxy(
        {},
        {
          has: () => {
            throw new Error('my secret');
          },
        },
      ),
    'no boolean: Object',
  ],
];

describe('G2: a condition', () => {
  it.each(
    oddities,
  )('that %s is told by its place and a class, in branch, loop and graph', async (_, odd, errorClass) => {
    const when = odd as () => boolean;
    const places = [
      branch('b', [{ name: 'c', when, block: same('x') }], same('y')),
      loop('l', same('x'), { until: when, max: 2 }),
      graph('g', {
        entry: 'x',
        nodes: { x: same('x'), y: same('y') },
        edges: { x: [{ to: 'y', when }, { to: 'y' }] },
      }),
    ];
    for (const block of places) {
      const error = failed(await runBlock(block, 1, plain()));
      expect(error).toMatchObject({
        reason: 'condition_execution_error',
        errorType: 'condition',
        details: { errorClass },
      });
      expect(JSON.stringify(error)).not.toContain('secret');
    }
    await turn();
    expect(unheard.splice(0)).toEqual([]);
  });
});

describe('the input of a node', () => {
  const oddInputs: [string, () => unknown, string][] = [
    ['waits', async () => 1, 'Promise'],
    ['waits and fails', async () => Promise.reject(new Error('my secret')), 'Promise'],
    [
      'throws',
      () => {
        throw new RangeError('my secret');
      },
      'RangeError',
    ],
  ];
  it.each(
    oddInputs,
  )('that %s is told by its node and a class, in flow and graph', async (_, input, errorClass) => {
    const nodes = { x: { block: same('x'), input } };
    for (const block of [flow('f', same('x'), { input }), graph('g', { entry: 'x', nodes, edges: {} })]) {
      const error = failed(await runBlock(seq('s', block as ReturnType<typeof same>), 1, plain()));
      expect(error).toEqual({
        reason: 'input_mapping_error',
        errorType: 'input',
        effect: 'not_started',
        details: { node: 'x', errorClass },
      });
    }
    await turn();
    expect(unheard.splice(0)).toEqual([]);
  });
});
