// The ledger: only appended to, gone back in without pretending that the world has.
import { describe, expect, it } from 'vitest';
import { BlockError, Ledger } from './index.ts';

const by = (sourceBlockId: string, at = 1) => ({ sourceBlockId, at });

describe('the ledger', () => {
  it('appends, updates and deletes, and tells who did it when', () => {
    const ledger = new Ledger();
    ledger.append('plan', { steps: 1 }, { ...by('planner', 5), metadata: { why: 'start' } });
    ledger.update('plan', { steps: 2 }, by('planner', 6));
    ledger.append('draft', 'text', by('writer', 7));
    ledger.delete('draft', by('writer', 8));
    expect(ledger.get('plan')).toEqual({ steps: 2 });
    expect(ledger.getEntry('plan')).toEqual({
      value: { steps: 2 },
      sourceBlockId: 'planner',
      at: 6,
      metadata: {},
    });
    expect(ledger.get('draft')).toBeUndefined();
    expect(ledger.keys).toEqual(['plan']);
    expect(ledger.lines.map(({ kind }) => kind)).toEqual(['append', 'update', 'append', 'delete']);
  });

  it('keeps values as they were written', () => {
    const ledger = new Ledger();
    const value = { list: [1] };
    ledger.append('a', value, by('x'));
    value.list.push(2);
    expect(ledger.get('a')).toEqual({ list: [1] });
  });

  it('refuses what makes no sense', () => {
    const ledger = new Ledger();
    ledger.append('a', 1, by('x'));
    expect(() => ledger.append('a', 2, by('x'))).toThrow(/is there already/);
    expect(() => ledger.update('b', 2, by('x'))).toThrow(/is not there/);
    expect(() => ledger.delete('b', by('x'))).toThrow(/is not there/);
    expect(() => ledger.rollback({ position: 99 }, { at: 1 })).toThrow(/not of this ledger/);
  });

  it('goes back to a checkpoint by writing on', () => {
    const ledger = new Ledger();
    ledger.append('a', 1, by('x'));
    const checkpoint = ledger.createCheckpoint();
    ledger.update('a', 2, by('x'));
    ledger.append('b', 1, by('x'));
    expect(ledger.rollback(checkpoint, { at: 9 })).toEqual({ undone: 2, notUndone: [] });
    expect([ledger.get('a'), ledger.get('b')]).toEqual([1, undefined]);
    expect(ledger.lines).toHaveLength(4);
    ledger.append('b', 5, by('x'));
    const later = ledger.createCheckpoint();
    ledger.update('b', 6, by('x'));
    ledger.rollback(later, { at: 10 });
    expect(ledger.get('b')).toBe(5);
    ledger.rollback(checkpoint, { at: 11 });
    expect(ledger.keys).toEqual(['a']);
  });

  it('never claims to have undone what happened outside', () => {
    const ledger = new Ledger();
    const checkpoint = ledger.createCheckpoint();
    ledger.append('order', 'paid', by('pay'));
    ledger.noteEffect('mail', 'idempotent', 2);
    ledger.noteEffect('look', 'none', 2);
    expect(ledger.rollback(checkpoint, { at: 3 })).toEqual({ undone: 1, notUndone: ['mail'] });
    ledger.append('order', 'paid', by('pay'));
    ledger.noteEffect('charge', 'non_idempotent', 4);
    let refused: unknown;
    try {
      ledger.rollback(checkpoint, { at: 5 });
    } catch (thrown) {
      refused = thrown;
    }
    expect(BlockError.is(refused) && refused.failure).toMatchObject({
      reason: 'rollback_not_supported_for_side_effects',
      effect: 'done',
      details: { effects: ['mail', 'charge'] },
    });
    expect(ledger.get('order')).toBe('paid');
    expect(ledger.rollback(checkpoint, { at: 6, valuesOnly: true })).toEqual({
      undone: 1,
      notUndone: ['mail', 'charge'],
    });
    // What happened is still known after having gone back.
    expect(() => ledger.rollback(checkpoint, { at: 7 })).toThrow();
  });
});
