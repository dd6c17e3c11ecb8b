// What the compiler knows of blocks that are put together.
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  all,
  type BlockResponse,
  branch,
  each,
  flow,
  getData,
  graph,
  loop,
  map,
  type OutputOf,
  type PayloadOf,
  race,
  repair,
  retry,
  seq,
  step,
} from './index.ts';

const length = map('length', (text: string) => text.length);
const isLong = step('is-long', async (count: number) => count > 9, { effects: 'none' });
const shout = map('shout', (text: string) => text.toUpperCase());

describe('types of composites', () => {
  it('follow from their parts', () => {
    const chain = seq('chain', shout, length, isLong);
    expectTypeOf<PayloadOf<typeof chain>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof chain>>().toEqualTypeOf<boolean>();
    const record = all('record', { length, shout });
    expectTypeOf<OutputOf<typeof record>>().toEqualTypeOf<{
      readonly length: number;
      readonly shout: string;
    }>();
    const first = race('first', { length, shout });
    expectTypeOf<OutputOf<typeof first>>().toEqualTypeOf<number | string>();
    const list = each('list', length);
    expectTypeOf<PayloadOf<typeof list>>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<OutputOf<typeof list>>().toEqualTypeOf<number[]>();
    const again = loop('again', shout, { until: (text) => text.length > 3, max: 2 });
    expectTypeOf<OutputOf<typeof again>>().toEqualTypeOf<string>();
    const either = branch(
      'either',
      [{ name: 'long', when: (text: string) => text.length > 3, block: length }],
      shout,
    );
    expectTypeOf<OutputOf<typeof either>>().toEqualTypeOf<number | string>();
    const inner = flow('inner', length, { input: (order: { note: string }) => order.note });
    expectTypeOf<PayloadOf<typeof inner>>().toEqualTypeOf<{ note: string }>();
    expect(chain.kind).toBe('seq');
  });

  it('refuse what does not fit', () => {
    // @ts-expect-error a boolean is no text.
    expect(seq('wrong', isLong, shout).kind).toBe('seq');
    // @ts-expect-error the body gives a number where its payload is text.
    expect(loop('wrong', length, { until: () => true, max: 1 }).kind).toBe('loop');
    // @ts-expect-error the last of three is given a number where it wants text.
    expect(seq('wrong', shout, length, shout).kind).toBe('seq');
    const even = { name: 'even', when: (count: number) => count % 2 === 0, block: shout };
    // @ts-expect-error the case is about numbers, what it leads to takes text.
    expect(branch('wrong', [even], shout).kind).toBe('branch');
    // @ts-expect-error there is no such field in what the input makes its text of.
    expect(flow('wrong', shout, { input: ({ note }: { text: string }) => note }).kind).toBe('flow');
    const one = map('one', () => 'text');
    // @ts-expect-error a list of texts is wanted, of whatever is inside.
    expect(seq('wrong', one, each('list', shout)).kind).toBe('seq');
    const both = all('both', { shout });
    const read = map('read', ({ length: count }: { length: number }) => count);
    // @ts-expect-error it is given what `all` gives, which has no field of that name.
    expect(seq('wrong', both, read).kind).toBe('seq');
  });

  it('of graphs are those of the entry and of the nodes that end it', () => {
    const built = graph('g', {
      entry: 'shout',
      nodes: { shout, length, isLong },
      edges: { shout: [{ to: 'length', when: () => true }, { to: 'isLong' }] },
    });
    expectTypeOf<PayloadOf<typeof built>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof built>>().toEqualTypeOf<number | boolean>();
    const inside = seq(
      's',
      built,
      map('m', (value: number | boolean) => `${value}`),
    );
    expectTypeOf<OutputOf<typeof inside>>().toEqualTypeOf<string>();
    const not = map('not', (value: boolean) => !value);
    // @ts-expect-error the graph may end with a number, which is no boolean.
    expect(seq('wrong', built, not).kind).toBe('seq');
    // @ts-expect-error there is no such node to begin with.
    expect(() => graph('g', { entry: 'nobody', nodes: { shout }, edges: {} })).toThrow(/nobody/);
    // @ts-expect-error there is no such node to lead to.
    expect(() => graph('g', { entry: 'shout', nodes: { shout }, edges: { shout: 'nobody' } })).toThrow(
      /nobody/,
    );
    // @ts-expect-error there is no such node to lead away from.
    expect(() => graph('g', { entry: 'shout', nodes: { shout }, edges: { nobody: 'shout' } })).toThrow(
      /nobody/,
    );
  });

  it('survive recovery and bounds, and are those of responses', () => {
    const careful = shout
      .recover(
        retry(),
        repair<string>(({ payload }) => payload.trim()),
      )
      .within({ timeoutMs: 5 });
    expectTypeOf<PayloadOf<typeof careful>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof careful>>().toEqualTypeOf<string>();
    const open = (response: BlockResponse<number>): number => getData(response);
    expectTypeOf(open).returns.toEqualTypeOf<number>();
    // @ts-expect-error what failed has no data.
    expectTypeOf<Extract<BlockResponse<number>, { success: false }>['data']>();
    expect(careful.recovery).toHaveLength(2);
  });

  it('stay cheap for the compiler in long chains', () => {
    const add = map('add', (n: number) => n + 1);
    const long = seq('long', add, add, add, add, add, add, add, add, add, add, add, add, add, add, add, add);
    const longer = seq('longer', long, long, long, long, long, long, long, long);
    expectTypeOf<OutputOf<typeof longer>>().toEqualTypeOf<number>();
    if (longer.body.type !== 'seq') throw new Error('It is no sequence.');
    expect(longer.body.children.map(({ node }) => node).slice(0, 3)).toEqual(['long', 'long#2', 'long#3']);
  });
});
