import { describe, expect, it } from 'vitest';
import type { Frame } from '../framing/index.ts';
import { type PartEvent, type PartTurns, writeInTurn, writeWaiting } from './part-turns.ts';

interface Turns extends PartTurns {
  readonly written: string[];
}

/** A format in miniature: a part is open from its start to its end. */
function write(state: Turns, event: PartEvent): void {
  state.written.push(`${event.type} ${event.index}`);
  if (event.type === 'text-start') state.open = event.index;
  if (event.type === 'text-end') state.open = undefined;
}

function run(events: readonly PartEvent[]): Turns {
  const state: Turns = { open: undefined, waiting: new Map(), written: [] };
  const frames: Frame[] = [];
  for (const event of events) writeInTurn(state, event, frames, write);
  return state;
}

const start = (index: number): PartEvent => ({ type: 'text-start', index });
const piece = (index: number): PartEvent => ({ type: 'text-delta', index, text: 'a' });
const end = (index: number): PartEvent => ({ type: 'text-end', index });

describe('parts in turn', () => {
  it('writes parts that follow each other as they come', () => {
    const { written, waiting } = run([start(0), piece(0), end(0), start(1), end(1)]);
    expect(written).toEqual(['text-start 0', 'text-delta 0', 'text-end 0', 'text-start 1', 'text-end 1']);
    expect(waiting.size).toBe(0);
  });

  it('keeps a part that begins too early until the open one has ended, with all that came of it', () => {
    const { written } = run([start(0), start(1), piece(1), piece(0), end(1), end(0)]);
    expect(written).toEqual([
      ...['text-start 0', 'text-delta 0', 'text-end 0'],
      ...['text-start 1', 'text-delta 1', 'text-end 1'],
    ]);
  });

  it('lets the part that has waited longest go first, and the next one wait while it is open', () => {
    const state = run([start(0), start(2), start(1), end(0)]);
    expect(state.written).toEqual(['text-start 0', 'text-end 0', 'text-start 2']);
    expect([...state.waiting.keys()]).toEqual([1]);
  });

  it('goes through all that waits when parts end of themselves', () => {
    const state = run([start(0), start(1), end(1), start(2), end(2)]);
    state.open = undefined;
    writeWaiting(state, [], write);
    expect(state.written.slice(1)).toEqual(['text-start 1', 'text-end 1', 'text-start 2', 'text-end 2']);
  });
});
