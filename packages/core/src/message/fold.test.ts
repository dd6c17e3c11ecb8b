import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { anyBrokenMessage, anyMessage } from './__fixtures__/arbitrary-message.ts';
import type { ChatEvent } from './events.ts';
import { createFold, fold, textOf } from './fold.ts';
import { unfold, unfoldPart } from './unfold.ts';

const start: ChatEvent = { type: 'message-start', dialect: 'd', facts: { id: 'm1' } };
const end: ChatEvent = { type: 'message-end', stop: { unified: 'stop' } };

describe('fold', () => {
  it('undoes unfold', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(fold(unfold(message))).toEqual(message);
      }),
      { numRuns: 1_000 },
    );
  });

  it('undoes unfold for an answer that broke off', () => {
    fc.assert(
      fc.property(anyBrokenMessage, (message) => {
        expect(fold(unfold(message))).toEqual(message);
      }),
    );
  });

  it('gives the same message when texts come in any number of pieces', () => {
    fc.assert(
      fc.property(anyMessage, fc.integer({ min: 1, max: 4 }), (message, size) => {
        expect(fold(unfold(message).flatMap((event) => inPieces(event, size)))).toEqual(message);
      }),
    );
  });

  it('gives the same message when the events of different parts interleave', () => {
    fc.assert(
      fc.property(anyMessage, fc.infiniteStream(fc.nat()), (message, picks) => {
        expect(fold(interleave(unfold(message), picks))).toEqual(message);
      }),
    );
  });

  it('can be read at any time', () => {
    const folding = createFold();
    expect(folding.message()).toEqual({ parts: [], stop: { unified: 'unknown' }, facts: {} });
    folding.push(start);
    folding.push({ type: 'text-start', index: 0 });
    folding.push({ type: 'text-delta', index: 0, text: 'Hel' });
    expect(textOf(folding.message())).toBe('Hel');
    folding.push({ type: 'text-delta', index: 0, text: 'lo' });
    expect(folding.message()).toEqual({
      parts: [{ type: 'text', text: 'Hello' }],
      stop: { unified: 'unknown' },
      facts: { id: 'm1' },
      dialect: 'd',
    });
  });

  it('keeps several answers apart', () => {
    const message = fold([
      start,
      { type: 'text-start', index: 0 },
      { type: 'text-start', index: 0, choice: 2 },
      { type: 'text-delta', index: 0, text: 'a' },
      { type: 'text-delta', index: 0, choice: 2, text: 'c' },
      { type: 'message-end', choice: 2, stop: { unified: 'length' } },
      end,
    ]);
    expect(textOf(message)).toBe('a');
    expect(message.alternatives).toEqual([
      { parts: [], stop: { unified: 'unknown' } },
      { parts: [{ type: 'text', text: 'c' }], stop: { unified: 'length' } },
    ]);
  });

  it('takes the last usage for the usage', () => {
    const usage = (total: number): ChatEvent => ({ type: 'usage', usage: { input: { total }, output: {} } });
    expect(fold([start, usage(1), usage(2), end]).usage).toEqual({ input: { total: 2 }, output: {} });
  });

  it('joins what the beginning and the end tell of the answer', () => {
    const late: ChatEvent = { type: 'message-end', stop: { unified: 'stop' }, facts: { tier: 'flex' } };
    expect(fold([start, late]).facts).toEqual({ id: 'm1', tier: 'flex' });
  });

  it('keeps what had arrived when an answer breaks off', () => {
    const error = new KeelsonError('provider_overloaded', 'Too busy.');
    const message = fold([
      start,
      { type: 'text-start', index: 0 },
      { type: 'text-delta', index: 0, text: 'par' },
      { type: 'error', error },
    ]);
    expect(textOf(message)).toBe('par');
    expect(message.error).toBe(error);
    expect(message.stop).toEqual({ unified: 'unknown' });
  });

  it('collects log probabilities of all pieces', () => {
    const logprobs = (token: string): ChatEvent => ({
      type: 'logprobs',
      logprobs: { content: [{ token, logprob: -1 }] },
    });
    const { content } = fold([start, logprobs('a'), logprobs('b'), end]).logprobs ?? {};
    expect(content?.map(({ token }) => token)).toEqual(['a', 'b']);
  });

  it('leaves out parts that never began', () => {
    expect(fold([start, ...unfoldPart({ type: 'text', text: 'x' }, { index: 7 }), end]).parts).toEqual([
      { type: 'text', text: 'x' },
    ]);
  });

  it('joins the text parts of an answer, and only those', () => {
    const parts = [
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'a' },
      { type: 'tool-call', id: '1', name: 'f', arguments: '{}' },
      { type: 'text', text: 'b' },
    ] as const;
    expect(textOf({ parts, stop: { unified: 'stop' } })).toBe('ab');
  });
});

function inPieces(event: ChatEvent, size: number): ChatEvent[] {
  const pieces = (text: string): string[] =>
    Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
  if (event.type === 'tool-call-delta')
    return pieces(event.arguments).map((piece) => ({ ...event, arguments: piece }));
  if (event.type === 'text-delta' || event.type === 'reasoning-delta' || event.type === 'refusal-delta')
    return pieces(event.text).map((text) => ({ ...event, text }));
  return [event];
}

/** The same events in another order that keeps the order within each part, and the ends at the end. */
function interleave(events: ChatEvent[], picks: Iterator<number>): ChatEvent[] {
  const queues = new Map<string, ChatEvent[]>();
  const last: ChatEvent[] = [];
  for (const event of events) {
    if (!('index' in event)) last.push(event);
    else {
      const key = `${event.choice ?? 0}/${event.index}`;
      queues.set(key, [...(queues.get(key) ?? []), event]);
    }
  }
  const mixed: ChatEvent[] = [];
  const open = [...queues.values()];
  while (open.length > 0) {
    const at = (picks.next().value as number) % open.length;
    mixed.push(open[at]?.shift() as ChatEvent);
    if (open[at]?.length === 0) open.splice(at, 1);
  }
  return [...mixed, ...last];
}
