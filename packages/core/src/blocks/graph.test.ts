// G1: a graph is checked once, when it is built; every problem is told, with its place. Types follow from its nodes.
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  BlockError,
  buildGraph,
  defineBlock,
  graph,
  map,
  type OutputOf,
  type PayloadOf,
  step,
} from './index.ts';

const pass = map('pass', (value: number) => value);
const text = map('text', (value: number) => `${value}`);

const problemsOf = (definition: Parameters<typeof buildGraph>[1]): string[] => {
  const built = buildGraph('g', definition);
  return 'problems' in built ? built.problems.map(({ reason, path }) => `${path} ${reason}`) : [];
};

describe('G1: graphs', () => {
  it('are told everything that is wrong with them', () => {
    const problems = problemsOf({
      entry: 'nobody',
      maxSteps: 1.5,
      nodes: { a: pass, 'b/c': pass },
      edges: { a: [{ to: 'x' }, { to: 'a', when: () => true }], z: 'a', 'b/c': [] },
    });
    expect(problems).toEqual([
      'entry unknown_node',
      'nodes.b/c invalid_graph',
      'maxSteps invalid_graph',
      'edges.a[0].to unknown_node',
      'edges.a[0] invalid_graph',
      'edges.a no_transition',
      'edges.z unknown_node',
      'edges.b/c no_transition',
    ]);
  });

  it.each([
    [
      'a node that nothing reaches',
      { entry: 'a', nodes: { a: pass, b: pass }, edges: {} },
      'nodes.b invalid_graph',
    ],
    ['no nodes', { entry: 'a', nodes: {}, edges: {} }, 'nodes invalid_graph'],
    [
      'a way for no other case',
      { entry: 'a', nodes: { a: pass, b: pass }, edges: { a: [{ to: 'b', when: () => true }] } },
      'edges.a no_transition',
    ],
    [
      'a cycle without a cap',
      { entry: 'a', nodes: { a: pass }, edges: { a: 'a' }, maxSteps: Number.POSITIVE_INFINITY },
      'maxSteps invalid_graph',
    ],
    [
      'a cap of nothing',
      { entry: 'a', nodes: { a: pass }, edges: { a: 'a' }, maxSteps: 0 },
      'maxSteps invalid_graph',
    ],
  ])('are refused for %s', (_, definition, problem) => {
    expect(problemsOf(definition)).toEqual([problem]);
  });

  it('may have cycles, which end at 128 steps unless it is said otherwise', () => {
    const built = graph('g', {
      entry: 'a',
      nodes: { a: pass, b: pass },
      edges: { a: [{ to: 'b', when: () => true }, { to: 'a' }] },
    });
    expect(built.body).toMatchObject({ type: 'graph', maxSteps: 128 });
  });

  it('throw when they are built in code, with all problems in one message', () => {
    const wrong = () =>
      graph('review', { entry: 'a', nodes: { a: pass, b: pass }, edges: { a: 'aa' as 'a' } });
    expect(wrong).toThrow(BlockError);
    expect(wrong).toThrow(
      /`review`[\s\S]*edges\.a\[0\]\.to: `aa` is no node[\s\S]*Did you mean `a`[\s\S]*nodes\.b: is reached by nothing/,
    );
  });

  it('are frozen, all the way down', () => {
    const built = graph('g', { entry: 'a', nodes: { a: pass, b: text }, edges: { a: 'b' } });
    expect(Object.isFrozen(built)).toBe(true);
    if (built.body.type !== 'graph') throw new Error('It is no graph.');
    for (const part of [
      built.body,
      built.body.nodes,
      built.body.edges,
      built.body.nodes.a,
      built.body.edges.a,
    ])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it('know what they take and give', () => {
    const built = graph('g', { entry: 'a', nodes: { a: pass, b: text }, edges: { a: 'b' } });
    expectTypeOf<PayloadOf<typeof built>>().toEqualTypeOf<number>();
    expectTypeOf<OutputOf<typeof built>>().toEqualTypeOf<string>();
    // @ts-expect-error the entry is none of the nodes.
    expect(() => graph('g', { entry: 'c', nodes: { a: pass }, edges: {} })).toThrow();
    // @ts-expect-error the way leads to none of the nodes.
    expect(() => graph('g', { entry: 'a', nodes: { a: pass }, edges: { a: 'c' } })).toThrow();
  });
});

describe('blocks', () => {
  it.each(['', 'a/b', 'a~2', 'a\nb', 'x'.repeat(201)])('cannot be called %j', (name) => {
    expect(() => step(name, () => 1)).toThrow(/needs a name/);
  });

  it('take effects that are none for the worst', () => {
    const effects = 'sometimes' as 'none';
    expect(defineBlock({ name: 'x', kind: 'x', effects, body: { type: 'leaf', run: () => 1 } }).effects).toBe(
      'non_idempotent',
    );
  });

  it('are changed by making others', () => {
    const other = pass.within({ timeoutMs: 5 });
    expect(pass.limits).toEqual({});
    expect(other.limits).toEqual({ timeoutMs: 5 });
    expect(() => pass.within({ timeoutMs: -1 })).toThrow(/neither negative/);
    expect(() => pass.within({ nanoDollars: 0.5 })).toThrow(/whole nano-dollars/);
  });
});
