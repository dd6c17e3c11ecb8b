import { describe, expect, it } from 'vitest';
import type { Json } from '../json/index.ts';
import { readTurns } from './read-turns.ts';
import type { Turn } from './request.ts';

/** A format in miniature: `s`, `u` and `a` say something, `t` is a result. */
function parse(message: Json): Turn {
  const [role = '', text = ''] = String(message).split(' ');
  const parts = [{ type: 'text', text }] as const;
  if (role === 't') return { role: 'tool', parts: [{ type: 'tool-result', callId: text, parts: [] }] };
  if (role === 's') return { role: 'system', parts };
  return { role: role === 'a' ? 'assistant' : 'user', parts };
}

const reading = {
  parse,
  leadingSystem: ({ parts }: Extract<Turn, { role: 'system' }>) =>
    parts.every((part) => part.type === 'text' && part.text !== 'kept') ? (parts as never) : undefined,
};

describe('reading messages as turns', () => {
  it('takes the first message for instructions where it may', () => {
    expect(readTurns(['s Be', 'u Hi'], reading)).toEqual({
      system: [{ type: 'text', text: 'Be' }],
      turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    });
    const kept = readTurns(['s kept', 's Be'], reading);
    expect(kept.system).toBeUndefined();
    expect(kept.turns.map(({ role }) => role)).toEqual(['system', 'system']);
  });

  it('joins results that follow each other, and no others', () => {
    const { turns } = readTurns(['t 1', 't 2', 'u Hi', 't 3'], reading);
    const calls = turns.map(({ parts }) => parts.map((part) => ('callId' in part ? part.callId : part.type)));
    expect(calls).toEqual([['1', '2'], ['text'], ['3']]);
  });

  it('takes a time for many results that grows as their number does', () => {
    const messages = Array.from({ length: 100_000 }, (_, index) => `t ${index}`);
    const { turns } = readTurns(messages, reading);
    expect(turns.map(({ parts }) => parts.length)).toEqual([messages.length]);
  });
});
