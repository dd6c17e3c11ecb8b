// What the compiler knows of blocks that are put together.
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  all,
  branch,
  each,
  flow,
  loop,
  map,
  type OutputOf,
  type PayloadOf,
  race,
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
