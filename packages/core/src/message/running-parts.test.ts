import { beforeEach, describe, expect, it } from 'vitest';
import { bounds } from './bounds.ts';
import type { ChatEvent } from './events.ts';
import { closePart, createParts, isPartNumber, nextPart, openPart, pushText } from './running-parts.ts';

describe('running parts', () => {
  let events: ChatEvent[];
  beforeEach(() => {
    events = [];
  });

  it('lets a part grow until another kind begins', () => {
    const parts = createParts();
    pushText(parts, 'reasoning', 'Hm', events);
    pushText(parts, 'reasoning', '.', events);
    pushText(parts, 'text', 'Yes', events);
    expect(events).toEqual([
      { type: 'reasoning-start', index: 0 },
      { type: 'reasoning-delta', index: 0, text: 'Hm' },
      { type: 'reasoning-delta', index: 0, text: '.' },
      { type: 'reasoning-end', index: 0 },
      { type: 'text-start', index: 1 },
      { type: 'text-delta', index: 1, text: 'Yes' },
    ]);
  });

  it('names the answer in every event but those of the first', () => {
    const parts = createParts(2);
    pushText(parts, 'text', 'a', events);
    closePart(parts, events);
    expect(events.map((event) => 'choice' in event && event.choice)).toEqual([2, 2, 2]);
    expect(createParts(0).place).toEqual({});
  });

  it('tells state with the end of the part that it belongs to, and with no other', () => {
    const parts = createParts();
    const opaque = { dialect: 'letters', value: 'abc' };
    openPart(parts, 'reasoning', events);
    parts.opaque = opaque;
    openPart(parts, 'text', events);
    closePart(parts, events);
    closePart(parts, events);
    expect(events.slice(1)).toEqual([
      { type: 'reasoning-end', index: 0, opaque },
      { type: 'text-start', index: 1 },
      { type: 'text-end', index: 1 },
    ]);
  });

  it('begins a part anew where the format says so, with what it says of it', () => {
    const parts = createParts();
    const spelling = { dialect: 'letters', forms: { at: 'front' } };
    openPart(parts, 'text', events, { spelling });
    openPart(parts, 'text', events);
    expect(events).toEqual([
      { type: 'text-start', index: 0, spelling },
      { type: 'text-end', index: 0 },
      { type: 'text-start', index: 1 },
    ]);
  });

  it('counts parts up to the limit', () => {
    const parts = createParts();
    for (let index = 0; index < bounds.streamedParts; index++) expect(nextPart(parts)).toBe(index);
    expect(() => nextPart(parts)).toThrow(expect.objectContaining({ code: 'invalid_response' }));
    expect(() => pushText(parts, 'text', 'a', events)).toThrow(`the limit is ${bounds.streamedParts}`);
  });

  it('takes no number that is none, or lies beyond the limit', () => {
    expect([0, bounds.streamedParts - 1].every(isPartNumber)).toBe(true);
    expect([-1, 0.5, bounds.streamedParts, '0', null, undefined].some(isPartNumber)).toBe(false);
  });
});
